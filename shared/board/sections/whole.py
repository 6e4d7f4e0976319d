"""The answers of an organisation: what it is as a whole, and what holds several of its children."""

from collections.abc import Iterator

from shared.board.drawing.marks import REAL
from shared.board.drawing.wheel import wheel
from shared.board.markup import Child, Markup, element, joined, named
from shared.board.sections.answer import Answer
from shared.board.sections.children import all_of, entries, noun
from shared.board.view import View
from shared.board.words import capital, spelt, weeks
from shared.flywheel.catalogue.catalogue import CATALOGUE
from shared.flywheel.history.values import Changed, ChildHistory
from shared.flywheel.wording import listing, number, outside, plural

SHOWN = 4
"""Children of which a change is told beside the answer; their own section has all."""
WHEELS = 12
"""So many children have their wheels beside the answer; of more, a row of those whose constraint is known."""
ROW = 6


def real_inside(view: View) -> Answer:
    """Is it real: of each child that changed, the first figure that did."""
    changed = [each for each in view.history.children if each.changed]
    return Answer(question="Is it real?", find=_find(view, changed), why=_why(view), evidence=_table(view, changed))


def _find(view: View, changed: list[ChildHistory]) -> str:
    better = sum(any(each.verdict == "better" for each in child.changed) for child in changed)
    worse = sum(any(each.verdict == "worse" for each in child.changed) for child in changed)
    other = len(changed) - sum(any(each.verdict in {"better", "worse"} for each in child.changed) for child in changed)
    counts = ((better, "got better"), (worse, "got worse"), (other, "changed"))
    parts = [f"{spelt(count)} {what}" for count, what in counts if count]
    of = noun(view, len(view.history.children))
    if not any(each.tested for each in view.history.children):
        return f"Too early or too little to tell in all {of}: no figure could be tested."
    if not parts:
        return f"Nothing changed beyond chance in any of {of}."
    if len(parts) == 1 and len(changed) == len(view.history.children):
        return f"{all_of(view, len(changed))} {parts[0].partition(' ')[2]} in something, beyond chance."
    return capital(f"of {of} {listing(parts)} in something, beyond chance.")


def _why(view: View) -> str:
    together = view.report["context"]["children"]["together"]
    counts = f"{plural(together['deployments'], 'deployment')}, {plural(together['incidents_opened'], 'incident')}"
    return f"Together in {weeks(view.report['window_days'])}: {counts}. Counts are added up; medians are never mixed."


def _table(view: View, changed: list[ChildHistory]) -> Markup:
    if not changed:
        return joined()
    names = ("changed for real", f"{weeks(view.report['window_days'])} before and now", "verdict")
    head = element("tr", *(element("th", name, scope="col") for name in names))
    rows = [_row(view, each) for each in changed[:SHOWN]]
    more = len(changed) - SHOWN
    note = element("p", f"and {number(more)} more below", class_="quiet") if more > 0 else None
    return joined(element("table", element("thead", head), element("tbody", *rows)), note)


def _row(view: View, child: ChildHistory) -> Markup:
    first = child.changed[0]
    more = f", and {spelt(len(child.changed) - 1)} more" if len(child.changed) > 1 else ""
    return element(
        "tr",
        element("th", view.inward(named(child.name), "flywheel", child.flywheel), scope="row"),
        element("td", *_change(view, first), more),
        element("td", REAL, element("span", first.verdict, class_="strong"), class_="nowrap"),
    )


def _change(view: View, changed: Changed) -> Iterator[Child]:
    kind = CATALOGUE[changed.figure]
    label = (
        kind.label
        if not changed.figure.startswith("turns.phase_hours.")
        else f"time in {view.phase(int(changed.figure[-1]))}"
    )
    before, now = ("–" if each is None else kind.unit.show(each) for each in (changed.before, changed.now))
    yield f"{label[:1].lower()}{label[1:]} {before} → "
    yield element("span", now, class_="strong")


def holds_several(view: View) -> Answer:
    """What holds: what several share, then doom loops, then what holds each."""
    return Answer(question="What holds us?", find=_held(view), why=_else(view), evidence=_wheels(view))


def _held(view: View) -> Child:
    both = view.report["context"]["children"]
    names = {each.flywheel: each.name for each in view.history.children}
    if both["shared"]["blockers"]:
        thing = both["shared"]["blockers"][0]
        whose = [outside(names.get(each, each)) for each in thing["flywheels"]]
        many = f"{spelt(len(whose))} of them" if len(whose) < len(names) else "both" if len(names) == 2 else "all"
        return joined("“", named(thing["title"] or thing["id"]), f"” holds {many}: {listing(whose)}.")
    if both["doom_loops"]:
        loops = [outside(names.get(each, each)) for each in both["doom_loops"]]
        return f"{listing(loops)} {'is' if len(loops) == 1 else 'are'} in a doom loop."
    if both["shared"]["inertia"]:
        thing = both["shared"]["inertia"][0]
        return joined(
            "“", named(thing["id"]), f"” resists moving on the maps of {spelt(len(thing['flywheels']))} of them."
        )
    own, of_all = sum(entry["constraint"] is not None for entry in entries(view)), len(entries(view))
    some = f"{spelt(own)} {'has a constraint of its own' if own == 1 else 'have a constraint of their own'}"
    tail = "" if not own else "; each has its own constraint" if own == of_all else f"; {some}"
    return f"Nothing is known to hold several of them{tail}."


def _else(view: View) -> str:
    phases: dict[int, int] = {}
    for entry in entries(view):
        if entry["constraint"] is not None:
            phases[entry["constraint"]] = phases.get(entry["constraint"], 0) + 1
    parts = [
        f"{view.phase(phase)} in {spelt(count)}" for phase, count in sorted(phases.items(), key=lambda each: -each[1])
    ]
    stalled = sum(each.stalled for each in view.history.children)
    loops = view.report["context"]["children"]["doom_loops"]
    sentences = [
        f"The constraint is {listing(parts)}."
        if parts
        else "Nowhere were enough turns delivered to name a constraint.",
        f"{capital(plural(stalled, 'turn'))} {'is' if stalled == 1 else 'are'} stalled." if stalled else "",
        "" if not loops else f"{spelt(len(loops)).capitalize()} in a doom loop.",
    ]
    return " ".join(filter(None, sentences))


def _wheels(view: View) -> Markup:
    both = list(zip(entries(view), view.history.children, strict=True))
    slowed = [(entry, child) for entry, child in both if entry["constraint"] is not None]
    pairs = both if len(both) <= WHEELS else slowed[:ROW]
    few = len(pairs) <= 4
    size = 108 if few else 72
    drawn = [
        element(
            "li",
            wheel(
                child.phases,
                constraint=entry["constraint"],
                hub="",
                below="",
                size=size,
                label=f"{outside(child.name)}: {_spoken(view, entry)}",
            ),
            view.inward(named(child.name), "flywheel", child.flywheel),
        )
        for entry, child in pairs
    ]
    more = len(both) - len(pairs)
    note = element("p", f"and {number(more)} more below", class_="quiet") if more else None
    return joined(element("ul", *drawn, class_="wheels" if few else "wheels many"), note) if drawn else joined()


def _spoken(view: View, entry: object) -> str:
    constraint = entry["constraint"] if isinstance(entry, dict) else None
    return "no constraint known" if constraint is None else f"the constraint is {view.phase(constraint)}"
