"""The document around a page, or only its root for a console that has a page already."""

from shared.board.drawing.marks import definitions
from shared.board.markup import Child, Markup, element
from shared.board.style import policy, stylesheet
from shared.board.theme import Theme


def document(title: str, theme: Theme | None, *parts: Child, lang: str = "en") -> str:
    """A complete HTML document that asks nothing of anybody; in the reader's theme unless one is given."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width,initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=policy()),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="robots", content="noindex,nofollow"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        _style(),
    )
    skip = element("a", "To the four answers", class_="skip", href="#main")
    body = element("body", skip, definitions(), *parts, class_=_root(theme))
    return "<!doctype html>" + element("html", head, body, lang=lang).html


def root(theme: Theme | None, *parts: Child) -> str:
    """The board without a document: its style reaches nothing outside it."""
    return element("div", _style(), definitions(), *parts, class_=_root(theme)).html


def _style() -> Markup:
    return Markup(f"<style>{stylesheet()}</style>")


def _root(theme: Theme | None) -> str:
    return "fwb" if theme is None else f"fwb {theme}"
