"""An organisation's children side by side, in the order of the configuration: never pooled, never ranked."""

from collections.abc import Mapping
from typing import Any

from shared.board.drawing.marks import OUTCOMES, STATUSES, WATCH, phase_mark
from shared.board.drawing.plot import extent, percent
from shared.board.markup import NOTHING, Child, Markup, element, joined, named
from shared.board.sections.section import key, section
from shared.board.sections.tenets import STATES
from shared.board.view import View
from shared.board.words import capital, commanding, measure, readable, spelt
from shared.flywheel.catalogue.drag import part_name
from shared.flywheel.history.values import ChildHistory
from shared.flywheel.summaries.tenets import TITLES
from shared.flywheel.wording import listing, number, outside, plural
from shared.flywheel.wording import percent as share_of

Entry = Mapping[str, Any]


def noun(view: View, count: int) -> str:
    """What the children are called: teams where all are, else flywheels."""
    kinds = {each["kind"] for each in entries(view)}
    word = "team" if kinds == {"team"} else "flywheel"
    return f"{spelt(count)} {word if count == 1 else word + 's'}"


def all_of(view: View, count: int) -> str:
    """All the children, as a sentence begins: `Both teams`, `All five teams`."""
    words = noun(view, count)
    if count == 1:
        return f"The {words}"
    return f"Both {words.partition(' ')[2]}" if count == 2 else f"All {words}"


def entries(view: View) -> list[Entry]:
    """The children of the report."""
    beside: list[Entry] = view.report["context"]["children"]["side_by_side"]
    return beside


def children(view: View) -> Markup:
    """A column for each child: both momenta, and what holds it."""
    pairs = list(zip(entries(view), view.history.children, strict=True))
    return section(
        _heading(view),
        "Side by side in the order of the configuration: each is compared with its own past, nobody is ranked, and "
        "every curve has a scale of its own. Thin line: momentum of releases; heavy line: momentum of value.",
        element("div", *(_column(view, entry, own) for entry, own in pairs), class_="cols four"),
        anchor="children",
    )


def _heading(view: View) -> str:
    states = [each["momentum"]["state"] for each in entries(view)]
    words = (
        (("turning", "first_turn"), "turns", "turn"),
        (("coasting",), "coasts", "coast"),
        (("learning",), "only learns", "only learn"),
        (("stopped",), "stands still", "stand still"),
        (("not_started",), "has not closed a turn yet", "have not closed a turn yet"),
    )
    parts = []
    for group, one, many in words:
        count = sum(state in group for state in states)
        if count:
            parts.append(f"{spelt(count)} {one if count == 1 else many}")
    if len(parts) == 1:
        return f"{all_of(view, len(states))} {parts[0].partition(' ')[2]}."
    return capital(f"of {noun(view, len(states))} {listing(parts)}.")


def _column(view: View, entry: Entry, own: ChildHistory) -> Markup:
    return element(
        "div",
        element("h3", view.inward(named(own.name), "flywheel", own.flywheel)),
        _nothing_yet() if entry["momentum"]["state"] == "not_started" else _curves(view, own),
        element("dl", *(_fact(*each) for each in _facts(view, entry, own)), class_="facts"),
        class_="child",
    )


def _nothing_yet() -> Markup:
    field = element("rect", class_="unknown", x="0%", y=14, width="84%", height=50)
    return element(
        "svg", field, class_="wide", width="100%", height=68, role="img", aria_label="No turn has closed yet."
    )


def _curves(view: View, own: ChildHistory) -> Markup:
    curves = own.momentum
    low, high = extent([point.value for point in (*curves.releases, *curves.value)], from_zero=True)
    plot = view.plot(low, high, top=14, bottom=64, height=68, right=84)
    ends = curves.releases[-1], curves.value[-1]
    shapes: list[Child] = [
        element("line", class_="axis", x1="0%", x2=percent(plot.right), y1=plot.bottom, y2=plot.bottom),
        plot.path("thin", [(point.at, point.value) for point in curves.releases]),
        plot.path("line", [(point.at, point.value) for point in curves.value]),
        plot.dot("dot", ends[1].at, ends[1].value, 3.5),
        plot.last(number(ends[1].value), min(plot.y(ends[1].value) + 4, plot.bottom)),
    ]
    label = f"{outside(own.name)}: momentum {number(ends[0].value)} of releases, {number(ends[1].value)} of value."
    return plot.drawn(label, *shapes)


def _fact(term: str, words: Child) -> Markup:
    return element("div", element("dt", term), element("dd", words))


def _facts(view: View, entry: Entry, own: ChildHistory) -> list[tuple[str, Child]]:
    momentum, drag, hits = entry["momentum"], entry["drag"], entry["hit_rate"]
    state = ", ".join(filter(None, (momentum["state"].replace("_", " "), momentum["direction"])))
    largest = drag["largest"]
    constraint = entry["constraint"]
    unknown = element("span", STATUSES["not_wired"], "not known", class_="quiet")
    action = entry["first_action"]
    return [
        ("State", state),
        ("North star", _star(view, own)),
        (
            "Constraint",
            unknown if constraint is None else joined(phase_mark(constraint), f"{constraint} {view.phase(constraint)}"),
        ),
        ("Largest drag", unknown if largest is None else f"{part_name(largest)}, {share_of(drag[largest])}"),
        ("Bets met", f"{hits['count']} of {hits['n']}" if hits["n"] else unknown),
        ("Doom loop", _doom(entry["doom_loop"])),
        ("First action", "nothing asks for action" if action is None else element("b", commanding(action["text"]))),
    ]


def _star(view: View, own: ChildHistory) -> Child:
    star = own.north_star
    if star is None or star["value"] is None:
        return element("span", STATUSES["not_wired"], "not known", class_="quiet")
    heading = star["heading"] or "too early to tell"
    course = "not measured of late" if star["stale"] else "target reached" if star["reached"] else heading
    whose = "" if star["of"] == own.flywheel else "inherited: "
    if not view.is_inside and star["of"] != own.flywheel and not own.north_star_shared:
        return joined(whose, named(readable(star["metric"])), f": {course}")
    return joined(whose, named(readable(star["metric"])), f" {measure(star['value'], star['unit'])}: {course}")


def _doom(verdict: str) -> Child:
    if verdict == "doom_loop":
        return joined(STATUSES["act"], element("span", "suspected", class_="flag"))
    if verdict == "watch":
        return joined(WATCH, "watch")
    return "clear" if verdict == "clear" else element("span", STATUSES["not_wired"], "not known", class_="quiet")


def results(view: View) -> Markup:
    """Each turn closed in the window as a mark of what came of it, child by child."""
    together = view.report["context"]["children"]["together"]
    outcomes = together["outcomes"]
    parts = [f"{spelt(count)} {word}" for word, count in outcomes.items() if count]
    heading = (
        f"{plural(together['delivered'], 'turn')} delivered: {listing(parts)}." if parts else "No turn was delivered."
    )
    rows = (
        element(
            "li",
            element("span", named(each.name), class_="name"),
            element("span", *(OUTCOMES[result] for result in each.results), class_="bar marks"),
            element("span", f"{_delivered(each)} delivered, {each.results.count('stopped')} stopped", class_="result"),
        )
        for each in view.history.children
    )
    return section(
        heading,
        "Each mark is one turn of the window; one that was stopped is learning, and weighs nothing.",
        key(*(joined(mark, "outcome unknown" if word == "unknown" else word) for word, mark in OUTCOMES.items())),
        element("ul", *rows, class_="rows"),
        anchor="results",
    )


def _delivered(each: ChildHistory) -> int:
    return len(each.results) - each.results.count("stopped")


def shared(view: View) -> Markup:
    """What several children share, each thing once; nothing where they share nothing."""
    both = view.report["context"]["children"]["shared"]
    rows = [("blocker", each) for each in both["blockers"]] + [("inertia", each) for each in both["inertia"]]
    if not rows:
        return NOTHING
    names = {each.flywheel: each.name for each in view.history.children}
    head = element("tr", *(element("th", each, scope="col") for each in ("what several share", "which", "in")))
    body = (
        element(
            "tr",
            element("th", view.outward(named(thing["title"] or thing["id"]), thing["url"]), scope="row"),
            element("td", "open blocker" if what == "blocker" else "inertia on the map"),
            element("td", ", ".join(outside(names.get(each, each)) for each in thing["flywheels"])),
        )
        for what, thing in rows
    )
    what = "One thing stands" if len(rows) == 1 else f"{capital(spelt(len(rows)))} things stand"
    return section(
        f"{what} in the way of several.",
        "Open blockers of one name, and components that resist moving on several maps: named once.",
        element("div", element("table", element("thead", head), element("tbody", *body)), class_="scroll"),
        anchor="shared",
    )


def tenet_table(view: View) -> Markup:
    """The twelve tenets of every child, a mark each."""
    rows = view.history.children
    unknown = sum(STATES[status] in {"not known", "too few answers"} for each in rows for status in each.tenets)
    whole = len(rows) * len(TITLES)
    acting = sum(status == "act" for each in rows for status in each.tenets)
    asks = f"{capital(spelt(acting))} {'asks' if acting == 1 else 'ask'} to act" if acting else "Nothing asks to act"
    head = element(
        "tr",
        element("th", element("span", "whose", class_="unseen"), scope="col"),
        *(
            element("th", element("abbr", str(place), title=title), scope="col", class_="narrow")
            for place, title in TITLES.items()
        ),
    )
    body = (element("tr", element("th", named(each.name), scope="row"), *map(_cell, each.tenets)) for each in rows)
    names = (element("li", f"{place} {title}") for place, title in TITLES.items())
    return section(
        f"{asks}, of {whole} tenets in {noun(view, len(rows))}; {unknown} are not known.",
        "A tenet is as good as its most urgent signal; each child’s page has the signals.",
        key(
            *(
                joined(STATUSES[status], STATES[status])
                for status in ("healthy", "watch", "act", "trend_only", "not_wired")
            )
        ),
        element("div", element("table", element("thead", head), element("tbody", *body)), class_="scroll"),
        element("ol", *names, class_="names"),
        anchor="tenets",
    )


def _cell(status: str) -> Markup:
    return element("td", STATUSES[status], element("span", STATES[status], class_="unseen"), class_="narrow")
