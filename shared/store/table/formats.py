"""The formats of items: each item says in which it was written, and is read as the newest, step by step.

An item is never rewritten only for its format: whoever writes it next writes the newest. So a release that is taken
back must still read what the newer one wrote: a new format may add attributes, and changes the meaning of none.
"""

from collections.abc import Callable
from typing import Any

from shared.store.table import names

Raw = dict[str, Any]
FORMAT = 2
"""The format that is written. Format 1 had no attribute that says so."""


class UnknownFormatError(Exception):
    """An item that a newer release wrote in a format that this one cannot read."""

    def __init__(self, kind: str, format: int) -> None:
        super().__init__(f"{kind} item of format {format}, this release reads 1 to {FORMAT}: deploy a newer release")
        self.kind = kind
        self.format = format


def upgraded(raw: Raw) -> Raw:
    """An item as DynamoDB has it, in the newest format; raises UnknownFormatError."""
    written = int(raw.get(names.FORMAT, {"N": "1"})["N"])
    if not 1 <= written <= FORMAT:
        raise UnknownFormatError(raw[names.KIND]["S"], written)
    for older in range(written, FORMAT):
        raw = STEPS[older](raw)
    return raw


def _from_1(raw: Raw) -> Raw:
    """Format 2 says its format; nothing else of any kind changed."""
    return {**raw, names.FORMAT: {"N": "2"}}


STEPS: dict[int, Callable[[Raw], Raw]] = {1: _from_1}
"""By format, the way to the next one."""
