"""Markup by construction: text is escaped where it enters, so that no part of a page can forget to.

What is a `Markup` was made here; everything else is text. Text from outside keeps no control characters, overrides or
lone surrogates, and its direction stays its own: a name in Hebrew moves nothing beside it.
"""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from msgspec import Struct

from shared.flywheel.wording import outside

Attribute = str | int | float | bool | None


class Markup(Struct, frozen=True):
    """A piece of HTML or SVG that may stand in a page as it is."""

    html: str


Child: TypeAlias = "str | Markup | Iterable[Child] | None"

NOTHING = Markup("")
_VOID = frozenset({"br", "hr", "link", "meta"})
_LONGEST = 512
"""Characters of one text that are shown."""
_ANY = 1_000_000
"""An attribute is never cut: a path ends where its line does."""


def element(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """An element. `class_` is the attribute `class`, `aria_label` is `aria-label`; None and False leave one out."""
    shown = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    if name in _VOID:
        return Markup(f"<{name}{shown}>")
    return Markup(f"<{name}{shown}>{''.join(_html(child) for child in children)}</{name}>")


def joined(*children: Child) -> Markup:
    """Several pieces, one after the other."""
    return Markup("".join(_html(child) for child in children))


def named(text: str) -> Markup:
    """A name from outside within a sentence: its direction is its own."""
    return element("bdi", text)


def plain(text: str) -> str:
    """Text fit for a page: what steers or hides other text is gone, what XML does not know too."""
    return outside(text, _LONGEST)


def _html(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child.html
    if isinstance(child, str):
        return escape(_spaced(child))
    return "".join(_html(each) for each in child)


def _spaced(text: str) -> str:
    """Text as `plain` leaves it, with the blanks at its ends, which part it from its neighbours."""
    start = " " if text[:1].isspace() else ""
    end = " " if len(text) > 1 and text[-1].isspace() else ""
    return f"{start}{plain(text)}{end}"


def _attribute(key: str, value: Attribute) -> str:
    if value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{escape(_shown(value))}"'


def _shown(value: Attribute) -> str:
    """At most two decimals: a hundredth of a pixel is seen by nobody."""
    if isinstance(value, str):
        return outside(value, _ANY)
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
