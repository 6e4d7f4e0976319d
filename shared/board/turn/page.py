"""The page of one turn."""

from datetime import datetime

from shared.board.document import document
from shared.board.heading import top
from shared.board.markup import Child, element, joined, named
from shared.board.sections.answer import answered
from shared.board.sections.footing import footing
from shared.board.theme import Theme
from shared.board.turn.answers import held, next_of, real, won
from shared.board.turn.course import chain, course
from shared.board.turn.subject import Subject, subject
from shared.board.view import Audience, Link, Report, View, nowhere
from shared.flywheel.history.values import History


def turn_page(  # noqa: PLR0913  all but the first three by name
    report: Report,
    history: History,
    turn: str,
    *,
    as_of: datetime,
    audience: Audience = "inside",
    theme: Theme | None = None,
    link: Link | None = None,
) -> str:
    """One turn of a flywheel's history as a complete HTML document; arguments are those of `flywheel_page`.

    Raises UnknownTurnError where the history has no turn of that name.
    """
    about = subject(View(report=report, history=history, audience=audience, link=link or nowhere, as_of=as_of), turn)
    answers = (won(about), real(about), held(about), next_of(about))
    main = element(
        "main",
        *(answered(each, place) for place, each in enumerate(answers, 1)),
        course(about),
        chain(about),
        id="main",
    )
    header = element("header", top(about.view, about.name), element("h1", _finding(about)))
    return document(
        f"{about.name} · {history.name}", theme, element("div", header, main, footing(about.view), class_="page")
    )


def _finding(about: Subject) -> Child:
    name = named(about.name)
    entry = about.entry
    if entry["state"] == "stopped":
        return joined(name, " was stopped.")
    if entry["state"] == "delivered":
        ends = {"met": ", and met its bet", "missed": ", and missed its bet", "learned": ", and taught something"}
        return joined(
            name, " was delivered", ends.get(entry["outcome"] or "", "; what came of it nobody has said"), "."
        )
    hold = next((each for each in about.own.holds if each.until is None), None)
    where = f" is in {about.view.phase(entry['phase'])}"
    return joined(name, where, "." if hold is None else joined(", held by “", named(hold.title or hold.blocker), "”."))
