"""Events from JSONL: one EventBridge event a line; a bad line is reported with its place and never stops the rest."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from cli.failure import WrongInputError
from events import Event, InvalidEventError, decode_json

STDIN = "-"
_BOM = b"\xef\xbb\xbf"


class Line(Struct, frozen=True):
    """One line that is not blank: where it stands, what it says, and the event or why it is none."""

    place: str
    body: bytes
    event: Event | None = None
    error: InvalidEventError | None = None


def read_lines(names: Iterable[str]) -> Iterator[Line]:
    """The lines of the files in the order given; `-` is stdin. Raises WrongInputError for an unreadable file."""
    for name in names:
        with _opened(name) as file:
            for number, body in enumerate(file, start=1):
                stripped = (body.removeprefix(_BOM) if number == 1 else body).strip()
                if stripped:
                    yield _line(f"{'<stdin>' if name == STDIN else name}:{number}", stripped)


def _line(place: str, body: bytes) -> Line:
    try:
        return Line(place, body, event=decode_json(body))
    except InvalidEventError as error:
        return Line(place, body, error=error)


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == STDIN:
        yield sys.stdin.buffer
        return
    try:
        with Path(name).open("rb") as file:
            yield file
    except OSError as error:
        raise WrongInputError(
            f"FILES: cannot read {name!r} ({error.strerror}); give a JSONL file of events, or - for stdin"
        ) from error
