"""What next? The first action with its thing, those after it, and what became of the last advice."""

from collections.abc import Mapping
from typing import Any

from shared.board.markup import Child, Markup, element, joined
from shared.board.sections.answer import Answer
from shared.board.view import View
from shared.board.words import capital, commanding, spelt
from shared.flywheel.actions.rules import rule_of
from shared.flywheel.wording import quoted

THEN = 3
"""So many actions are shown after the first."""


def next_action(view: View) -> Answer:
    """The answer of every page about a flywheel."""
    actions = view.report["actions"]
    if not actions:
        return Answer(question="What next?", find="Nothing asks for action.", why=_below(view), evidence=_advised(view))
    first = actions[0]
    return Answer(
        question="What next?",
        find=view.linked(first["text"], first["things"]),
        why=_why(first),
        evidence=joined(_advised(view), _then(view, actions[1 : 1 + THEN])),
        asks=True,
    )


def _below(view: View) -> Child:
    """Where the whole asks for nothing: that its children do."""
    both = view.report["context"]["children"]
    acting = sum(each["first_action"] is not None for each in both["side_by_side"]) if both else 0
    if not acting:
        return ""
    of_all = f"{spelt(acting)} of {spelt(len(both['side_by_side']))} {'has' if acting == 1 else 'have'}"
    link = element("a", "each beside its own figures", href="#children")
    return joined(f"That is, of the whole: {of_all} a first action, ", link, ".")


def _why(action: Mapping[str, Any]) -> Child:
    because = f"Because {action['because']}. " if action["because"] else ""
    return joined(because, element("b", "Done when"), f" {done_when(action)}.")


def done_when(action: Mapping[str, Any]) -> str:
    """What makes an action done, by its first thing."""
    things = action["things"]
    name = quoted(things[0]["title"] or things[0]["id"]) if things else "it"
    return rule_of(action).done_when.format(name)


def _advised(view: View) -> Markup:
    advised = view.history.advised
    if advised is None:
        return joined()
    became = "Still so." if advised.became == "still" else f"{capital(advised.how) or 'Done'}."
    return element(
        "p", element("b", f"Advised on {view.day(advised.at)}: "), commanding(advised.text), " ", became, class_="then"
    )


def _then(view: View, actions: list[Mapping[str, Any]]) -> Markup:
    if not actions:
        return joined()
    advised = "" if view.history.advised is None else view.history.advised.text
    rows = [element("li", view.linked(each["text"], each["things"])) for each in actions if each["text"] != advised]
    if not rows:
        return joined()
    return element("div", element("p", element("b", "After that")), element("ul", *rows), class_="then")
