"""The stylesheet of a board: one text, so that a hash of it satisfies a strict policy."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from shared.board.palette import DARK, LIGHT, Palette, variables

ROOT = ".fwb"
"""Every selector begins with the root's class: in a console nothing of it reaches the page around it."""

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLANKS = re.compile(r"\s+")
_LOOSE = re.compile(r"(?<=[{};:,]) | (?=[{}])")


@cache
def stylesheet() -> str:
    """The text of the one `<style>` element: the colours of both themes, then the rules of `board.css`.

    Without a theme the reader's own counts; a root of class `light` or `dark` has that one. Paper is light.
    """
    rules = files("shared.board").joinpath("board.css").read_text(encoding="utf-8")
    return "".join(
        (
            _colours(ROOT, LIGHT, "light dark"),
            f"@media(prefers-color-scheme:dark){{{_colours(f'{ROOT}:not(.light)', DARK, 'light dark')}}}",
            _colours(f"{ROOT}.light", LIGHT, "light"),
            _colours(f"{ROOT}.dark", DARK, "dark"),
            f"@media print{{{_colours(ROOT * 3, LIGHT, 'light')}}}",
            _LOOSE.sub("", _BLANKS.sub(" ", _COMMENT.sub("", rules))).strip(),
        )
    )


@cache
def policy() -> str:
    """The content security policy of a page: its own style, and nothing else from anywhere."""
    digest = b64encode(sha256(stylesheet().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _colours(selector: str, palette: Palette, scheme: str) -> str:
    return f"{selector}{{color-scheme:{scheme};{variables(palette)}}}"
