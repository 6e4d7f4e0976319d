"""Write units per event, as DynamoDB Local counts them, over the whole path: log, fold, summaries, ledger, messages."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from statistics import fmean

from tests.bench.driven import Driven
from tests.bench.figure import Bar, Row, row, worst
from tests.bench.mix import Days, Envelope

BURST = 50
HISTORY = 32
"""Days that lie in the table before anything is measured: turns of every age, some delivered."""
BURSTS = Bar("≤ 2.6", "≤ 1.8", 2.6, 1.8)
SINGLE = Bar("≤ 4 / ≤ 10", "≤ 3 / ≤ 8")
_QUIET, _POSTED = Bar("≤ 4", "≤ 3", 4, 3), Bar("≤ 10", "≤ 8", 10, 8)


def filled(handlers: Driven, days: Days) -> None:
    """A month of days, each delivered at its end and sealed as the clock does."""
    for number in range(HISTORY):
        handlers.deliver(days.day(number), days.at(number))
        handlers.tick(days.at(number, 24.5))


def bursts(handlers: Driven, days: Days) -> Row:
    """Two bursts of the next day, and the ticks that seal and close what became of them."""
    spent: defaultdict[str, float] = defaultdict(float)
    count = 0
    for number in range(HISTORY, HISTORY + 2):
        events = days.day(number)
        handlers.meter.clear()
        for start in range(0, len(events), BURST):
            handlers.deliver(events[start : start + BURST], days.at(number) + timedelta(minutes=start))
        handlers.tick(days.at(number, 26))
        for kind, units in handlers.meter.by_kind.items():
            spent[kind] += units
        count += len(events)
        rest = handlers.meter.written - sum(handlers.meter.by_kind.values())
        spent["deletes"] += rest
    per_event = sum(spent.values()) / count
    kinds = ", ".join(f"{kind} {units / count:.2f}" for kind, units in sorted(spent.items()) if units)
    return row(
        f"write units per event, whole path, bursts of {BURST}",
        BURSTS,
        per_event,
        f"{per_event:.2f}",
        f"by item: {kinds}",
    )


def singles(handlers: Driven, days: Days) -> Row:
    """Events of a day one by one, each hours after the one before as far as folding knows."""
    quiet: dict[str, list[float]] = {}
    posted: dict[str, list[float]] = {}
    for event in _one_of_each(days.day(HISTORY + 2)):
        handlers.tick(days.begin.fromisoformat(event["detail"]["time"]))
        before = len(handlers.slack.messages)
        units = _cost(handlers, days, event)
        messages = len(handlers.slack.messages) - before
        if messages <= 1:
            (posted if messages else quiet).setdefault(event["detail-type"], []).append(units)
    calm, loud = _mean(quiet), _mean(posted)
    return Row(
        "the same, single events far apart: no transition / one posted",
        SINGLE,
        f"{calm:.1f} / {loud:.1f}",
        worst([_QUIET.verdict(calm), _POSTED.verdict(loud)]),
        (f"without a transition: {_listed(quiet)}", f"with one posted: {_listed(posted)}"),
    )


def _cost(handlers: Driven, days: Days, event: Envelope) -> float:
    arrived = days.begin.fromisoformat(event["detail"]["time"]) + timedelta(seconds=20)
    handlers.meter.clear()
    handlers.deliver([event], arrived)
    return handlers.meter.written


def _one_of_each(events: list[Envelope]) -> Iterator[Envelope]:
    """In order of time; of the many kinds three."""
    seen: Counter[str] = Counter()
    for event in events:
        seen[event["detail-type"]] += 1
        if seen[event["detail-type"]] <= 3:
            yield event


def _mean(costs: dict[str, list[float]]) -> float:
    return fmean(each for units in costs.values() for each in units)


def _listed(costs: dict[str, list[float]]) -> str:
    return ", ".join(f"{kind} {fmean(units):.1f}" for kind, units in sorted(costs.items()))
