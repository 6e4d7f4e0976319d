"""Deployments as the tests count them: all effective ones of one id in the window are one (value §4).

One pipeline that brings twelve services to production is one decision, not twelve: who counts it twelve times believes
twelve times too soon that something changed.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence

from shared.flywheel.distribution import median
from shared.flywheel.figures.dora import lead_times
from shared.flywheel.moments import HOUR, MINUTE
from shared.flywheel.wheel.model import Incident, Wheel
from shared.flywheel.wheel.window import Window, effective_in, failed_in, places_in


class Rollouts:
    """The effective deployments of a window by id: places in the wheel's deployments."""

    def __init__(self, wheel: Wheel, window: Window) -> None:
        self._wheel = wheel
        self._window = window
        by_id: defaultdict[str, list[int]] = defaultdict(list)
        for place, deployment in effective_in(wheel, window):
            by_id[deployment.name].append(place)
        self.by_id: Mapping[str, Sequence[int]] = by_id

    @property
    def failed(self) -> set[str]:
        """The ids of which any failed."""
        return {self._wheel.deployments[place].name for place in failed_in(self._wheel, self._window)}

    @property
    def reworked(self) -> set[str]:
        """The ids of which any is rework."""
        return {each.name for _, each in effective_in(self._wheel, self._window) if each.nature != "planned"}

    def lead_hours(self) -> dict[str, float]:
        """The median change lead time of each id that carried commits; negative ones are left out."""
        by_id: dict[str, Sequence[int]] = {}
        for place, lengths in lead_times(self._wheel, self._window).by_deployment():
            name = self._wheel.deployments[place].name
            by_id[name] = [*by_id[name], *lengths] if name in by_id else lengths
        return {name: middle for name, lengths in by_id.items() if (middle := _middle(lengths)) is not None}

    def recovery_minutes(self) -> dict[str, float]:
        """Of each id with incidents, from their first opening to their last resolution; those still open left out."""
        minutes = {}
        of_id = self._incidents
        for name in filter(of_id.__contains__, self.by_id):
            incidents = of_id[name]
            closes = [incident.closed for incident in incidents if incident.closed is not None]
            if len(closes) == len(incidents):
                minutes[name] = (max(closes) - min(incident.opened for incident in incidents)) / MINUTE
        return minutes

    @property
    def _incidents(self) -> Mapping[str, Sequence[Incident]]:
        incidents: defaultdict[str, list[Incident]] = defaultdict(list)
        places = places_in(self._wheel, self._window)
        for incident in self._wheel.incidents:
            for place in incident.deployments:
                if place in places and self._wheel.deployments[place].effective:
                    incidents[self._wheel.deployments[place].name].append(incident)
        return incidents


def _middle(lengths: Sequence[int]) -> float | None:
    """The median of those that are not negative, in hours; None without any."""
    ordered = sorted(lengths)
    known = ordered[bisect_left(ordered, 0) :]
    middle = len(known) // 2
    if len(known) % 2:
        return known[middle] / HOUR
    return median(length / HOUR for length in known[middle - 1 : middle + 1]) if known else None
