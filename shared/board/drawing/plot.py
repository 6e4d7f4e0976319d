"""A plot of values over time: places in percent across and in pixels down, its months, and its scale."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from math import ceil, floor, log10
from zoneinfo import ZoneInfo

from msgspec import Struct

from shared.board.markup import Child, Markup, element

ROOM = 9.0
"""Percent at the end of a plot that its last value is written in."""
_MONTH_ROOM = 7.0
"""Percent that the name of a month needs."""


class Plot(Struct, frozen=True, kw_only=True):
    """From `start` to `end` across, from `low` to `high` up; `top`, `bottom` and `height` are pixels."""

    start: datetime
    end: datetime
    low: float
    high: float
    zone: ZoneInfo
    top: float = 22
    bottom: float = 112
    height: float = 130
    left: float = 0
    right: float = 100 - ROOM

    def x(self, at: datetime) -> float:
        """A moment, percent; what lies outside is drawn at the edge."""
        share = (at - self.start) / (self.end - self.start)
        return round(self.left + min(max(share, 0.0), 1.0) * (self.right - self.left), 3)

    def y(self, value: float) -> float:
        """A value, pixels; what lies outside is drawn at the edge."""
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.5
        return round(self.bottom - min(max(share, 0.0), 1.0) * (self.bottom - self.top), 2)

    @property
    def months(self) -> list[datetime]:
        """The first moments of the months."""
        return months(self.start, self.end, self.zone)

    def scale(self, values: Iterable[float], show: Callable[[float], str]) -> Iterator[Markup]:
        """Level lines at round values, each with its value."""
        for value in values:
            y = self.y(value)
            if y < self.bottom - 4:
                yield element("line", class_="grid", x1=percent(self.left), x2=percent(self.right), y1=y, y2=y)
                yield element("text", show(value), class_="quiet", x="0%", y=y + (4 if self.left else -4))

    def frame(self) -> Iterator[Markup]:
        """The base line and the months."""
        for at in self.months:
            x = self.x(at)
            yield element("line", class_="grid", x1=percent(x), x2=percent(x), y1=self.top - 8, y2=self.bottom)
            if x < self.right - _MONTH_ROOM:
                label = f"{at.astimezone(self.zone):%b}"
                yield element("text", label, class_="quiet", x=percent(x), y=self.bottom + 15, dx=4)
        yield element(
            "line", class_="axis", x1=percent(self.left), x2=percent(self.right), y1=self.bottom, y2=self.bottom
        )

    def path(self, css: str, points: Iterable[tuple[datetime, float]]) -> Markup:
        """A line through points, stretched with the drawing."""
        corners = " ".join(f"{self.x(at):g},{self.y(value):g}" for at, value in points)
        return element(
            "svg",
            element("path", class_=css, d=f"M{corners}"),
            x=0,
            y=0,
            width="100%",
            height=self.height,
            viewBox=f"0 0 100 {self.height:g}",
            preserveAspectRatio="none",
            overflow="visible",
            aria_hidden="true",
        )

    def area(
        self, css: str, start: datetime, end: datetime, low: float | None = None, high: float | None = None
    ) -> Markup:
        """A field between two moments and two values; the whole height where none are given."""
        x, top = self.x(start), self.top - 8 if high is None else self.y(high)
        bottom = self.bottom if low is None else self.y(low)
        return element(
            "rect", class_=css, x=percent(x), width=percent(self.x(end) - x), y=top, height=max(1.0, bottom - top)
        )

    def across(self, css: str, value: float, start: datetime | None = None, end: datetime | None = None) -> Markup:
        """A level line."""
        y = self.y(value)
        x1, x2 = self.left if start is None else self.x(start), self.right if end is None else self.x(end)
        return element("line", class_=css, x1=percent(x1), x2=percent(x2), y1=y, y2=y)

    def upright(self, css: str, at: datetime, top: float | None = None, bottom: float | None = None) -> Markup:
        """An upright line."""
        x = percent(self.x(at))
        y1, y2 = self.top - 8 if top is None else top, self.bottom if bottom is None else bottom
        return element("line", class_=css, x1=x, x2=x, y1=y1, y2=y2)

    def dot(self, css: str, at: datetime, value: float, radius: float = 3) -> Markup:
        """A point."""
        return element("circle", class_=css, cx=percent(self.x(at)), cy=self.y(value), r=radius)

    def target(self, value: float, label: str, css: str | None = None) -> Iterator[Markup]:
        """A level that is aimed at, named at its beginning."""
        yield self.across("dashed", value)
        yield element("text", label, class_=css, x="0%", y=self.y(value) - 5)

    def last(self, label: str, y: float, css: str = "strong") -> Markup:
        """What the last value is, in the room at the end."""
        return element("text", label, class_=css, x="100%", y=y, text_anchor="end")

    def drawn(self, label: str, *shapes: Child) -> Markup:
        """The drawing, with what it shows in a sentence for who hears it."""
        return element("svg", *shapes, class_="wide", width="100%", height=self.height, role="img", aria_label=label)


def percent(value: float) -> str:
    """A place across a drawing."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def months(start: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    """The first moments of the months between two moments, in a time zone."""
    firsts, at = [], start.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while at <= end:
        if at >= start:
            firsts.append(at)
        at = (at + timedelta(days=32)).replace(day=1)
    return firsts


def ticks(low: float, high: float, most: int = 4) -> list[float]:
    """Round values within a range: steps of 1, 2 or 5 and a power of ten, at most so many."""
    if high <= low:
        return [low]
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough * 0.999)
    first = ceil(low / step - 1e-9)
    return [round(each * step, 10) for each in range(first, floor(high / step + 1e-9) + 1)]


def ticks_of_time(hours: float, most: int = 3) -> list[float]:
    """Round times up to a length, hours: minutes, hours, days and weeks as a clock and a calendar have them."""
    step = next((each for each in _STEPS if hours / each <= most + 0.5), _STEPS[-1] * ceil(hours / _STEPS[-1] / most))
    return [step * each for each in range(1, floor(hours / step) + 1)]


_STEPS = (1 / 12, 1 / 6, 1 / 4, 1 / 2, 1, 2, 3, 6, 12, 24, 48, 72, 168, 336, 672, 1344, 2688)
"""Hours between two marks of a scale of time."""


def extent(values: Sequence[float], *, from_zero: bool = False) -> tuple[float, float]:
    """The range of a scale that holds all values, with some air; never of no height."""
    low, high = min(values), max(values)
    if from_zero:
        return 0.0, (high or 1.0) * 1.08
    air = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
    return low - air, high + air
