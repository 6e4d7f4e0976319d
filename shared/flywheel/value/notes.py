"""Notes on what was sent of value and does not fit together: one line each, and no figure changes because of it."""

from collections.abc import Iterable, Iterator

from shared.flywheel.facts.fact import OutcomeRecorded
from shared.flywheel.value.value import Value
from shared.flywheel.wheel.membership import membership_of
from shared.flywheel.wheel.model import TurnKey
from shared.flywheel.wording import listing, outside, plural, quoted

ROLES = ("north_star", "input", "effort")
NAMED = 3
"""So many of one sort are named."""
Note = dict[str, str]


def notes_of_value(value: Value) -> list[Note]:
    """The figure that each is about, by its path, and what to know."""
    return [{"figure": figure, "note": note} for figure, note in _notes(value)]


def _notes(value: Value) -> Iterator[tuple[str, str]]:
    yield from _outcomes(value)
    yield from _undefined(value)
    yield from _no_inputs(value)
    yield from _undirected(value)
    for circle in value.goals.circles():
        way = " → ".join(outside(goal) for goal in [*circle, circle[0]])
        yield "value.traceability.with_goal", f"goals that are their own ancestors: {way}; a chain ends where it began"


def _outcomes(value: Value) -> Iterator[tuple[str, str]]:
    """Outcomes of turns that nothing else tells of, and outcomes that contradict each other."""
    by_turn = _recorded(value)
    known = {turn.identity: turn for turn in value.wheel.turns}
    unknown = [name for (_, name) in by_turn.keys() - known.keys()]
    if unknown:
        yield "value.outcomes", f"{_of(unknown, 'an outcome', 'outcomes')}, of which no turn is known: counted nowhere"
    for identity, results in sorted(by_turn.items()):
        turn = known.get(identity)
        if turn is not None and len(set(results)) > 1:
            listed = listing(list(dict.fromkeys(results)))
            yield "value.outcomes", f"{quoted(turn.turn)} was told to be {listed}: the latest counts, {turn.result}"


def _recorded(value: Value) -> dict[TurnKey, list[str]]:
    """The outcomes of each turn, by time."""
    recorded: dict[TurnKey, list[str]] = {}
    for fact in value.wheel.all(OutcomeRecorded):
        for turn in membership_of(value.wheel).turns(fact.idea, fact.feature):
            recorded.setdefault(turn, []).append(fact.result)
    return recorded


def _undefined(value: Value) -> Iterator[tuple[str, str]]:
    measured = value.metrics.undefined.get(value.wheel.flywheel)
    if measured:
        count = plural(measured.total(), "measurement")
        names = _named(sorted(measured))
        yield "value.inputs", f"{count} of {names}, which no Metric Defined of the scope defines: counted nowhere"


def _no_inputs(value: Value) -> Iterator[tuple[str, str]]:
    ideas = [turn.turn for turn in value.wheel.turns if turn.key == "idea" and turn.identity not in value.bets]
    stated = (value.ideas.input_metrics.get(idea) for idea in ideas)
    names = sorted({fact.input_metric for fact in stated if fact is not None and fact.input_metric is not None})
    if names:
        none = "is no input" if len(names) == 1 else "are no inputs"
        yield "value.traceability.with_input", f"ideas name {_named(names)}, which {none} of the scope: no bet"


def _undirected(value: Value) -> Iterator[tuple[str, str]]:
    """The flywheel's own metrics in force that have a target, and no word on which way it lies."""
    own = (metric for role in ROLES for metric in value.metrics.of_role(value.wheel.flywheel, role))
    names = sorted(
        each.name
        for each in own
        if each.of == value.wheel.flywheel
        and each.definition.target is not None
        and each.definition.is_direction_stated is False
    )
    if names:
        have = "has a target and no direction" if len(names) == 1 else "have targets and no directions"
        yield "value.inputs", f"{_named(names)} {have}: more is taken to be better; direction `down` says otherwise"


def _of(names: Iterable[str], one: str, many: str) -> str:
    known = sorted(names)
    return f"{one if len(known) == 1 else many} of {_named(known)}"


def _named(names: list[str]) -> str:
    more = len(names) - NAMED
    return listing([*map(quoted, names[:NAMED]), *([f"{more} more"] if more > 0 else [])])
