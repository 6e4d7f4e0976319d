"""An attacker who asks for everything, and sends sheets, revisions, retractions and impostors, learns no one's answer.

That somebody's answer is not known is shown by a second world: there each of the others' answers is another, the
attacker does the same, and every byte that is shown is the same. Reads reach over any moment up to now, windows,
flywheels, reports, explanations, traces and digests, of files and of a stack.

The argument on paper. Answers of one flywheel on one day are never told apart: whatever is published is a sum over such
cells. All that has been published so far divides them into blocks of five sheets and more that each publication holds
wholly or not at all, and a later one divides a block only into two of five and more (`test_anonymity.py`). A sheet is
final, so what was published of a day that is over is published in the same blocks for ever; a conflict keeps its
sheets' places and withholds their blocks. So everything that can be worked out is made of sums over whole blocks, and
of a block with two sheets of others one can be higher and the other lower by the same.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec
import pytest
from msgspec import Struct

import events
from shared.flywheel.explain.figure import explain
from shared.flywheel.explain.trace import trace
from shared.flywheel.facts.fact import Fact, key_of
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.moments import DAY, micros
from shared.flywheel.report.report import flywheels_of, report
from shared.flywheel.settings.digest_schedule import periods
from shared.flywheel.settings.values import FlywheelSettings, Persona, Settings
from shared.flywheel.summaries.digest import digests_of
from shared.flywheel.tenets import answers
from shared.flywheel.tenets.anonymity import Cell
from shared.flywheel.tenets.anonymity import released as released_together
from shared.store.log.family import load_family
from tests.unit.store.driving import Driver, only_in_process
from tests.unit.surveys.conftest import START

Envelope = dict[str, Any]
PERSONAS: dict[Persona, str] = {"ceo": "#a", "engineers": "#b", "product_leaders": "#c", "cto": "#d"}
SHOP = Settings(
    flywheels={
        "shop": FlywheelSettings(id="shop", personas=PERSONAS),
        "web": FlywheelSettings(id="web", parent="shop", personas=PERSONAS, services=("web",)),
        "app": FlywheelSettings(id="app", parent="shop", personas=PERSONAS),
        "api": FlywheelSettings(id="api", parent="web", personas=PERSONAS),
    },
    window_days=28.0,
)
FLYWHEELS = tuple(SHOP.flywheels)
LAST_DAY = 60
READS = 40
USUAL = 4
"""What everybody answers in the one world; in the other each answers something else."""
FIGURES = (
    "receipt.counted",
    "receipt.excluded.conflicting",
    "receipt.excluded.superseded",
    "tenets.developer_experience",
)


class Sheet(Struct, frozen=True):
    """One sheet of somebody else."""

    id: str
    flywheel: str
    day: int

    @property
    def has_flywheel(self) -> bool:
        """Whether it tells whose it is; it may also name but an idea, and then belongs to nobody."""
        return self.flywheel != "app" or self.day % 2 == 1

    @property
    def cell(self) -> Cell | None:
        return Cell(self.flywheel, micros(START) // DAY + self.day) if self.has_flywheel else None


Question = Callable[[list[Fact]], str]
Move = tuple[int, Envelope | Question]
"""What the attacker does on a day: an event that is sent, or a question."""


def at(day: float) -> datetime:
    return START + timedelta(days=day)


def event(kind: str, id: str, day: float, **fields: Any) -> Envelope:
    return {"source": "survey", "detail-type": kind, "detail": {"id": id, "time": at(day).isoformat(), **fields}}


def sheet(id: str, flywheel: str, day: float, answer: int | None) -> Envelope:
    return event("Survey Answered", id, day, flywheel=flywheel, survey="developer_experience", answers=[answer])


def others(chance: Random) -> list[Sheet]:
    """Few of them on a day, so that hardly anybody is hidden among those of the same day."""
    days = sorted(chance.choices(range(LAST_DAY - 5), k=chance.randint(12, 45)))
    return [Sheet(f"sheet-{number}", chance.choice(FLYWHEELS), day) for number, day in enumerate(days)]


def attack(chance: Random, victims: Sequence[Sheet]) -> list[Move]:
    """In the order of its days: sheets of today, and what has the ids of sheets or names them, with questions around.

    The same is asked before and after: what is different then is what that event did.
    """
    moves: list[list[Move]] = []
    own: list[Sheet] = []
    for number in range(chance.randint(0, 12)):
        mine = Sheet(f"own-{number}", chance.choice(FLYWHEELS), chance.randint(0, LAST_DAY))
        own.append(mine)
        moves.append([(mine.day, sheet(mine.id, mine.flywheel, mine.day, chance.randint(1, 7)))])
    for number in range(READS // 4):
        aim = chance.choice([*victims, *victims, *own])
        today = min(LAST_DAY, aim.day + chance.randint(1, 25))
        asked: list[Move] = [(today, question(chance, aim, today)) for _ in range(2)]
        moves.append([*asked, (today, against(chance, aim, today, number)), *asked])
    return [move for several in sorted(moves, key=lambda each: each[0][0]) for move in several]


def against(chance: Random, aim: Sheet, today: int, number: int) -> Envelope:
    """An event by which an older release let a sheet change, go or move; of conflicts, what is no late answer."""
    dated = chance.uniform(-700, today)
    other = chance.choice(FLYWHEELS)
    moves: list[Callable[[], Envelope]] = [
        lambda: sheet(aim.id, aim.flywheel, aim.day, None),
        lambda: sheet(aim.id, aim.flywheel, aim.day + 0.25, 1),
        lambda: sheet(aim.id, other, today, 1),
        lambda: event("Event Retracted", f"back-{number}", dated, retracts=aim.id),
        lambda: event("Event Retracted", aim.id, dated, retracts=aim.id, revision=number + 2),
        lambda: event("Ritual Held", aim.id, dated, ritual="walk", flywheel=other, revision=number + 2),
        lambda: event("Idea Proposed", f"claim-{number}", dated, idea=f"idea-{aim.id}", flywheel=other),
    ]
    return chance.choice(moves)()


def question(chance: Random, aim: Sheet, today: int) -> Question:
    """One question as of today or any moment since somebody answered."""
    flywheel, days = chance.choice((aim.flywheel, *FLYWHEELS)), chance.choice([28.0, 7.0, 90.0])
    as_of = at(today + 0.9 if chance.random() < 0.5 else chance.uniform(aim.day, today + 0.9))
    figure = chance.choice(FIGURES)

    def told(facts: list[Fact]) -> Any:
        return report(facts, flywheel=flywheel, settings=SHOP, as_of=as_of, window_days=days)

    def explained(facts: list[Fact]) -> Any:
        return explain(facts, figure, flywheel=flywheel, settings=SHOP, as_of=as_of, window_days=days)

    def traced(facts: list[Fact]) -> Any:
        return [flywheels_of(facts, SHOP), trace(facts, key_of("survey", aim.id), SHOP, as_of, days)]

    def digested(facts: list[Fact]) -> Any:
        return [digests_of(facts, flywheel, SHOP, each) for each in periods(SHOP.flywheel(flywheel), as_of, 8)]

    kind = chance.choice([told, told, told, explained, traced, digested])
    return lambda facts: json.dumps(msgspec.to_builtins(kind(facts)), default=str)


class Files:
    """Events in files: whoever asks gives them all."""

    def __init__(self) -> None:
        self._facts: list[Fact] = []

    def hear(self, heard: Sequence[Envelope], _: int) -> None:
        self._facts += [fact_of(events.decode(each)) for each in heard]

    def facts(self) -> list[Fact]:
        return self._facts


class Stack:
    """Events in a table, as a report of the shop and everything below it reads them."""

    def __init__(self) -> None:
        self._driver = Driver(SHOP)

    def hear(self, heard: Sequence[Envelope], day: int) -> None:
        self._driver.append(heard, at(day + 0.9))

    def facts(self) -> list[Fact]:
        return load_family(self._driver.store, "shop", SHOP)


def seen(where: Files | Stack, victims: Sequence[Sheet], answered: Sequence[int], moves: Sequence[Move]) -> list[str]:
    """Everything that the attacker gets to see, day by day."""
    shown: list[str] = []
    facts: list[Fact] | None = None
    for today in range(LAST_DAY + 1):
        pairs = (each for each in zip(victims, answered, strict=True) if each[0].day == today)
        given = [heard for each in pairs for heard in _given(*each)]
        for move in (given, *(move for day, move in moves if day == today)):
            if callable(move):
                facts = where.facts() if facts is None else facts
                shown.append(move(facts))
            elif move:
                where.hear(move if isinstance(move, list) else [move], today)
                facts = None
    return shown


def _given(each: Sheet, answer: int) -> list[Envelope]:
    """A sheet as its sender sends it: with a flywheel, a service, or only an idea that its flywheel works on."""
    given = sheet(each.id, each.flywheel, each.day, answer)
    given["detail"]["idea"] = f"idea-{each.id}"
    idea = event("Idea Proposed", f"of-{each.id}", each.day, flywheel=each.flywheel, idea=f"idea-{each.id}")
    if each.flywheel == "web":
        given["detail"] |= {"flywheel": None, "service": "web"}
    if not each.has_flywheel:
        given["detail"]["flywheel"] = None
    return [given, idea]


class Publications:
    """What was published in the first world: cells by flywheel, each time that anybody asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.all: list[frozenset[Cell]] = []
        self.sizes: Counter[Cell] = Counter()

        def released(sizes: dict[Cell, int], *rest: Any) -> dict[str, frozenset[Cell]]:
            found = released_together(sizes, *rest)
            self.all += found.values()
            self.sizes |= Counter(sizes)
            return found

        monkeypatch.setattr(answers, "released", released)

    def together(self) -> Iterator[frozenset[Cell]]:
        """Cells that every publication held together or not at all."""
        groups: defaultdict[tuple[bool, ...], set[Cell]] = defaultdict(set)
        for cell in self.sizes:
            groups[tuple(cell in each for each in self.all)].add(cell)
        for published, cells in groups.items():
            if any(published):
                yield frozenset(cells)


def exchanged(victims: Sequence[Sheet], publications: Publications) -> list[int]:
    """Answers of the other world: of sheets that are always counted together some are higher, others as much lower.

    Where all others' sheets of a block are one, the attacker sent the rest: that one answer stays.
    """
    answered = [USUAL + 1] * len(victims)
    for cells in publications.together():
        assert sum(publications.sizes[cell] for cell in cells) >= 5
        here = [place for place, each in enumerate(victims) if each.cell in cells]
        steps = [1, -1] * (len(here) // 2) if len(here) % 2 == 0 else [1, 1, -2, *[1, -1] * ((len(here) - 3) // 2)]
        for place, step in zip(here, steps if len(here) > 1 else [0] * len(here), strict=True):
            answered[place] = USUAL + step
    return answered


@pytest.mark.slow
@only_in_process
@pytest.mark.parametrize("where", [Files, Stack])
@pytest.mark.parametrize("number", range(8))
def test_no_strategy_tells_one_sheet(number: int, where: type[Files | Stack], monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(number)
    victims = others(chance)
    moves = attack(chance, victims)
    with monkeypatch.context() as watched:
        publications = Publications(watched)
        shown = seen(where(), victims, [USUAL] * len(victims), moves)
    answered = exchanged(victims, publications)
    assert seen(where(), victims, answered, moves) == shown
    assert answered.count(USUAL) < len(victims)
