"""Are we winning? The north star with its target, and what came of the turns."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.board.drawing.marks import counted
from shared.board.drawing.plot import Plot, extent, percent
from shared.board.markup import Child, Markup, element, joined, named
from shared.board.sections.answer import Answer
from shared.board.view import View, when
from shared.board.words import capital, earlier, measure, readable, short_measure, weeks
from shared.flywheel.history.values import Point
from shared.flywheel.value.metrics import time_between
from shared.flywheel.wording import amount, plural
from shared.flywheel.wording import percent as share_of

MONTH = timedelta(days=27)


def winning(view: View) -> Answer:
    """The answer for a flywheel or an organisation."""
    star = view.report["value"]["north_star"]
    return Answer(
        question="Are we winning?",
        find=_find(view, star),
        why=_why(view, star),
        extra=element("p", *counted(outcomes(view)), class_="outcomes"),
        evidence=_line(view, star),
    )


def outcomes(view: View) -> dict[str, int]:
    """How many turns of the window, of all below an organisation, have which outcome."""
    children = view.report["context"]["children"]
    counts: dict[str, int] = children["together"]["outcomes"] if children else view.report["value"]["outcomes"]
    return counts


def verdict(star: Mapping[str, Any] | None) -> str:
    """The north star's course in a word: reached, towards, away, level; unknown where nothing tells."""
    if star is None or star["value"] is None or star["stale"]:
        return "unknown"
    return "reached" if star["reached"] else star["heading"] or "unknown"


_YES = {
    "reached": "Yes, the target is reached.",
    "towards": "Yes.",
    "away": "No.",
    "level": "Not yet: it stands still.",
    "unknown": "Too early to tell.",
}


def _find(view: View, star: Mapping[str, Any] | None) -> Child:
    if star is None:
        return "Nobody has said what winning is: there is no north star."
    name = named(readable(star["metric"]))
    if not view.may_show(star):
        return joined(name, f" {_HEADS[verdict(star)]}.")
    if star["value"] is None:
        return joined("Not known: ", name, " was never measured.")
    if star["stale"]:
        at = when(star["measured_at"])
        since = "" if at is None else f" on {view.day(at)}"
        return joined("Not known: ", name, f" was last measured{since}, at {measure(star['value'], star['unit'])}.")
    was = "" if star["previous"] is None else f", {earlier(star)}"
    target = "" if star["target"] is None else f"; the target is {amount(star['target'])}"
    return joined(
        f"{_YES[verdict(star)]} ", name, f": {measure(star['value'], star['unit'], star['previous'])}{was}{target}."
    )


_HEADS = {
    "reached": "has reached its target",
    "towards": "goes the right way",
    "away": "goes away from where it should",
    "level": "stands still",
    "unknown": "is not known",
}


def _why(view: View, star: Mapping[str, Any] | None) -> Child:
    closed = None if star is None else star["gap_closed"]
    gap = ""
    if star is not None and closed is not None and not star["reached"] and view.may_show(star) and not star["stale"]:
        moved = f"closed {share_of(closed)} of the gap" if closed >= 0 else f"widened the gap by {share_of(-closed)}"
        gap = f"{capital(time_between(star))} {moved}. "
    delivered = sum(outcomes(view).values())
    if not delivered:
        return f"{gap}No turn was delivered in {weeks(view.report['window_days'])}."
    came = "what came of it" if delivered == 1 else "what came of them"
    whose = "" if star is None or star["of"] == view.report["flywheel"] else _inherited(view, star)
    return f"{gap}{plural(delivered, 'turn')} delivered in {weeks(view.report['window_days'])}; {came}:{whose}"


def _inherited(view: View, star: Mapping[str, Any]) -> str:
    known = view.metric(star)
    return "" if known is None else f" (the north star is {known.owner}’s)"


def _line(view: View, star: Mapping[str, Any] | None) -> Markup:
    known = None if star is None else view.metric(star)
    if star is None or known is None or not known.points or not view.may_show(star):
        return _nothing(view, star)
    return star_line(view, star, known.points)


def _nothing(view: View, star: Mapping[str, Any] | None) -> Markup:
    if star is not None and not view.may_show(star):
        return element("p", "Its values are those of the flywheel above, which does not show them here.", class_="why")
    what = "No north star is defined" if star is None else "Nothing was measured in 26 weeks"
    mend = "Metric Defined" if star is None else "Metric Measured"
    field = element("rect", class_="unknown", x="0%", y=8, width="100%", height=64)
    shown = element("svg", field, class_="wide", width="100%", height=80, role="img", aria_label=f"{what}.")
    return joined(shown, element("p", f"{what}: send “{mend}”.", class_="why"))


def star_line(view: View, star: Mapping[str, Any], points: tuple[Point, ...]) -> Markup:
    """The north star over 26 weeks, with its target, the window, and the value a month before."""
    history = view.history
    values = [point.value for point in points]
    target = star["target"]
    low, high = extent([*values, *([] if target is None else [target])])
    plot = view.plot(low, high)
    last = points[-1]
    shapes: list[Child] = [plot.area("soft", max(history.start, history.window_start), history.as_of), *plot.frame()]
    if target is not None:
        shapes += plot.target(target, f"target {short_measure(target, star['unit'])}")
    if star["stale"]:
        shapes.append(plot.area("hatched", last.at, history.as_of))
    shapes.append(plot.path("line", [(point.at, point.value) for point in points]))
    shapes += _marks(plot, star, points)
    label = (
        f"{readable(star['metric'])} over 26 weeks: {amount(values[0])} at first, "
        f"{measure(last.value, star['unit'])} on {view.day(last.at)}"
        + ("" if target is None else f"; target {amount(target)}")
    )
    return plot.drawn(f"{label}.", *shapes)


def _marks(plot: Plot, star: Mapping[str, Any], points: tuple[Point, ...]) -> list[Child]:
    last = points[-1]
    y = plot.y(last.value)
    shown: list[Child] = []
    earlier = [point for point in points if point.at <= last.at - MONTH]
    if earlier:
        before = earlier[-1]
        side = -9 if star["change"] is None or before.value >= last.value else 17
        shown += [
            plot.dot("open", before.at, before.value, 3.5),
            element(
                "text", amount(before.value),
                class_="quiet", x=percent(plot.x(before.at)), y=plot.y(before.value) + side, text_anchor="middle",
            ),
        ]  # fmt: skip
    shown += [
        plot.dot("dot", last.at, last.value, 4.5),
        plot.last(short_measure(last.value, star["unit"]), _clear(plot, star, y), "large"),
    ]
    return shown


def _clear(plot: Plot, star: Mapping[str, Any], y: float) -> float:
    """The height of the last value's text, clear of its dot and of the target's line."""
    above = y - 11
    if star["target"] is not None and above - 14 < plot.y(star["target"]) < above + 3:
        return y + 23
    return max(above, 13)
