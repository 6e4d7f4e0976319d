"""Every figure that can be tested, beside itself one window before: what is real, and what could be chance."""

from math import log2

from shared.board.drawing.marks import CHANCE, NOT_KNOWN, REAL
from shared.board.drawing.plot import percent
from shared.board.markup import Child, Markup, element, joined
from shared.board.sections.real import label_of, verdict_of, verdicts
from shared.board.sections.section import key, section
from shared.board.view import View
from shared.board.words import capital, cases, size, spelt, weeks
from shared.flywheel.catalogue.change import change_of
from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.trends.compared import compared
from shared.flywheel.wording import listing
from shared.flywheel.wording import percent as share_of

_FARTHEST = 2.0
"""Doublings at the edge of the drawing: four times as good, or as bad."""


def tested(view: View) -> Markup:
    """The table of all of them, in the order of the catalogue."""
    certainty = share_of(view.history.certainty)
    heads: tuple[tuple[Child, str | None], ...] = (
        ("figure", None), ("before", "num"), ("now", "num"), (_scale(), "roomy"), ("verdict", None),
    )  # fmt: skip
    head = element("tr", *(element("th", name, scope="col", class_=css) for name, css in heads))
    return section(
        _heading(view),
        f"Against the {weeks(view.report['window_days'])} before, at a certainty of {certainty} over all of them "
        "together. To the right of the line is better; a mark at the edge is four times as good or as bad.",
        key(joined(REAL, "beyond chance"), joined(CHANCE, "could be chance"), joined(NOT_KNOWN, "too few to tell")),
        element("table", element("thead", head), element("tbody", *(_row(view, kind) for kind in compared()))),
        anchor="tested",
    )


def _heading(view: View) -> str:
    words = (
        ("better", "better for real"),
        ("worse", "worse for real"),
        ("changed", "changed for real"),
        ("same", "could be chance"),
        (None, "too few to tell"),
    )
    if not any(len(verdicts(view, verdict)) for verdict, _ in words[:-1]):
        return "No figure can be tested yet."
    counts = [(len(verdicts(view, verdict)), phrase) for verdict, phrase in words]
    parts = [f"{spelt(count)} {'is' if count == 1 else 'are'} {phrase}" for count, phrase in counts if count]
    shown = [part.replace("is could", "could").replace("are could", "could") for part in parts]
    return capital(f"{listing(shown)}.")


def _scale() -> Markup:
    labels = (("0%", "start", "worse"), ("50%", "middle", "as before"), ("100%", "end", "better"))
    texts = (element("text", words, class_="quiet", x=x, y=12, text_anchor=anchor) for x, anchor, words in labels)
    drawn = element("svg", *texts, class_="wide", width="100%", height=16, aria_hidden="true")
    return joined(element("span", "change", class_="unseen"), drawn)


def _row(view: View, kind: FigureKind) -> Markup:
    now, before = kind.entry_in(view.report), view.history.before.get(kind.path)
    sizes = [str(each) for each in (size(before), size(now)) if each is not None]
    cases_of = f" n {', '.join(sizes)}" if kind.shape == "distribution" and sizes else ""
    return element(
        "tr",
        element("th", label_of(view, kind), element("span", cases_of, class_="quiet nowrap"), scope="row"),
        element("td", cases(kind, before), class_="num"),
        element("td", element("span", cases(kind, now), class_="strong"), class_="num"),
        element("td", _change(view, kind), class_="roomy"),
        element("td", verdict_of(view, kind), _p(view, kind), class_="verdict"),
    )


def _p(view: View, kind: FigureKind) -> Markup:
    p = view.report["trends"][kind.trend]["p"]
    shown = "" if p is None else " p below 0.001" if p < 0.001 else f" p {p:.3f}"
    return element("span", shown, class_="quiet nowrap roomyinline")


def _change(view: View, kind: FigureKind) -> Markup:
    """How many times as good or as bad, as a mark beside the line of no change."""
    line = element("line", class_="axis", x1="50%", x2="50%", y1=0, y2=20)
    ratio = _ratio(view, kind)
    if ratio is None:
        words = "neither way" if kind.better is None else "no ratio"
        note = element("text", words, class_="quiet", x="50%", dx=8, y=14)
        return _drawn(line, note)
    change = change_of(kind, view.report)
    x = 50 + max(-_FARTHEST, min(_FARTHEST, ratio)) / _FARTHEST * 42
    css = "dot" if change.is_real else "open" if change.verdict else "unknown"
    stem = element("line", class_="level" if change.is_real else "whisker", x1="50%", x2=percent(x), y1=10, y2=10)
    return _drawn(line, stem, element("circle", class_=css, cx=percent(x), cy=10, r=4.5))


def _drawn(*shapes: Markup) -> Markup:
    return element("svg", *shapes, class_="wide", width="100%", height=20, aria_hidden="true")


def _ratio(view: View, kind: FigureKind) -> float | None:
    """Doublings towards the better; None of a figure of which neither way is better, and beside nothing."""
    now, before = kind.value_in(view.report), view.report["trends"][kind.trend]["previous"]
    if kind.better is None or not now or not before or now < 0 or before < 0:
        return None
    doublings = log2(now / before)
    return doublings if kind.better == "up" else -doublings
