"""Notes from intake to the recorder, straight into its queue: what was refused, and what counts for nothing.

EventBridge puts whole events into that queue, whose outermost keys no sender can choose: so nobody else writes notes.
"""

import base64
import json
import zlib
from typing import Any

import msgspec
from msgspec import Struct

KEY = "intake"
"""The one key of a note; no EventBridge event has it."""
_LARGEST_BODY = 170_000
"""Bytes of a compressed body, which base64 and the rest of the note leave within the 256 KiB of an SQS message."""


class Refused(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="refused"):
    """A proven sender's delivery, or one event of it, that is not taken: which field, what stood there, the mend."""

    source: str
    kind: str
    field: str
    value: str
    expected: str
    delivery: str | None = None
    packed: str | None = None
    """The body, zlib and base64; None where even that is too large for a message."""
    size: int = 0
    """Bytes of the body."""

    @property
    def body(self) -> str:
        """The delivery, as text; what is no UTF-8 is written with backslashes."""
        if self.packed is None:
            return f"({self.size} bytes, too large to keep)"
        return zlib.decompress(base64.b64decode(self.packed)).decode(errors="backslashreplace")


class Ignored(Struct, frozen=True, kw_only=True, tag="ignored"):
    """A delivery that was understood, or whose kind nobody knows, and that counts for nothing."""

    source: str
    kind: str
    reason: str


Note = Refused | Ignored


def packed(body: bytes) -> str | None:
    """A body for a note; None where it is too large."""
    small = zlib.compress(body, 6)
    return base64.b64encode(small).decode() if len(small) <= _LARGEST_BODY else None


def message_of(note: Note) -> str:
    """The note as a message of the recorder's queue."""
    return json.dumps({KEY: msgspec.to_builtins(note)}, separators=(",", ":"))


def note_of(message: Any) -> Note | None:
    """The note that a message, read as JSON, holds; None for anything else."""
    if not isinstance(message, dict) or list(message) != [KEY]:
        return None
    try:
        return _NOTES.decode(msgspec.json.encode(message[KEY]))
    except (msgspec.ValidationError, UnicodeEncodeError):
        return None


_NOTES: msgspec.json.Decoder[Note] = msgspec.json.Decoder(Refused | Ignored)
