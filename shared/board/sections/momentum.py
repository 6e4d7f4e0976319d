"""Momentum of releases, and of value beside it."""

from shared.board.drawing.plot import extent, ticks
from shared.board.markup import NOTHING, Child, Markup, element, joined
from shared.board.sections.section import key, section
from shared.board.view import View, when
from shared.flywheel.catalogue.turning import MOMENTUM
from shared.flywheel.distribution import total
from shared.flywheel.history.values import Momentum
from shared.flywheel.moments import micros
from shared.flywheel.value.momentum import push_at
from shared.flywheel.wording import number
from shared.flywheel.wording import percent as share_of

_APART = 13
"""Pixels between two values at the end of their lines."""


def momentum(view: View) -> Markup:
    """Both lines over 26 weeks; nothing where no turn has closed."""
    curves = view.history.momentum
    if view.report["momentum"]["state"] == "not_started":
        return NOTHING
    return section(
        _heading(view),
        f"{MOMENTUM.explanation} The heavy line counts only turns whose outcome was met.{_known(view)}",
        key(
            joined(_sample("line"), f"value {number(curves.value[-1].value)}"),
            joined(_sample("thin"), f"releases {number(curves.releases[-1].value)}"),
        ),
        _drawn(view, curves),
        anchor="momentum",
    )


def _heading(view: View) -> str:
    releases = view.report["momentum"]
    value = view.report["value"]["momentum"]
    direction = releases["direction"]
    course = {"rising": "Momentum rises", "falling": "Momentum falls", "steady": "Momentum holds"}.get(
        direction or "", "The first turns push"
    )
    if not releases["value"]:
        return "Nothing pushes the wheel any more."
    if not value["value"]:
        return f"{course}; of what was released nothing is known to have paid."
    share = value["value"] / _all_pushes(view)
    part = "nearly all" if share > 0.9 else share_of(share)
    return f"{course}; {part} of the pushes are known to have paid."


def _all_pushes(view: View) -> float:
    """What the delivered turns still push, each with 1 at its close as in the momentum of value, whatever failed."""
    closes = (when(turn["closed_at"]) for turn in view.report["turn_list"] if turn["state"] == "delivered")
    return total(push_at(micros(close), micros(view.history.as_of)) or 0.0 for close in closes if close is not None)


def _known(view: View) -> str:
    known = view.report["value"]["momentum"]["known_share"]
    return "" if known is None or known >= 0.995 else f" Of {share_of(known)} of it anybody has recorded an outcome."


def _sample(css: str) -> Markup:
    line = element("path", class_=css, d="M0 7H18")
    return element("svg", line, class_="mark long", width=20, height=13, viewBox="0 0 20 14", aria_hidden="true")


def _drawn(view: View, curves: Momentum) -> Markup:
    history = view.history
    values = [point.value for point in (*curves.releases, *curves.value)]
    low, high = extent(values, from_zero=True)
    plot = view.plot(low, high, bottom=150, height=168, right=94)
    ends = curves.releases[-1], curves.value[-1]
    y1, y2 = _apart(plot.y(ends[0].value), plot.y(ends[1].value))
    shapes: list[Child] = [
        plot.area("soft", max(history.start, history.window_start), history.as_of),
        *plot.scale([each for each in ticks(low, high) if each], number),
        *plot.frame(),
        plot.path("thin", [(point.at, point.value) for point in curves.releases]),
        plot.path("line", [(point.at, point.value) for point in curves.value]),
        plot.dot("dot2", ends[0].at, ends[0].value, 3.5),
        plot.dot("dot", ends[1].at, ends[1].value, 4.5),
        plot.last(number(ends[0].value), y1 + 4, "quiet"),
        plot.last(number(ends[1].value), y2 + 4),
    ]
    label = f"Momentum over 26 weeks: {number(ends[0].value)} of releases and {number(ends[1].value)} of value now."
    return plot.drawn(label, *shapes)


def _apart(one: float, other: float) -> tuple[float, float]:
    """Two heights, moved from each other so far that their texts do not touch."""
    near = _APART - abs(one - other)
    if near <= 0:
        return one, other
    up, down = (one, other) if one <= other else (other, one)
    up, down = up - near / 2, down + near / 2
    return (up, down) if one <= other else (down, up)
