"""Deployments as the tests count them: all effective ones of one id in the window are one (value §4).

One pipeline that brings twelve services to production is one decision, not twelve: who counts it twelve times believes
twelve times too soon that something changed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from shared.flywheel.distribution import median
from shared.flywheel.figures.dora import LeadTime
from shared.flywheel.moments import HOUR, MINUTE
from shared.flywheel.wheel.model import Incident, Wheel
from shared.flywheel.wheel.window import Window, effective_in


class Rollouts:
    """The effective deployments of a window by id: places in the wheel's deployments."""

    def __init__(self, wheel: Wheel, window: Window, leads: Sequence[LeadTime]) -> None:
        self._wheel = wheel
        self._leads = leads
        by_id: defaultdict[str, list[int]] = defaultdict(list)
        for place, deployment in effective_in(wheel, window):
            by_id[deployment.name].append(place)
        self.by_id: Mapping[str, Sequence[int]] = by_id

    def failed(self) -> dict[str, bool]:
        """Whether any of the id failed."""
        failed = self._wheel.failed
        return {name: any(place in failed for place in places) for name, places in self.by_id.items()}

    def reworked(self) -> dict[str, bool]:
        """Whether any of the id is rework."""
        all_ = self._wheel.deployments
        return {name: any(all_[place].nature != "planned" for place in places) for name, places in self.by_id.items()}

    def lead_hours(self) -> dict[str, float]:
        """The median change lead time of each id that carried commits; negative ones are left out."""
        hours: defaultdict[str, list[float]] = defaultdict(list)
        for lead in self._leads:
            if lead.length >= 0:
                hours[self._wheel.deployments[lead.place].name].append(lead.length / HOUR)
        return {name: middle for name, each in hours.items() if (middle := median(each)) is not None}

    def recovery_minutes(self) -> dict[str, float]:
        """Of each id with incidents, from their first opening to their last resolution; those still open left out."""
        minutes = {}
        for name, places in self.by_id.items():
            incidents = [incident for place in places for incident in self._incidents.get(place, ())]
            closes = [incident.closed for incident in incidents if incident.closed is not None]
            if incidents and len(closes) == len(incidents):
                minutes[name] = (max(closes) - min(incident.opened for incident in incidents)) / MINUTE
        return minutes

    @cached_property
    def _incidents(self) -> Mapping[int, Sequence[Incident]]:
        incidents: defaultdict[int, list[Incident]] = defaultdict(list)
        for incident in self._wheel.incidents:
            for place in incident.deployments:
                incidents[place].append(incident)
        return incidents
