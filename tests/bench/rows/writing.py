"""Write units per event, as DynamoDB Local counts them, over the whole path: log, fold, summaries, ledger, messages."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from statistics import fmean

from tests.bench.figure import Bar, Row, lacking, row
from tests.bench.ground.mix import Envelope
from tests.bench.ground.surroundings import Month, Surroundings

BURST = 50
BURSTS = Bar(2.6, 1.8)
QUIET, POSTED = Bar(4, 3), Bar(10, 8)
_ALONE = "write units of an event alone"
Costs = dict[str, list[float]]


def rows(ground: Surroundings) -> Iterator[Row]:
    """Bursts; then events one by one."""
    yield _bursts(ground.month)
    quiet, posted = _singles(ground.month)
    yield _alone("no transition", QUIET, quiet)
    yield _alone("a transition posted", POSTED, posted)
    ground.writes = _mean(quiet) if quiet else None


def _bursts(month: Month) -> Row:
    """Two days of bursts, and the ticks that seal and close what became of them."""
    handlers, days = month.handlers, month.days
    spent: defaultdict[str, float] = defaultdict(float)
    count = 0
    for number in range(month.history, month.history + 2):
        events = days.day(number)
        handlers.meter.clear()
        for start in range(0, len(events), BURST):
            handlers.deliver(events[start : start + BURST], days.at(number) + timedelta(minutes=start))
        handlers.tick(days.at(number, 26))
        for kind, units in handlers.meter.by_kind.items():
            spent[kind] += units
        count += len(events)
        spent["deletes"] += handlers.meter.written - sum(handlers.meter.by_kind.values())
    kinds = ", ".join(f"{kind} {units / count:.2f}" for kind, units in sorted(spent.items()) if units)
    what = f"write units per event, whole path, bursts of {BURST}"
    return row(what, "units", BURSTS, sum(spent.values()) / count, f"by item: {kinds}")


def _singles(month: Month) -> tuple[Costs, Costs]:
    """Of a day's events, each hours after the one before as far as folding knows: without a transition, with one."""
    handlers, days = month.handlers, month.days
    quiet: Costs = {}
    posted: Costs = {}
    for event in _one_of_each(days.day(month.history + 2)):
        handlers.tick(days.begin.fromisoformat(event["detail"]["time"]))
        before = len(handlers.slack.messages)
        units = _cost(month, event)
        messages = len(handlers.slack.messages) - before
        if messages <= 1:
            (posted if messages else quiet).setdefault(event["detail-type"], []).append(units)
    return quiet, posted


def _alone(how: str, bar: Bar, costs: Costs) -> Row:
    what = f"{_ALONE}: {how}"
    if not costs:
        return lacking(what, bar, "no such event on this day")
    listed = ", ".join(f"{kind} {fmean(units):.1f}" for kind, units in sorted(costs.items()))
    return row(what, "units", bar, _mean(costs), listed)


def _cost(month: Month, event: Envelope) -> float:
    arrived = month.days.begin.fromisoformat(event["detail"]["time"]) + timedelta(seconds=20)
    month.handlers.meter.clear()
    month.handlers.deliver([event], arrived)
    return month.handlers.meter.written


def _one_of_each(events: list[Envelope]) -> Iterator[Envelope]:
    """In order of time; of the many kinds three."""
    seen: Counter[str] = Counter()
    for event in events:
        seen[event["detail-type"]] += 1
        if seen[event["detail-type"]] <= 3:
            yield event


def _mean(costs: Costs) -> float:
    return fmean(each for units in costs.values() for each in units)
