"""Deployments as the tests count them: all effective ones of one id in the window are one (value §4).

One pipeline that brings twelve services to production is one decision, not twelve: who counts it twelve times believes
twelve times too soon that something changed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from shared.flywheel.figures.dora import lead_times
from shared.flywheel.moments import MINUTE
from shared.flywheel.wheel.leads import median_hours
from shared.flywheel.wheel.model import Incident, Wheel
from shared.flywheel.wheel.window import Window, effective_in, failed_in, places_in


class Rollouts:
    """The effective deployments of a window by id: places in the wheel's deployments."""

    def __init__(self, wheel: Wheel, window: Window) -> None:
        self._wheel = wheel
        self._window = window
        self.ids: Collection[str] = dict.fromkeys([deployment.name for _, deployment in effective_in(wheel, window)])
        """In order of the first deployment of each."""

    @cached_property
    def by_id(self) -> Mapping[str, Sequence[int]]:
        """The places of the deployments of each id."""
        by_id: defaultdict[str, list[int]] = defaultdict(list)
        for place, deployment in effective_in(self._wheel, self._window):
            by_id[deployment.name].append(place)
        return by_id

    @property
    def failed(self) -> set[str]:
        """The ids of which any failed."""
        return {self._wheel.deployments[place].name for place in failed_in(self._wheel, self._window)}

    @property
    def reworked(self) -> set[str]:
        """The ids of which any is rework."""
        return {each.name for _, each in effective_in(self._wheel, self._window) if each.nature != "planned"}

    def lead_hours(self) -> Iterable[tuple[str, float]]:
        """Each id that carried commits, with their median change lead time; negative ones are left out."""
        deployments, leads = self._wheel.deployments, lead_times(self._wheel, self._window)
        names = [deployments[place].name for place in leads.places]
        if len(self.ids) == len(effective_in(self._wheel, self._window)) and not leads.negative:
            return zip(names, leads.medians, strict=True)
        by_id: defaultdict[str, list[int]] = defaultdict(list)
        for name, (_, lengths) in zip(names, leads.by_deployment(), strict=True):
            by_id[name] += [length for length in lengths if length >= 0]
        return [(name, median_hours(sorted(lengths))) for name, lengths in by_id.items() if lengths]

    def recovery_minutes(self) -> dict[str, float]:
        """Of each id with incidents, from their first opening to their last resolution; those still open left out."""
        minutes = {}
        of_id = self._incidents
        for name in filter(of_id.__contains__, self.ids):
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
