"""How each wheel came to be seen: which tenets had figures after so many weeks, and what the doom loop was each day."""

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from cli.demo.moments import BEGINS, ENDS, end_of_week
from shared.flywheel.facts.fact import Fact
from shared.flywheel.figures.doom_loop import verdict
from shared.flywheel.report.report import report_of
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold

WEEKS_SHOWN = (4, 12, 20)
_DAY = timedelta(days=1)


class DoomLoop(Struct, frozen=True):
    """A verdict, and the day on which it became that."""

    since: date
    verdict: str


class Wiring(Struct, frozen=True):
    """One flywheel. `tenets`: by week, the numbers of the tenets of which at least one signal has a value."""

    flywheel: str
    tenets: dict[int, list[int]]
    doom_loop: list[DoomLoop]


def wiring(facts: Sequence[Fact], flywheel: str, settings: Settings) -> Wiring:
    """From the facts alone: a wheel of the past is folded as of then."""
    tenets = {week: _with_figures(facts, flywheel, settings, week) for week in WEEKS_SHOWN}
    return Wiring(flywheel, tenets, _doom_loop(facts, flywheel, settings))


def _with_figures(facts: Sequence[Fact], flywheel: str, settings: Settings, week: int) -> list[int]:
    wheel = fold(facts, flywheel, settings, end_of_week(week))
    tenets = report_of(wheel, settings.window_days)["tenets"]
    return [each["tenet"] for each in tenets if any(signal["value"] is not None for signal in each["signals"])]


def _doom_loop(facts: Sequence[Fact], flywheel: str, settings: Settings) -> list[DoomLoop]:
    """Each change of the verdict, by the day at whose end it stood."""
    steps: list[DoomLoop] = []
    end = BEGINS + _DAY
    while end <= ENDS:
        now = verdict(fold(facts, flywheel, settings, end))
        if not steps or steps[-1].verdict != now:
            steps.append(DoomLoop((end - _DAY).date(), now))
        end += _DAY
    return steps
