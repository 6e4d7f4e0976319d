"""Are we winning, of an organisation without a north star of its own: by those of its children."""

from collections.abc import Mapping
from typing import Any

from shared.board.drawing.marks import counted
from shared.board.markup import Child, Markup, element, joined, named
from shared.board.sections.answer import Answer
from shared.board.sections.children import all_of, noun
from shared.board.sections.winning import outcomes, verdict
from shared.board.view import View
from shared.board.words import capital, measure, readable, spelt, weeks
from shared.flywheel.history.values import ChildHistory
from shared.flywheel.wording import listing, number, plural

SHOWN = 4
COURSES = {
    "reached": ("has reached its target", "have reached their targets"),
    "towards": ("goes the right way", "go the right way"),
    "level": ("stands still", "stand still"),
    "away": ("goes the wrong way", "go the wrong way"),
    "unknown": ("cannot tell", "cannot tell"),
}
"""The course of one child, and of several."""


def winning_inside(view: View) -> Answer:
    """The answer by the children's own north stars."""
    delivered = sum(outcomes(view).values())
    came = f"{plural(delivered, 'turn')} delivered in {weeks(view.report['window_days'])}; what came of them:"
    return Answer(
        question="Are we winning?",
        find=f"{capital(courses(view))}, by their own north stars. The whole has none.",
        why=came if delivered else f"No turn was delivered in {weeks(view.report['window_days'])}.",
        extra=element("p", *counted(outcomes(view)), class_="outcomes"),
        evidence=_table(view),
    )


def courses(view: View) -> str:
    """How many of the children go which way: `one of two teams goes the right way and one stands still`."""
    verdicts = [verdict(each.north_star) for each in view.history.children]
    counts = [(verdicts.count(course), words) for course, words in COURSES.items() if verdicts.count(course)]
    if len(counts) == 1:
        every = all_of(view, len(verdicts))
        return f"{every[:1].lower()}{every[1:]} {counts[0][1][len(verdicts) > 1]}"
    whole = noun(view, len(verdicts))
    parts = [f"{spelt(count)} {words[count > 1]}" for count, words in counts]
    first = f"{spelt(counts[0][0])} of {whole} {counts[0][1][counts[0][0] > 1]}"
    return listing([first, *parts[1:]])


def _table(view: View) -> Markup:
    known = [each for each in view.history.children if each.north_star is not None]
    if not known:
        return joined()
    head = element("tr", *(element("th", name, scope="col") for name in ("its north star", "now", "course")))
    rows = [_row(view, each, each.north_star or {}) for each in known[:SHOWN]]
    more = len(known) - SHOWN
    note = element("p", f"and {number(more)} more below", class_="quiet") if more > 0 else None
    return joined(element("table", element("thead", head), element("tbody", *rows)), note)


def _row(view: View, child: ChildHistory, star: Mapping[str, Any]) -> Markup:
    return element(
        "tr",
        element("th", view.inward(named(child.name), "flywheel", child.flywheel), scope="row"),
        element("td", _value(view, child, star)),
        element("td", COURSES[verdict(star)][0]),
    )


def _value(view: View, child: ChildHistory, star: Mapping[str, Any]) -> Child:
    name = named(readable(star["metric"]))
    if star["value"] is None:
        return joined(name, ": never measured")
    if not (view.is_inside or star["of"] == child.flywheel or child.north_star_shared):
        return name
    return joined(name, ": ", element("span", measure(star["value"], star["unit"]), class_="strong"))
