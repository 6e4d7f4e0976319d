"""Receipts: each number opens to the events behind it."""

import json
from collections.abc import Iterator, Sequence

from shared.board.markup import NOTHING, Child, Markup, element, joined, named
from shared.board.view import View
from shared.board.words import capital, cases
from shared.flywheel.catalogue.catalogue import CATALOGUE
from shared.flywheel.explain.explanation import Explanation
from shared.flywheel.figures.account import Row
from shared.flywheel.wording import plural

ALONE = 60
"""Rows of a receipt that stands alone; `flywheel explain` prints all."""
EVENTS = 3
"""Events of a row that are named."""


FIGURES = (
    *(f"value.outcomes.{result}" for result in ("met", "missed", "learned", "unknown")),
    *("value.hit_rate", "value.momentum.value", "momentum.value", "turns.rate_per_28d", "turns.turn_time_hours"),
    *("turns.time_to_value_hours.idea", "turns.constraint", "turns.stalled", "doom_loop"),
    *(f"drag.{part}" for part in ("rework_rate", "stalled_share", "incident_time_share", "blocked_share")),
    *("drag.map_inertia_share", "drag.incidents_opened"),
    *("dora.lead_time_hours", "dora.per_week", "dora.change_fail_rate", "dora.recovery_minutes", "dora.rework_rate"),
)
"""The figures of a board that open to the events behind them."""


def receipts(view: View) -> Markup:
    """All receipts of a page, each closed, or in a widget each to be asked for; nothing where there is none."""
    if view.call:
        return _asked_for(view)
    if not view.receipts or not view.detail.rows:
        return NOTHING
    return element(
        "section",
        element("h2", "Each number opens to the events behind it."),
        element("p", "What counted, with its part, and what was left out and why.", class_="cap"),
        *(_details(explanation, view.detail.rows) for explanation in view.receipts.values()),
        class_="section",
        id="receipts",
    )


def _asked_for(view: View) -> Markup:
    """A list of figures; CloudWatch calls the function for the one that is clicked, and shows what it answers."""
    known = [(path, CATALOGUE[path].label.strip()) for path in FIGURES if path in CATALOGUE]
    return element(
        "section",
        element("h2", "Each number opens to the events behind it."),
        element("ul", *(element("li", _button(view, *each)) for each in known), class_="names"),
        class_="section",
        id="receipts",
    )


def _button(view: View, figure: str, label: str) -> Markup:
    """A link, and the action of CloudWatch that a click on it asks for (custom widgets: `cwdb-action`)."""
    asked = json.dumps({"receipt": figure, **{name: view.report[name] for name in ("flywheel", "as_of")}})
    action = element("cwdb-action", asked, action="call", display="popup", endpoint=view.call, event="click")
    return joined(element("a", label, class_="btn"), action)


def receipt(explanation: Explanation) -> Markup:
    """One receipt, open."""
    return element("div", element("p", _heading(explanation)), *_body(explanation, ALONE))


def _details(explanation: Explanation, most: int) -> Markup:
    return element("details", element("summary", _heading(explanation)), element("div", *_body(explanation, most)))


def _heading(explanation: Explanation) -> Markup:
    counted = sum(row.counted for row in explanation.rows)
    return joined(
        element("b", (explanation.label or explanation.figure).strip()),
        _value(explanation),
        element("span", f" · {plural(counted, 'row')} counted · {explanation.figure}", class_="quiet"),
    )


def _value(explanation: Explanation) -> str:
    """The figure itself, as a table shows it; nothing of one that is no figure of the catalogue."""
    kind = CATALOGUE.get(explanation.figure)
    if kind is None or kind.shape in {"word", "names"}:
        return ""
    return f" {cases(kind, explanation.value)}"


def _body(explanation: Explanation, most: int) -> Iterator[Markup]:
    parts: list[Child] = [
        f"{explanation.explanation} " if explanation.explanation else "",
        capital(explanation.rule),
        ".",
    ]
    yield element("p", *parts, class_="why")
    for note in explanation.notes:
        yield element("p", note, class_="why flag")
    for title, is_counted in (("Counted", True), ("Left out", False)):
        rows = [row for row in explanation.rows if row.counted is is_counted]
        if rows:
            yield _table(title, rows, most)


def _table(title: str, rows: Sequence[Row], most: int) -> Markup:
    more = len(rows) - most
    head = element("tr", *(element("th", name, scope="col") for name in ("when", "what", "part", "why", "events")))
    return element(
        "div",
        element(
            "table",
            element("caption", f"{title}: {len(rows)}", class_="strong"),
            element("thead", head),
            element("tbody", *(_row(row) for row in rows[:most])),
        ),
        element("p", f"and {more:,} more: `flywheel explain` prints them all", class_="quiet") if more > 0 else NOTHING,
        class_="scroll",
        tabindex=0,
        role="region",
        aria_label=title,
    )


def _row(row: Row) -> Markup:
    part = "" if row.value is None else f"{row.value:.6g}" + (f" of {row.of:.6g}" if row.of != 1 else "")
    more = len(row.events) - EVENTS
    events = [*row.events[:EVENTS], *([f"and {more} more"] if more > 0 else [])]
    cells: tuple[Child, ...] = (
        (row.at or "")[:16].replace("T", " "),
        named(row.what),
        part,
        f"{row.group}: {row.why}" if row.group else row.why,
        joined(*(joined(", " if place else "", named(each)) for place, each in enumerate(events))),
    )
    return element("tr", *(element("td", cell) for cell in cells))
