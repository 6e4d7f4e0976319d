"""Units of figures: what a number of the report is a number of, and how a reader sees it."""

from collections.abc import Callable

from msgspec import Struct

from shared.flywheel.wording import amount, duration, number, percent, plural

Show = Callable[[float], str]


class Unit(Struct, frozen=True, kw_only=True):
    """The unit of a value, and how it is written.

    `show` gives the value beside a label that says the unit; `tell` gives it with its unit, to stand alone.
    """

    name: str
    show: Show
    tell: Show


def _minutes(value: float) -> str:
    return duration(value / 60)


def _per_28_days(value: float) -> str:
    return f"{plural(value, 'turn')} per 28 days"


def _a_week(value: float) -> str:
    return f"{number(value)} a week"


def _money(value: float) -> str:
    """Whole units from a hundred on: `45`, `4.5`, `45,123`."""
    return f"{value:,.0f}" if abs(value) >= 100 else amount(value)


def counted(noun: str) -> Unit:
    """A number of things, by their singular."""
    return Unit(name=f"{noun}s", show=number, tell=lambda value: plural(value, noun))


SHARE = Unit(name="share of 1", show=percent, tell=percent)
HOURS = Unit(name="hours", show=duration, tell=duration)
MINUTES = Unit(name="minutes", show=_minutes, tell=_minutes)
PER_28_DAYS = Unit(name="turns per 28 days", show=number, tell=_per_28_days)
PER_DAY = Unit(name="deployments a day", show=number, tell=lambda value: f"{number(value)} a day")
PER_WEEK = Unit(name="deployments a week", show=number, tell=_a_week)
PUSHES = Unit(name="turns, halved every 28 days", show=number, tell=number)
TIMES = Unit(name="times", show=lambda value: f"×{number(value)}", tell=lambda value: f"×{number(value)}")
SCORE = Unit(name="0 to 10", show=number, tell=lambda value: f"{number(value)} of 10")
MONEY = Unit(name="the configured currency", show=_money, tell=_money)
NAME = Unit(name="name", show=str, tell=str)
