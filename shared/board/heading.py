"""The head of a page: where one is, of when it is, and what is so in one sentence."""

from datetime import timedelta

from shared.board.markup import NOTHING, Child, Markup, element, joined, named
from shared.board.sections.stars import courses
from shared.board.sections.winning import verdict
from shared.board.view import View
from shared.board.words import ago, spelt, weeks
from shared.flywheel.wording import outside

_STALE = timedelta(hours=26)
"""A board is stored at least once a day; one that is older says so."""


def top(view: View, below: str = "") -> Markup:
    """The way to this page, and its moment, window and age; `below`: what within the flywheel it is about."""
    way: list[Child] = []
    for place in reversed(view.history.above):
        way += [view.inward(named(place.name), "flywheel", place.id), " › "]
    own = named(view.history.name)
    way += [view.inward(own, "flywheel", view.history.flywheel), " › ", named(below)] if below else [own]
    at = view.local(view.history.as_of)
    moment = f"To {at:%a} {at.day} {at:%B %Y, %H:%M} {view.history.time_zone} · {weeks(view.report['window_days'])}"
    return element("div", element("span", *way), element("span", moment, _age(view)), class_="top")


def _age(view: View) -> Markup:
    age = view.as_of - view.history.as_of
    if age < timedelta(minutes=1):
        return joined()
    words = f"as of {ago(age)}"
    return joined(" · ", element("span", words, class_="flag") if age > _STALE else words)


_COURSE = {
    "reached": "has reached its target",
    "towards": "is winning",
    "away": "is losing ground",
    "level": "stands still",
    "unknown": "cannot tell yet whether it wins",
}


def finding(view: View) -> Child:
    """The state of the wheel and what holds it, in one sentence."""
    star = view.report["value"]["north_star"]
    if star is None and view.history.children:
        return joined(named(view.history.name), ": ", courses(view), _held(view), ".")
    course = "has no north star" if star is None else _COURSE[verdict(star)]
    return joined(named(view.history.name), f" {course}", _held(view), ".")


def purpose(view: View) -> Markup:
    """What the flywheel is for, in its own words; nothing where the settings do not say."""
    words = view.report["context"].get("purpose")
    return element("p", named(words), class_="purpose") if words else NOTHING


def _held(view: View) -> Child:
    broken = [each for each in view.report["actions"] if each["urgency"] == 1 and each["rule"] != "doom_loop"]
    if broken:
        thing = broken[0]["things"][0]
        return joined(", and “", named(outside(thing["title"] or thing["id"])), "” is broken now")
    if view.report["doom_loop"] == "doom_loop":
        return ", in a doom loop"
    children = view.report["context"]["children"]
    blockers = children["shared"]["blockers"] if children else []
    if blockers:
        name = named(outside(blockers[0]["title"] or blockers[0]["id"]))
        held, whole = len(blockers[0]["flywheels"]), len(children["side_by_side"])
        many = f"{spelt(held)} of {spelt(whole)}" if held < whole else "both" if whole == 2 else f"all {spelt(whole)}"
        return joined("; “", name, f"” holds {many}")
    if view.history.holds:
        hold = view.history.holds[0]
        return joined(", and “", named(outside(hold.title or hold.blocker)), "” holds it")
    constraint = view.report["turns"]["constraint"]
    return "" if constraint is None else f", and {view.phase(constraint)} holds it"
