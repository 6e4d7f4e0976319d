"""Kinds of event that came regularly and have stopped: a sender may be broken (domain: "The receipt")."""

from array import array
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter, sub

from msgspec import Struct

from shared.flywheel.distribution import percentile
from shared.flywheel.facts.stated import Events, times_of
from shared.flywheel.moments import DAY, HOUR
from shared.flywheel.wording import duration

ENOUGH = 6
"""Different moments of a kind before its rhythm says anything."""
TIMES = 4
LEAST = 7 * DAY


class Silence(Struct, frozen=True):
    """A kind of event, for how long it has not come, and its usual (median) gap; in hours."""

    kind: str
    hours: float
    usual_hours: float

    @property
    def sentence(self) -> str:
        """`no Deployment Finished for 12 d, usually every 2 d`."""
        return f"no {self.kind} for {duration(self.hours)}, usually every {duration(self.usual_hours)}"


def silences(events: Events, now: int) -> list[Silence]:
    """Kinds whose last event is older than four times their usual gap, than 85% of their gaps, and than a week.

    What comes in bursts has short gaps within them: that is why the long ones count too.
    """
    quiet = [facts for facts in events.by_type.values() if facts and now - facts[-1].time > LEAST]
    candidates = (_silence(facts[0].kind, _each_once(times_of(facts)), now) for facts in quiet)
    return sorted((silence for silence in candidates if silence is not None), key=attrgetter("kind"))


def _each_once(times: Sequence[int]) -> Sequence[int]:
    return array("q", (time for time, _ in groupby(times)))


def _silence(kind: str, times: Sequence[int], now: int) -> Silence | None:
    if len(times) < ENOUGH:
        return None
    gaps = array("q", sorted(map(sub, times[1:], times)))
    usual, long, since = percentile(gaps, 0.5) or 0.0, percentile(gaps, 0.85) or 0.0, now - times[-1]
    return Silence(kind, since / HOUR, usual / HOUR) if since > max(TIMES * usual, long) else None
