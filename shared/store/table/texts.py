"""Outside text as an item keeps it: short, and without what UTF-8 cannot say."""

from typing import Any

LONGEST = 500


def short(value: Any, longest: int = LONGEST) -> str:
    """The value as text of at most `longest` characters, lone surrogates as backslashes."""
    return str(value)[:longest].encode(errors="backslashreplace").decode()[:longest]
