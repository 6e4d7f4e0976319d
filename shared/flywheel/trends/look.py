"""A flywheel at one moment, as its figures are compared with themselves one window earlier (value §4)."""

from collections.abc import Mapping, Sequence, Set
from functools import cached_property
from typing import Any

from shared.flywheel.distribution import share
from shared.flywheel.figures.dora import dora_figures, lead_times, recoveries, tells_failures
from shared.flywheel.figures.drag import drag_figures
from shared.flywheel.figures.momentum import momentum_figures
from shared.flywheel.figures.turns import phase_hours, times_to_value, turn_figures, turn_times
from shared.flywheel.reality.samples import Count, Share, Times
from shared.flywheel.trends.rollouts import Rollouts
from shared.flywheel.wheel.model import Phase, Turn, Wheel
from shared.flywheel.wheel.window import closed_in, opened_in, window_of


class Look:
    """The samples of one wheel in the window before its as_of, and the figures that they belong to."""

    def __init__(self, wheel: Wheel, days: float) -> None:
        self.wheel = wheel
        self.window = window_of(wheel, days)

    def turns(self) -> Count:
        """Turns delivered, in the time since the flywheel's first event."""
        return Count(len(self._delivered), self._since(self.wheel.first_event))

    def hits(self) -> Share:
        """Outcomes met of those met or missed, over the turns delivered."""
        results = [turn.result for turn in self._delivered]
        return Share(results.count("met"), results.count("met") + results.count("missed"))

    def turn_times(self) -> Times:
        """Hours from start to close."""
        return Times(tuple(turn_times(self._delivered)))

    def times_to_value(self, basis: str) -> Times:
        """Hours to the first release, by one basis."""
        return Times(tuple(times_to_value(self.wheel, self.window, basis)))

    def phase_hours(self, phase: Phase) -> Times:
        """Hours of one phase."""
        return Times(tuple(phase_hours(self._delivered, phase)))

    def deployments(self) -> Count:
        """Effective deployments by id, in the time since the first deployment."""
        deployments = self.wheel.deployments
        return Count(len(self.rollouts.ids), self._since(deployments[0].time if deployments else None))

    def failed(self) -> Share | None:
        """Effective deployments by id that failed; None while nothing could tell of a failure."""
        return self._share(self.rollouts.failed) if tells_failures(self.wheel) else None

    def reworked(self) -> Share:
        """Effective deployments by id that are rework."""
        return self._share(self.rollouts.reworked)

    def lead_hours(self) -> Times:
        """The median change lead time of each id."""
        return Times(tuple([hours for _, hours in self.rollouts.lead_hours()]))

    def recovery_minutes(self) -> Times:
        """The recovery of each id with incidents."""
        return Times(tuple(self.rollouts.recovery_minutes().values()))

    def incidents(self) -> Count:
        """Incidents opened, in the time since the first one."""
        first = min((incident.opened for incident in self.wheel.incidents), default=None)
        return Count(len(opened_in(self.wheel, self.window)), self._since(first))

    @cached_property
    def rollouts(self) -> Rollouts:
        """The effective deployments of the window by id."""
        return Rollouts(self.wheel, self.window)

    @cached_property
    def figures(self) -> Mapping[str, Any]:
        """The figures of a report for turns, momentum, drag, delivery and the hit rate."""
        leads, recovered = lead_times(self.wheel, self.window), recoveries(self.wheel, self.window)
        hits = self.hits()
        return {
            "turns": turn_figures(self.wheel, self.window),
            "momentum": momentum_figures(self.wheel),
            "drag": drag_figures(self.wheel, self.window),
            "dora": dora_figures(self.wheel, self.window, leads, recovered),
            "value": {"hit_rate": share(hits.k, hits.n)},
        }

    @cached_property
    def _delivered(self) -> Sequence[Turn]:
        return closed_in(self.wheel, self.window, "delivered")

    def _since(self, first: int | None) -> int | None:
        """For how much of the window cases could have been counted whose first was at `first`; None without one."""
        return None if first is None else min(self.window.end - self.window.start, self.window.end - first)

    def _share(self, cases: Set[str]) -> Share:
        return Share(len(cases), len(self.rollouts.ids))
