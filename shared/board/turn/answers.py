"""The four answers about one turn."""

from datetime import timedelta

from shared.board.drawing.marks import OUTCOMES
from shared.board.drawing.plot import extent, percent
from shared.board.markup import NOTHING, Child, Markup, element, joined, named
from shared.board.sections.answer import Answer
from shared.board.sections.next import done_when
from shared.board.turn.subject import Subject
from shared.board.words import measure, readable, short_measure
from shared.flywheel.catalogue.catalogue import CATALOGUE
from shared.flywheel.wheel.model import PHASES
from shared.flywheel.wording import amount, amounts, duration, listing, plural

_ROOM = 62.0
"""Percent of a bar's drawing that the longest takes; beyond is its length in words."""
_YES = {"met": "Yes.", "missed": "No.", "learned": "Neither: it taught something."}


def won(subject: Subject) -> Answer:
    """Did it win? Its outcome, and the input that it was to move."""
    return Answer(question="Did it win?", find=_outcome(subject), why=_note(subject), evidence=_line(subject))


def _outcome(subject: Subject) -> Child:
    entry = subject.entry
    if entry["state"] == "stopped":
        return "It was stopped: a turn that teaches, and weighs nothing."
    if entry["outcome"] is None:
        return (
            "Not known yet: it is on its way."
            if entry["state"] == "open"
            else "Nobody has said: no outcome is recorded."
        )
    bet, metric = subject.bet, subject.metric
    first = _YES[entry["outcome"]]
    if bet is None or metric is None or bet["after"] is None or not subject.view.may_show(metric):
        return first
    was = "" if bet["before"] is None else f", {amounts(bet['before'], bet['after'])[0]} before"
    target = "" if metric["target"] is None else f"; the target is {amount(metric['target'])}"
    return joined(
        f"{first} ",
        named(readable(metric["metric"])),
        f": {measure(bet['after'], metric['unit'], bet['before'])} after it{was}{target}.",
    )


def _note(subject: Subject) -> Child:
    entry = subject.entry
    outcome = entry["outcome"]
    mark = NOTHING if outcome is None else joined(OUTCOMES[outcome], element("b", outcome.capitalize()))
    words = entry["note"] or entry["reason"]
    half = " It weighs half: one of its deployments failed." if entry["weight"] == 0.5 else ""
    if words and subject.view.is_inside:
        return joined(mark, ": “" if outcome else "“", named(words), "”.", half)
    return joined(mark, "." if outcome else "", half)


def _line(subject: Subject) -> Markup:
    view, metric = subject.view, subject.metric
    known = None if metric is None else view.metric(metric)
    if metric is None or known is None or not known.points or not view.may_show(metric):
        return joined()
    history, released, target = view.history, subject.released, metric["target"]
    low, high = extent([*(point.value for point in known.points), *([] if target is None else [target])])
    plot = view.plot(low, high)
    reach = timedelta(days=history.bet_days)
    shapes: list[Child] = []
    if released is not None:
        shapes += [
            plot.area("soft", released - reach, released),
            plot.area("band", released, min(history.as_of, released + reach)),
        ]
    shapes += plot.frame()
    if target is not None:
        shapes += plot.target(target, f"target {short_measure(target, metric['unit'])}")
    shapes.append(plot.path("line", [(point.at, point.value) for point in known.points]))
    if released is not None and released > plot.start:
        shapes += [
            plot.upright("edge", released),
            element("text", "released", class_="quiet", x=percent(plot.x(released)), y=10, text_anchor="middle"),
        ]
    last = known.points[-1]
    if metric["stale"]:
        shapes.append(plot.area("hatched", last.at, history.as_of))
    shapes += [
        plot.dot("dot", last.at, last.value, 4),
        plot.last(short_measure(last.value, metric["unit"]), plot.y(last.value) - 9),
    ]
    return plot.drawn(
        f"{readable(metric['metric'])} over 26 weeks, {amount(last.value)} on {view.day(last.at)}.", *shapes
    )


def real(subject: Subject) -> Answer:
    """Is it real? What the input did around the release; never because of it."""
    view, bet, metric = subject.view, subject.bet, subject.metric
    if bet is None or metric is None:
        return Answer(
            question="Is it real?",
            find="It bet on no input, so nothing can be compared.",
            why="An idea says which input it is to move in the field input_metric.",
        )
    days = plural(view.history.bet_days, "day")
    way = {"towards": "Towards what is wanted", "away": "Away from what is wanted", "level": "Level"}.get(
        bet["heading"] or ""
    )
    find = (
        f"{way}, in the {days} after. That is what happened after it, not because of it."
        if way
        else f"Too early to tell: nothing was measured on both sides of the release within {days}."
    )
    rival = (
        "Another bet on the same input was released close to it, so neither can claim the movement."
        if bet["shared"]
        else f"No other bet on this input was released within {days} of it."
    )
    return Answer(question="Is it real?", find=find, why=rival, evidence=_around(subject))


def _around(subject: Subject) -> Markup:
    bet, metric = subject.bet, subject.metric
    if bet is None or metric is None or not subject.view.may_show(metric):
        return joined()
    rows = (
        ("before the release", bet["before"]),
        ("after it", bet["after"]),
        ("target", metric["target"]),
    )
    body = (
        element(
            "tr",
            element("th", label, scope="row"),
            element("td", "not known" if value is None else measure(value, metric["unit"]), class_="num"),
        )
        for label, value in rows
    )
    head = element(
        "tr",
        element("th", named(readable(metric["metric"])), scope="col"),
        element("th", "value", scope="col", class_="num"),
    )
    return element("table", element("thead", head), element("tbody", *body))


def held(subject: Subject) -> Answer:
    """What held it? Its phases beside the flywheel's usual ones, and its blockers."""
    view = subject.view
    known = [(hours, phase) for phase in PHASES if (hours := subject.hours(phase)) is not None]
    length = subject.length()
    if not known or length is None:
        return Answer(question="What held it?", find="No phase of it was observed.", evidence=_phases(subject))
    hours, phase = max(known)
    verb = "took" if subject.closed else "has taken"
    find = f"{view.phase(phase)} {verb} {duration(hours)} of its {length}."
    return Answer(question="What held it?", find=find, why=_blockers(subject), evidence=_phases(subject))


def _blockers(subject: Subject) -> Child:
    history = subject.view.history
    if not subject.own.holds:
        return "Nothing blocked it. The upright line is the usual time of the window."
    parts = []
    for hold in subject.own.holds:
        length = duration(((hold.until or history.as_of) - hold.since) / timedelta(hours=1))
        parts.append(f"“{hold.title or hold.blocker}” for {length}{'' if hold.until else ' by now'}")
    return f"Blocked by {listing(parts)}. The upright line is the usual time of the window."


def _phases(subject: Subject) -> Markup:
    usual = {phase: CATALOGUE[f"turns.phase_hours.{phase}"].value_in(subject.view.report) for phase in PHASES}
    hours = {phase: subject.hours(phase) for phase in PHASES}
    longest = max((each for each in (*usual.values(), *hours.values()) if each is not None), default=1.0) or 1.0
    rows = (_bar(subject, phase, hours[phase], usual[phase], longest) for phase in PHASES)
    return element("ul", *rows, class_="bars")


def _bar(subject: Subject, phase: int, hours: float | None, usual: float | None, longest: float) -> Markup:
    length = 12.0 if hours is None else max(0.4, hours / longest * _ROOM)
    is_ahead = subject.entry["state"] == "open" and phase > (subject.entry["phase"] or 0)
    shapes: list[Child] = []
    if hours is not None or not is_ahead:
        css = "unknown" if hours is None else f"p{phase}"
        shapes.append(element("rect", class_=css, x=0, y=3, width=percent(length), height=13))
    usually = None if usual is None else usual / longest * _ROOM
    if usually is not None:
        shapes.append(element("line", class_="edge", x1=percent(usually), x2=percent(usually), y1=0, y2=19))
    words = ("not yet" if is_ahead else "not observed") if hours is None else duration(hours)
    at = percent(max(length, usually or 0.0))
    shapes.append(element("text", words, class_="quiet" if hours is None else "strong", x=at, dx=7, y=14))
    drawn = element("svg", *shapes, class_="wide", width="100%", height=20, role="img", aria_label=words)
    return element("li", element("span", f"{phase} {subject.view.phase(phase)}"), drawn)


def next_of(subject: Subject) -> Answer:
    """What next? The first action about it; else what its state asks for."""
    actions = subject.actions
    if actions:
        first = actions[0]
        because = f"Because {first['because']}. " if first["because"] else ""
        return Answer(
            question="What next?",
            find=subject.view.linked(first["text"], first["things"]),
            why=joined(because, element("b", "Done when"), f" {done_when(first)}."),
            asks=True,
        )
    if subject.entry["state"] == "open":
        return Answer(question="What next?", find="Nothing asks for action here: it is on its way.")
    if subject.entry["state"] == "delivered" and subject.entry["outcome"] is None:
        return Answer(
            question="What next?", find="Record what came of it.", why="Outcome Recorded: met, missed or learned."
        )
    return Answer(
        question="What next?",
        find="Propose what follows from it.",
        why="An idea that names it in the field follows takes the wheel back to its first phase.",
    )
