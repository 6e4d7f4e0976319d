"""The wheel: four phases round a hub, clockwise from the top; what a turn's time goes to lies beyond the rim."""

from collections.abc import Iterator, Sequence
from math import cos, pi, sin, sqrt

from shared.board.markup import Markup, element
from shared.flywheel.history.values import PhaseNow

CENTRE = 100.0
HUB, RIM, LARGEST = 33.0, 50.0, 92.0
LEAST = 3.0
"""Pixels of a phase that takes no time, so that it is there."""
GAP = 1.4 / RIM
"""Radians between two phases."""
SMALL = 140
"""Pixels below which numbers could not be read, so that there are none."""
DOTS = 5
"""Open turns of a phase that are dots; of more their number is written."""


def wheel(  # noqa: PLR0913  all but the phases by name
    phases: Sequence[PhaseNow], *, constraint: int | None, hub: str, below: str, size: int, label: str
) -> Markup:
    """The wheel in a square of `size` pixels. Area beyond the rim: the share of a turn's time; dots: open turns."""
    shapes = [
        shape
        for number, phase in enumerate(phases, 1)
        for shape in _phase(number, phase, is_constraint=constraint == number, is_small=size < SMALL)
    ]
    words = (
        []
        if not hub
        else [
            element("text", hub, class_="hub", x=CENTRE, y=CENTRE + (4 if below else 9), text_anchor="middle"),
            element("text", below, class_="quiet", x=CENTRE, y=CENTRE + 19, text_anchor="middle"),
        ]
    )
    return element(
        "svg", *shapes, *words,
        class_="wheel", width=size, height=size, viewBox="0 0 200 200", role="img", aria_label=label,
    )  # fmt: skip


def _phase(number: int, phase: PhaseNow, *, is_constraint: bool, is_small: bool) -> Iterator[Markup]:
    start = (number - 1) * pi / 2 + GAP
    end = number * pi / 2 - GAP
    outer = RIM + LEAST + 3 if phase.share is None else _radius(phase.share)
    css = "unknown" if phase.share is None else f"p{number}"
    yield element("path", class_=css, d=_sector(RIM, outer, start, end))
    if is_constraint:
        yield element("path", class_="arc", d=_arc(outer + 4, start, end))
    if not is_small:
        yield _number(number, outer, (start + end) / 2)
    yield from _open_turns(number, phase, start, end, most=DOTS if is_small else None)


def _number(number: int, outer: float, middle: float) -> Markup:
    """The number of a phase: within it where there is room, else beside it."""
    if outer - RIM > 16:
        x, y = _at((RIM + outer) / 2, middle)
        return element("text", str(number), class_=f"on on{number}", x=x, y=y + 5, text_anchor="middle")
    x, y = _at(outer + 10, middle)
    return element("text", str(number), class_="quiet", x=x, y=y + 4, text_anchor="middle")


def _open_turns(number: int, phase: PhaseNow, start: float, end: float, most: int | None) -> Iterator[Markup]:
    radius = (HUB + RIM) / 2
    if phase.open > DOTS and most is None:
        x, y = _at(radius, (start + end) / 2)
        css = "alarm" if phase.held else "strong"
        yield element("text", str(phase.open), class_=css, x=x, y=y + 4, text_anchor="middle")
        return
    shown = phase.open if most is None else min(phase.open, most)
    for place in range(shown):
        x, y = _at(radius, start + (end - start) * (place + 1) / (shown + 1))
        yield element("circle", class_=f"p{number}", cx=x, cy=y, r=4)
        if place < phase.held:
            yield element("circle", class_="ring", cx=x, cy=y, r=6.5)


def _radius(share: float) -> float:
    """The outer radius at which the area beyond the rim is in proportion to a share."""
    return max(RIM + LEAST, sqrt(RIM**2 + min(max(share, 0.0), 1.0) * (LARGEST**2 - RIM**2)))


def _at(radius: float, angle: float) -> tuple[float, float]:
    """A place on the wheel; the angle is clockwise from the top."""
    return round(CENTRE + radius * sin(angle), 2), round(CENTRE - radius * cos(angle), 2)


def _sector(inner: float, outer: float, start: float, end: float) -> str:
    (x1, y1), (x2, y2) = _at(outer, start), _at(outer, end)
    (x3, y3), (x4, y4) = _at(inner, end), _at(inner, start)
    return f"M{x1} {y1}A{outer:g} {outer:g} 0 0 1 {x2} {y2}L{x3} {y3}A{inner:g} {inner:g} 0 0 0 {x4} {y4}Z"


def _arc(radius: float, start: float, end: float) -> str:
    (x1, y1), (x2, y2) = _at(radius, start), _at(radius, end)
    return f"M{x1} {y1}A{radius:g} {radius:g} 0 0 1 {x2} {y2}"
