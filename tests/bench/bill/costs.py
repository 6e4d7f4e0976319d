"""What the bill and the simulation calculate with: an advance's time and bytes, by the facts that it folds.

Two points of each time make a line: the month that lies in the table, and next to nothing. An advance is measured as
by a process that remembers nothing, and as by one that does; a summary is a fold of its own, and is counted apart.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import events
from events.times import rfc3339
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.phases_and_turns import summary_of
from shared.flywheel.summaries.transition import transitions
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.sorted_out import Moments
from shared.pipeline.advance import advance
from shared.pipeline.upkeep.sealing import by_day
from shared.store.log.append import Delivery, append
from shared.store.log.reading import load
from shared.store.segments.pack import pack
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.items import TransitionItem, TurnItem
from shared.store.table.keys import wheel_partition
from tests.bench.ground.cpu import rounds, taking
from tests.bench.ground.mix import Days
from tests.bench.ground.surroundings import Surroundings

CALLS, CALL_SECONDS = 10, 0.005
"""Of an advance, one after the other; what one takes within a Region."""
_FEW = 100
"""Facts that are next to nothing."""


class Line(NamedTuple):
    """CPU seconds of something by the facts that it folds."""

    least: float
    each: float

    def of(self, facts: float) -> float:
        """Of so many."""
        return self.least + facts * self.each


class Measured(NamedTuple):
    """What this run measured."""

    bytes_per_event: float
    derived_bytes_per_event: float
    """TURN and TRANSITION items, read with every advance of a process that remembers nothing."""
    cold: Line
    """An advance of a process that remembers nothing, its calls included."""
    warm: Line
    summary: Line
    """The fold of one summary, by the facts before its transition."""
    transitions_per_event: float


def costs(ground: Surroundings) -> Measured:
    """From the month."""
    month, times = ground.month, ground.sizes.rounds
    days, settings, store = month.days, Settings(), month.store
    facts = load(store, days.flywheel, settings).facts
    at = days.at(month.history + 6)
    advance(store, days.flywheel, settings, at)
    derived = _derived_bytes(store, days.flywheel)
    size = len(facts)
    warm = _advances(times, lambda: store, Days(days.flywheel), at)
    cold = _advances(times, lambda: month.store, Days(days.flywheel), at)
    empty = _advances(times, lambda: month.store, Days("nobody"), at)
    passed = transitions(fold(facts, days.flywheel, settings, at))
    last, few = passed[-1], facts[:_FEW]
    summary = rounds(times, lambda: summary_of(last, Moments(facts), days.flywheel, settings))
    brief = rounds(times, lambda: summary_of(last, Moments(few), days.flywheel, settings))
    calls = CALLS * CALL_SECONDS
    return Measured(
        bytes_per_event=sum(len(pack(chunk)) for chunk in by_day(facts).values()) / size,
        derived_bytes_per_event=derived / size,
        cold=_line((0, min(empty)), (size, min(cold)), more=calls),
        warm=_line((0, min(empty)), (size, min(warm)), more=calls),
        summary=_line((len(few), min(brief)), (size, min(summary))),
        transitions_per_event=len(passed) / size,
    )


def _advances(times: int, store: Callable[[], Store], days: Days, at: datetime) -> list[float]:
    """CPU seconds of advances, each of one event of just now."""
    metric = next(event for event in days.day(0) if event["detail-type"] == "Metric Measured")
    took = []
    for number in range(times):
        now, advancing = at + timedelta(minutes=number), store()
        detail = {**metric["detail"], "id": f"cost-{now}-{id(advancing)}", "time": rfc3339(now)}
        append(advancing, [Delivery(events.decode({**metric, "detail": detail}), now)], Settings())
        with taking() as taken:
            advance(advancing, days.flywheel, Settings(), now)
        took.append(taken.seconds)
    return took


def _line(small: tuple[int, float], large: tuple[int, float], more: float = 0.0) -> Line:
    each = max(0.0, (large[1] - small[1]) / (large[0] - small[0]))
    return Line(max(0.0, small[1] - small[0] * each) + more, each)


def _derived_bytes(store: Store, flywheel: str) -> int:
    """Of all TURN and TRANSITION items: an advance compares with each of them."""
    return sum(
        item_size(item.serialize())
        for kind, sort in ((TurnItem, names.TURN_SORT), (TransitionItem, names.TRANSITION_SORT))
        for item in store.table.query(kind, wheel_partition(flywheel), begins=sort)
    )


def item_size(value: Any) -> int:
    """About the bytes of an item: names and contents."""
    if isinstance(value, dict):
        return sum(len(name) + item_size(each) for name, each in value.items())
    return len(value) if isinstance(value, str | bytes) else 1
