"""Light or dark: which of the two a page is, and which one CloudWatch's console asks for."""

from collections.abc import Mapping
from typing import Any, Literal

Theme = Literal["light", "dark"]


def theme_of(context: Mapping[str, Any]) -> Theme:
    """The theme of the console, as the `widgetContext` of a custom widget tells it."""
    return "dark" if context.get("theme") == "dark" else "light"
