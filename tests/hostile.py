"""Text that would command a terminal, a log or a page, as a name that any contract takes."""

import re
from typing import Any

HOSTILE = "x\x1b[31mred\x1b]8;;https://evil.example\x07\x9b2J\u202egpj\u200b\u2066\ufeff\xad\u2028<!channel>\r\nFORGED"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""What may reach no terminal."""
_KEPT = {"id", "time", "revision", "flywheel", "environment", "outcome", "kind", "result", "decision", "role", "map"}
_KEPT |= {"survey", "category", "direction", "method", "period_start", "period_end", "started_at", "retracts", "name"}


def hostile(value: Any, key: str = "", to: str = HOSTILE) -> Any:
    """The same with such text at the end of every text that a sender may choose."""
    if isinstance(value, dict):
        return {name: hostile(each, name, to) for name, each in value.items()}
    if isinstance(value, list):
        return [hostile(each, key, to) for each in value]
    if not isinstance(value, str) or key in _KEPT:
        return value
    return value + to


def assert_inert(written: str) -> None:
    """Nothing in it is obeyed."""
    found = OBEYED.search(written)
    assert found is None, (found, written[max(found.start() - 80, 0) : found.end() + 80])


def assert_own_lines(written: str) -> None:
    """And no line of it is one that a sender wrote; not to ask of a page, which breaks lines where it must."""
    assert_inert(written)
    assert not [line for line in written.splitlines() if line.startswith("FORGED")]
