"""Is it real? What changed beyond chance against the window before."""

from collections.abc import Sequence

from shared.board.drawing.marks import CHANCE, NOT_KNOWN, REAL
from shared.board.markup import Child, Markup, element, joined
from shared.board.sections.answer import Answer
from shared.board.view import View
from shared.board.words import capital, cases, spelt, weeks
from shared.flywheel.catalogue.catalogue import CATALOGUE
from shared.flywheel.catalogue.change import change_of, untested
from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.catalogue.unit import PER_28_DAYS
from shared.flywheel.trends.compared import compared
from shared.flywheel.wording import listing

SHOWN = 4
ALWAYS = ("value.hit_rate", "turns.rate_per_28d", "dora.lead_time_hours", "dora.change_fail_rate")
"""What is shown where fewer changed for real."""


def real(view: View) -> Answer:
    """The answer for a flywheel."""
    return Answer(
        question="Is it real?",
        find=_find(view),
        why=_why(view),
        evidence=_table(view, foremost(view)),
    )


def verdicts(view: View, verdict: str | None) -> list[FigureKind]:
    """The tested figures with a verdict; None: those too few to tell."""
    return [kind for kind in compared() if change_of(kind, view.report).verdict == verdict]


def foremost(view: View) -> list[FigureKind]:
    """What changed for real by its p, then the usual ones."""
    trends = view.report["trends"]
    changed = [kind for kind in compared() if change_of(kind, view.report).is_real]
    usual = [CATALOGUE[path] for path in ALWAYS if not change_of(CATALOGUE[path], view.report).is_real]
    return [*sorted(changed, key=lambda kind: trends[kind.trend]["p"]), *usual][:SHOWN]


def _find(view: View) -> str:
    better, worse = len(verdicts(view, "better")), len(verdicts(view, "worse"))
    changed, same = len(verdicts(view, "changed")), len(verdicts(view, "same"))
    tested = better + worse + changed + same
    if not tested:
        return capital(f"{untested(view.report)}.")
    if not better + worse + changed:
        return f"Nothing changed beyond chance, of {plural_of(tested)} that can be tested."
    counts = ((better, "better"), (worse, "worse"), (changed, "changed"))
    parts = [f"{spelt(count)} {'is' if count == 1 else 'are'} {word}" for count, word in counts if count]
    return f"Of {plural_of(tested)} that can be tested {listing(parts)} beyond chance."


def plural_of(count: int) -> str:
    """`one figure`, `five figures`."""
    return f"{spelt(count)} {'figure' if count == 1 else 'figures'}"


def _why(view: View) -> Child:
    hits = CATALOGUE["value.hit_rate"]
    now, before = hits.entry_in(view.report), view.history.before.get(hits.path)
    change = change_of(hits, view.report)
    hits_went = ""
    if now["n"] and before is not None and before["n"]:
        luck = "that could still be luck" if change.verdict else "too early to tell"
        tail = "beyond chance" if change.is_real else luck
        hits_went = f"Bets met went from {cases(hits, before)} to {cases(hits, now)}: {tail}. "
    return joined(hits_went, element("a", "All figures that can be tested", href="#tested"), ".")


def _table(view: View, kinds: Sequence[FigureKind]) -> Markup:
    heads = (f"against the {weeks(view.report['window_days'])} before", "before", "now", "verdict")
    head = element(
        "tr", *(element("th", name, scope="col", class_="num" if name in {"before", "now"} else None) for name in heads)
    )
    return element("table", element("thead", head), element("tbody", *(_row(view, kind) for kind in kinds)))


def _row(view: View, kind: FigureKind) -> Markup:
    return element(
        "tr",
        element("th", label_of(view, kind), scope="row"),
        element("td", cases(kind, view.history.before.get(kind.path)), class_="num"),
        element("td", element("span", cases(kind, kind.entry_in(view.report)), class_="strong"), class_="num"),
        element("td", verdict_of(view, kind), class_="nowrap"),
    )


def label_of(view: View, kind: FigureKind) -> str:
    """A figure's name; times in a phase by the phase, rates with what they are of."""
    if kind.unit is PER_28_DAYS:
        return f"{kind.label}, per 28 days"
    if kind.path.startswith("turns.phase_hours."):
        return f"Time in {view.phase(int(kind.path[-1]))}"
    return kind.label


def verdict_of(view: View, kind: FigureKind) -> Markup:
    """A verdict with its mark: filled beyond chance, open where it could be chance, hatched where nobody can tell."""
    change = change_of(kind, view.report)
    if change.is_real:
        return joined(REAL, element("span", str(change.verdict), class_="strong"))
    if change.verdict == "same":
        return joined(CHANCE, element("span", "could be chance", class_="quiet"))
    return joined(NOT_KNOWN, element("span", "too few to tell", class_="quiet"))
