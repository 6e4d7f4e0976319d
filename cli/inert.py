"""Texts that no terminal obeys.

What people and vendors wrote may hold escape sequences, controls, marks of direction or characters without width: none
of them gets out.
"""

import re

_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff]"
)
"""Unicode's controls, formats, separators of lines and surrogates, but for tab, line feed and soft hyphen."""
NOT_PLAIN = re.compile(f"{_OBEYED.pattern}|\u00ad")
"""The same, and the soft hyphen."""


def inert(text: str) -> str:
    """A text without anything that a terminal obeys; lines and tabs stay."""
    return _OBEYED.sub("", text).replace("\u00ad", "-")


def on_one_line(text: str) -> str:
    """A text of somebody else's on one line: what it says cannot pass for a line of ours."""
    return inert(re.sub("[\r\n\v\f\x85\u2028\u2029]", " ", text))
