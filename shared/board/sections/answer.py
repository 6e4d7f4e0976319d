"""One of the four answers: the question, what is so, why, and what shows it."""

from msgspec import Struct

from shared.board.markup import NOTHING, Child, Markup, element


class Answer(Struct, frozen=True, kw_only=True):
    """`find` is the answer in a sentence or two; `asks`: it wants something done."""

    question: str
    find: Child
    why: Child = ""
    extra: Markup = NOTHING
    evidence: Markup = NOTHING
    asks: bool = False


def answered(answer: Answer, place: int) -> Markup:
    """An answer as a section of the page."""
    heading = f"answer-{place}"
    words = element(
        "div",
        element("p", answer.find, class_="find"),
        element("p", answer.why, class_="why") if answer.why else NOTHING,
        answer.extra,
        class_="next" if answer.asks else None,
    )
    evidence = element("div", answer.evidence, class_="evidence") if answer.evidence.html else NOTHING
    return element(
        "section", element("h2", answer.question, id=heading), words, evidence, class_="answer", aria_labelledby=heading
    )
