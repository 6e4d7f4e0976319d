"""A section of a board below the answers: what is so, how to read it, and what shows it."""

from shared.board.markup import NOTHING, Child, Markup, element


def section(heading: Child, caption: Child, *parts: Child, anchor: str = "") -> Markup:
    """A section whose heading is its finding."""
    return element(
        "section",
        element("h2", heading),
        element("p", caption, class_="cap") if caption else NOTHING,
        *parts,
        class_="section",
        id=anchor or None,
    )


def key(*entries: Child) -> Markup:
    """What the marks of a section stand for."""
    return element("p", *(element("span", entry, class_="nowrap") for entry in entries), class_="key")
