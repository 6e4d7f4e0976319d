"""Better and worse: said only of a change that is unlikely to be chance, here and nowhere else (value §4).

A figure is compared with itself one window earlier, over the events that stand now. All tests of one moment are one
family: of what they find at most 1 − `certainty` is chance.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct

from shared.flywheel.catalogue.catalogue import CATALOGUE
from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.moments import DAY, micros
from shared.flywheel.reality.discoveries import discoveries
from shared.flywheel.reality.samples import Tested, beside
from shared.flywheel.trends.compared import FOLLOWS, SAMPLES, compared, grows_up
from shared.flywheel.trends.look import Look
from shared.flywheel.wheel.model import Wheel

Trend = Literal["better", "worse", "changed", "same"]

_SHOWN_AS = {"momentum": "momentum.value"}
GROWN_UP = 28 * DAY
EARLIER_LOOK = 7 * DAY
"""News is what was real so long ago as well."""


class Verdict(Struct, frozen=True):
    """The result of a figure's test: None of p and trend where there is too little to tell."""

    p: float | None
    trend: Trend | None
    sign: int = 0

    @property
    def is_real(self) -> bool:
        """Whether the change is unlikely to be chance."""
        return self.trend not in {None, "same"}


class Trends:
    """A wheel's figures beside themselves one window earlier, as of its as_of and as of a week before."""

    def __init__(self, wheel: Wheel, days: float) -> None:
        self._wheel = wheel
        self._days = days

    @property
    def certainty(self) -> float:
        """How sure a change must be before it is called better or worse."""
        return self._wheel.settings.certainty

    @cached_property
    def now(self) -> Look:
        """The figures as of the wheel's as_of."""
        return Look(self._wheel, self._days)

    @cached_property
    def before(self) -> Look:
        """The figures one window earlier."""
        return self._at(self.now.window.start)

    @cached_property
    def verdicts(self) -> Mapping[str, Verdict]:
        """Every figure's verdict as of the wheel's as_of."""
        return self._verdicts(self.now, self.before)

    @cached_property
    def news(self) -> tuple[str, ...]:
        """The figures that changed for real, in the same direction a week ago as now; in the order of the table."""
        real = [figure for figure, verdict in self.verdicts.items() if verdict.is_real]
        if not real:
            return ()
        week_ago = micros(self._wheel.as_of) - EARLIER_LOOK
        now = self._at(week_ago)
        earlier = self._verdicts(now, self._at(now.window.start))
        return tuple(each for each in real if earlier[each].is_real and earlier[each].sign == self.verdicts[each].sign)

    def entries(self) -> dict[str, dict[str, Any]]:
        """The `trends` part of the report."""
        return {
            figure: {"previous": self.previous(figure), "p": verdict.p, "trend": verdict.trend}
            for figure, verdict in self.verdicts.items()
        }

    @property
    def earlier_figures(self) -> Mapping[str, Any]:
        """The figures one window earlier, as the report had them; nothing before the flywheel's first event.

        Made once for a wheel, which keeps them: they hold nothing that leads back to it.
        """
        made: dict[float, Mapping[str, Any]] = self._wheel.__dict__.setdefault("earlier_figures", {})
        if self._days not in made:
            made[self._days] = {} if self.before.wheel.first_event is None else self.before.figures
        return made[self._days]

    def previous(self, figure: str) -> float | None:
        """The figure of the report one window earlier; None before the flywheel's first event."""
        return CATALOGUE[_SHOWN_AS.get(figure, figure)].value_in(self.earlier_figures)

    def _at(self, time: int) -> Look:
        return Look(self._wheel.past.at(time), self._days)

    def _verdicts(self, now: Look, before: Look) -> dict[str, Verdict]:
        tested = {kind.path: self._tested(kind, now, before) for kind in compared()}
        tests = {path: result.p for path, result in tested.items() if result is not None}
        real = discoveries(tests, 1 - self.certainty)
        verdicts = {
            path: Verdict(None, None) if result is None else _verdict(CATALOGUE[path], result, is_real=path in real)
            for path, result in tested.items()
        }
        return {**verdicts, **{figure: verdicts[followed] for figure, followed in FOLLOWS.items()}}

    def _tested(self, kind: FigureKind, now: Look, before: Look) -> Tested | None:
        if before.wheel.first_event is None:
            return None
        if grows_up(kind) and not self._is_grown_up(before):
            return None
        return beside(SAMPLES[kind.path](now), SAMPLES[kind.path](before))

    def _is_grown_up(self, before: Look) -> bool:
        """Whether the earlier window begins long enough after the flywheel's first event."""
        first = self._wheel.first_event
        return first is not None and before.window.start >= first + GROWN_UP


def _verdict(kind: FigureKind, tested: Tested, *, is_real: bool) -> Verdict:
    if not is_real or not tested.sign:
        return Verdict(tested.p, "same", tested.sign)
    if kind.better is None:
        return Verdict(tested.p, "changed", tested.sign)
    return Verdict(tested.p, "better" if (tested.sign > 0) == (kind.better == "up") else "worse", tested.sign)
