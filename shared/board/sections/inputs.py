"""Inputs and effort: what the team believes moves the north star, each as a line with its target and its bets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.board.drawing.plot import extent
from shared.board.markup import NOTHING, Child, Markup, element, joined, named
from shared.board.sections.section import section
from shared.board.view import View, when
from shared.board.words import capital, earlier, measure, readable, short_measure, spelt
from shared.flywheel.history.values import Point
from shared.flywheel.wording import amount, listing

SHOWN = 9
_COURSES = ("towards", "away", "level")


def inputs(view: View) -> Markup:
    """A line for each input, then for each metric of effort; nothing where none is defined."""
    value = view.report["value"]
    entries = [*value["inputs"], *value["effort"]][:SHOWN]
    if not entries:
        return NOTHING
    return section(
        _heading(value["inputs"]),
        "What the team believes moves the north star. A tick marks the release of a turn that bet on it: "
        "the page says what happened after, never because of.",
        element("div", *(_chart(view, each) for each in entries), class_="cols three"),
        anchor="inputs",
    )


def _heading(entries: list[Mapping[str, Any]]) -> str:
    if not entries:
        return "No input is declared: nothing says what moves the north star."
    stale = [each for each in entries if each["stale"] or each["value"] is None]
    counts = {course: sum(each["heading"] == course for each in entries if each not in stale) for course in _COURSES}
    words = {
        "towards": "{} the right way",
        "away": "{} the wrong way",
        "level": "{} nowhere",
    }
    verbs = [
        words[course].format(f"{spelt(count)} {'goes' if count == 1 else 'go'}")
        for course, count in counts.items()
        if count
    ]
    if stale:
        verbs.append(f"{spelt(len(stale))} {'is' if len(stale) == 1 else 'are'} not measured")
    total = "one input" if len(entries) == 1 else f"{spelt(len(entries))} inputs"
    return capital(f"of {total} {listing(verbs)}.") if verbs else capital(f"{total}: too early to tell.")


def _chart(view: View, entry: Mapping[str, Any]) -> Markup:
    return element(
        "div",
        element("h3", named(readable(entry["metric"]))),
        element("p", _words(view, entry), class_="sub"),
        _line(view, entry),
        class_="chart",
    )


_HEADINGS = {"towards": "Towards", "away": "Away", "level": "Level"}


def _words(view: View, entry: Mapping[str, Any]) -> Child:
    down = ", down is better" if entry["direction"] == "down" else ""
    if not view.may_show(entry):
        return f"{_HEADINGS.get(entry['heading'] or '', 'Not known')}{down}; its owner does not show the value here."
    if entry["value"] is None:
        return "Not known: never measured."
    if entry["stale"]:
        at = when(entry["measured_at"])
        since = "" if at is None else view.day(at)
        return joined(
            element("span", "Not known: ", class_="flag"),
            f"last measured on {since}, at {measure(entry['value'], entry['unit'])}.",
        )
    was = "" if entry["previous"] is None else f"{earlier(entry)}, "
    course = _HEADINGS.get(entry["heading"] or "", "Too early to tell")
    bets = [each for each in view.report["value"]["bets"] if each["input_metric"] == entry["metric"]]
    after = joined(", after ", element("b", named(view.title(bets[-1]["turn"])))) if bets else NOTHING
    return joined(f"{course}{down}: {was}{measure(entry['value'], entry['unit'], entry['previous'])} now", after, ".")


def _line(view: View, entry: Mapping[str, Any]) -> Markup:
    known = view.metric(entry)
    points = () if known is None else known.points
    if not points or not view.may_show(entry):
        field = element("rect", class_="unknown", x="0%", y=6, width="91%", height=60)
        return element("svg", field, class_="wide", width="100%", height=86, role="img", aria_label="Not known.")
    return _drawn(view, entry, points)


def _drawn(view: View, entry: Mapping[str, Any], points: tuple[Point, ...]) -> Markup:
    history, target = view.history, entry["target"]
    low, high = extent([*(point.value for point in points), *([] if target is None else [target])])
    plot = view.plot(low, high, top=20, bottom=78, height=96, right=84)
    last = points[-1]
    shapes: list[Child] = list(plot.frame())
    if target is not None:
        shapes += plot.target(target, f"target {short_measure(target, entry['unit'])}", "quiet")
    if entry["stale"]:
        shapes.append(plot.area("hatched", last.at, history.as_of))
    shapes.append(plot.path("line", [(point.at, point.value) for point in points]))
    shapes += [
        plot.upright("edge", at, plot.bottom - 6, plot.bottom + 3) for at in _released(view, entry) if at > plot.start
    ]
    shapes += [
        plot.dot("dot", last.at, last.value, 4),
        plot.last(short_measure(last.value, entry["unit"]), plot.y(last.value) + 4),
    ]
    label = (
        f"{readable(entry['metric'])}: {amount(points[0].value)} at first, {amount(last.value)} on {view.day(last.at)}."
    )
    return plot.drawn(label, *shapes)


def _released(view: View, entry: Mapping[str, Any]) -> list[datetime]:
    bets = view.report["value"]["bets"]
    return [at for each in bets if each["input_metric"] == entry["metric"] and (at := when(each["released_at"]))]
