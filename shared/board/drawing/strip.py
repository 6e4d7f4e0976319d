"""A turn as a strip of time, coloured by phase."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from shared.board.drawing.plot import Plot, percent
from shared.board.markup import Markup, element
from shared.flywheel.history.values import History, Hold

HEIGHT = 22
_TOP, _THICK = 3, 13
_WIDE_ENOUGH = 3.6
"""Percent from which on a segment has room for its number."""
_LEAST = 0.35
_UNSEEN = 6
"""Pixels of the hatching for a phase that was not observed; the number of the phase after it stands clear of it."""


class Segment(Struct, frozen=True):
    """The time in one phase, and whether the phase before it was observed."""

    phase: int
    start: datetime
    end: datetime
    unseen_before: bool


def segments(turn: Mapping[str, Any], as_of: datetime) -> list[Segment]:
    """The phases of a turn of the report that were observed, each up to the next one's entry, the close or as_of."""
    entered = [
        (int(phase), datetime.fromisoformat(entry["entered_at"]))
        for phase, entry in turn["phases"].items()
        if entry["entered_at"]
    ]
    closed = turn["closed_at"]
    end = as_of if closed is None else datetime.fromisoformat(closed)
    ends = [*(at for _, at in entered[1:]), end]
    before = [0, *(phase for phase, _ in entered)]
    return [
        Segment(phase, start, max(start, stop), phase - earlier > 1)
        for (phase, start), stop, earlier in zip(entered, ends, before, strict=False)
    ]


def strip(plot: Plot, parts: list[Segment], holds: tuple[Hold, ...], history: History, label: str) -> Markup:
    """A turn's strip; dotted below it the time in which a blocker held it."""
    as_of = history.as_of
    shapes = [*_months(plot, history.window_start), *(shape for part in parts for shape in _segment(plot, part))]
    if parts and parts[0].start < plot.start:
        shapes.append(element("path", class_="ink", d=f"M0 {_TOP + _THICK / 2}l7 -6v12z"))
    for hold in holds:
        end = min(hold.until or as_of, parts[-1].end if parts else as_of)
        if end > max(plot.start, hold.since):
            x1, x2 = plot.x(hold.since), plot.x(end)
            y = _TOP + _THICK + 4
            shapes.append(element("line", class_="held", x1=percent(x1), x2=percent(x2), y1=y, y2=y))
    return element("svg", *shapes, class_="wide", width="100%", height=HEIGHT, role="img", aria_label=label)


def _months(plot: Plot, window_start: datetime) -> Iterator[Markup]:
    if window_start > plot.start:
        x = percent(plot.x(window_start))
        yield element("line", class_="dashed", x1=x, x2=x, y1=0, y2=HEIGHT)
    for at in plot.months:
        x = percent(plot.x(at))
        yield element("line", class_="grid", x1=x, x2=x, y1=0, y2=HEIGHT)


def _segment(plot: Plot, part: Segment) -> Iterator[Markup]:
    if part.end <= plot.start:
        return
    x, end = plot.x(part.start), plot.x(part.end)
    width = max(end - x, _LEAST)
    yield element("rect", class_=f"p{part.phase} parted", x=percent(x), width=percent(width), y=_TOP, height=_THICK)
    if part.unseen_before:
        yield element("rect", class_="unknown", x=percent(x), width=_UNSEEN, y=_TOP - 1, height=_THICK + 2)
    if width >= _WIDE_ENOUGH * (1.5 if part.unseen_before else 1):
        middle = percent(x + width / 2)
        css = f"on on{part.phase}"
        aside = _UNSEEN / 2 if part.unseen_before else None
        yield element("text", str(part.phase), class_=css, x=middle, dx=aside, y=_TOP + 11, text_anchor="middle")
