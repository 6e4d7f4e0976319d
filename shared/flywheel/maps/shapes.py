"""The page that maps are drawn on: its size, where a coordinate lies on it, and single shapes of SVG."""

import re
from html import escape as escape_markup

WIDTH, HEIGHT, MARGIN = 900, 560, 46

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(text: str) -> str:
    """Text as XML holds it: markup escaped, characters that XML 1.0 does not know shown as �."""
    return escape_markup(_NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text))


def x_of(maturity: float) -> float:
    """Where a maturity lies; what is beyond the map is drawn at its edge."""
    return round(MARGIN + min(max(maturity, 0.0), 1.0) * (WIDTH - 2 * MARGIN), 1)


def y_of(visibility: float) -> float:
    """Where a visibility lies; what is beyond the map is drawn at its edge."""
    return round(HEIGHT - MARGIN - min(max(visibility, 0.0), 1.0) * (HEIGHT - 2 * MARGIN), 1)


def text(x: float, y: float, words: str, css: str = "", anchor: str = "start") -> str:
    """A line of text, above a wider one in the colour of the page, so that lines behind it leave it readable."""
    at = f'x="{x}" y="{y}" text-anchor="{anchor}"'
    shown = escape(words)
    return f'<text {at} class="{css} halo" aria-hidden="true">{shown}</text><text {at} class="{css}">{shown}</text>'


def line(css: str, x1: float, y1: float, x2: float, y2: float) -> str:
    """A straight line."""
    return f'<line class="{css}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def circle(css: str, x: float, y: float, radius: float) -> str:
    """A circle."""
    return f'<circle class="{css}" cx="{x}" cy="{y}" r="{radius}"/>'
