"""Comments of a map's text, taken out: `//` to the end of its line and `/* … */`, wherever they stand but in a URL."""

import re
from collections.abc import Iterator

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s\[\](){}<>\"']+")
_OPENS = re.compile(r"//|/\*")


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Lines by number from 1, without comments and blanks around; empty ones are left out.

    A block comment keeps the count of lines; one that never ends is left standing, and is then reported line by line.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(_without_comments(text).split("\n"), start=1):
        if stripped := line.strip():
            yield number, stripped


def _without_comments(text: str) -> str:
    """One pass over a copy in which URLs are blanked, so that theirs are no slashes of comments."""
    masked = _URL.sub(lambda url: " " * len(url[0]), text)
    last_close = masked.rfind("*/")
    kept: list[str] = []
    position = searched = 0
    while opening := _OPENS.search(masked, searched):
        begin, end = opening.span()
        if opening[0] == "/*" and last_close < end:
            searched = end
            continue
        kept.append(text[position:begin])
        if opening[0] == "//":
            newline = masked.find("\n", end)
            position = searched = len(text) if newline < 0 else newline
        else:
            position = searched = masked.find("*/", end) + 2
            kept.append("\n" * text.count("\n", begin, position))
    return "".join([*kept, text[position:]])
