"""What holds us? The wheel with its constraint, and what holds it by name."""

from shared.board.drawing.marks import phase_mark
from shared.board.drawing.wheel import wheel
from shared.board.markup import Child, Markup, element, joined, named
from shared.board.sections.answer import Answer
from shared.board.view import View
from shared.flywheel.catalogue.drag import part_name
from shared.flywheel.history.values import PhaseNow
from shared.flywheel.wording import duration, listing, number, outside, percent, plural

SIZE = 172


def holds(view: View) -> Answer:
    """The answer for a flywheel."""
    return Answer(question="What holds us?", find=_find(view), why=_why(view), evidence=_evidence(view))


def _find(view: View) -> Child:
    broken = next((each for each in view.report["actions"] if each["urgency"] == 1), None)
    if broken is not None and broken["rule"] != "doom_loop":
        thing = broken["things"][0]
        return joined(
            "Something is broken now: ", view.outward(named(thing["title"] or thing["id"]), thing["url"]), "."
        )
    if view.report["doom_loop"] == "doom_loop":
        return "A doom loop: direction changes chase disappointments."
    constraint, held = view.report["turns"]["constraint"], view.history.holds
    share = None if constraint is None else view.history.phases[constraint - 1].share
    slow = "" if constraint is None else f"{view.phase(constraint)} takes {_part(share)} of a turn"
    if held:
        hold = held[0]
        what = joined("“", named(outside(hold.title or hold.blocker)), "”")
        age = duration((view.history.as_of - hold.since).total_seconds() / 3600)
        if slow:
            return joined(f"{slow}, and ", what, f" has been open for {age}.")
        return joined(what, f" has been open for {age}.")
    if slow:
        return f"{slow}; nothing is blocked."
    return "Too few turns were delivered to name a constraint; nothing is blocked."


def _part(share: float | None) -> str:
    if share is None:
        return "most"
    return "more than half" if share > 0.5 else percent(share)


def _why(view: View) -> Child:
    sentences: list[Child] = []
    names = [view.title(turn) for hold in view.history.holds for turn in hold.turns]
    if names:
        listed = listing([f"“{outside(name)}”" for name in names[:2]])
        more = f" and {number(len(names) - 2)} more" if len(names) > 2 else ""
        sentences.append(joined("Held: ", element("b", listed), f"{more}. "))
    drag = view.report["drag"]
    if drag["largest"] is not None:
        sentences.append(f"The largest drag is {part_name(drag['largest'])}, {percent(drag[drag['largest']])}. ")
    sentences.append(f"{_DOOM[view.report['doom_loop']]} ")
    inertia = [name for entry in view.report["context"]["maps"].values() if entry for name in entry["inertia"] or ()]
    if inertia:
        shown = list(dict.fromkeys(inertia))
        more = f" and {number(len(shown) - 2)} more" if len(shown) > 2 else ""
        sentences.append(f"Inertia on the maps: {listing([outside(name) for name in shown[:2]])}{more}. ")
    return joined(*sentences)


_DOOM = {
    "clear": "No doom loop.",
    "watch": "One change of direction chased a disappointment: the doom loop is on watch.",
    "doom_loop": "Changes of direction chase disappointments, with nothing delivered between.",
    "unknown": "Whether there is a doom loop is not known: no goal, north star or stop was sent.",
}


def _evidence(view: View) -> Markup:
    constraint = view.report["turns"]["constraint"]
    phases = view.history.phases
    momentum = view.report["momentum"]
    known = momentum["state"] != "not_started"
    hub, below = (number(momentum["value"]), momentum["direction"] or "") if known else ("–", "")
    drawn = wheel(phases, constraint=constraint, hub=hub, below=below, size=SIZE, label=_spoken(view))
    legend = element("ul", *(_legend(view, place, phase) for place, phase in enumerate(phases, 1)), class_="phases")
    note = element(
        "p",
        "Beyond the rim: the share of a turn’s time. Dots: open turns. Hub: momentum.",
        class_="quiet",
    )
    return joined(element("div", drawn, legend, class_="wheelbox"), note)


def _legend(view: View, number_: int, phase: PhaseNow) -> Markup:
    is_constraint = view.report["turns"]["constraint"] == number_
    free = " beyond the soak" if number_ == 4 else ""
    share = "share not known" if phase.share is None else f"{percent(phase.share)} of a turn{free}"
    flags = [*([f"{phase.held} held"] if phase.held else []), *(["the constraint"] if is_constraint else [])]
    flag = joined(" · ", element("span", " · ".join(flags), class_="flag")) if flags else None
    name = f"{number_} {view.phase(number_)}"
    title = element("span", name, class_="strong") if is_constraint else name
    return element("li", phase_mark(number_), title, element("small", share, f" · {phase.open} open", flag))


def _spoken(view: View) -> str:
    parts = []
    for place, phase in enumerate(view.history.phases, 1):
        share = "an unknown share" if phase.share is None else percent(phase.share)
        parts.append(f"{view.phase(place)} takes {share} of a turn and has {plural(phase.open, 'open turn')}")
    return f"The wheel: {listing(parts)}."
