"""Events from JSONL: one EventBridge event a line; a bad line is reported with its place and never stops the rest."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import Struct

from cli.failure import WrongInputError
from events import Event, InvalidEventError, decode, decode_json
from events.strict_json import NotJsonError, read_json
from shared.sources.options import SourceOptions

STDIN = "-"
_BOM = b"\xef\xbb\xbf"


class Line(Struct, frozen=True):
    """One line that is not blank: where it stands, what it says, and the event or why it is none."""

    place: str
    body: bytes
    event: Event | None = None
    error: InvalidEventError | None = None
    ignored: str | None = None
    """Why an event of a service of AWS, or of CDEvents, counts for nothing."""


def read_lines(names: Iterable[str], options: SourceOptions | None = None) -> Iterator[Line]:
    """The lines of the files in the order given; `-` is stdin. Raises WrongInputError for an unreadable file.

    With `options` events of AWS's services and CDEvents are translated as the stack would, each of a line's events as
    a Line of its own.
    """
    for place, body in bodies(names):
        line = line_of(place, body)
        yield from translated(line, options) if options is not None else (line,)


Place = tuple[str, int]
"""A file's name and the number of a line in it."""


def bodies(names: Iterable[str]) -> Iterator[tuple[Place, bytes]]:
    """The lines of the files that are not blank, each with its place. Raises WrongInputError for an unreadable file."""
    for name in names:
        with _opened(name) as file:
            for number, body in enumerate(file, start=1):
                stripped = (body.removeprefix(_BOM) if number == 1 else body).strip()
                if stripped:
                    yield (name, number), stripped


def line_of(place: Place, body: bytes) -> Line:
    """A line, read."""
    name, number = place
    where = f"{'<stdin>' if name == STDIN else name}:{number}"
    try:
        return Line(where, body, event=decode_json(body))
    except InvalidEventError as error:
        return Line(where, body, error=error)


def translated(line: Line, options: SourceOptions) -> Iterator[Line]:
    """The line as it is where it is an event, or nothing that is translated."""
    envelope = _foreign(line.body) if line.error is not None else None
    if envelope is None:
        yield line
        return
    from shared.sources.envelope import canonical_events
    from shared.sources.errors import UnreadableDeliveryError

    try:
        translation = canonical_events(envelope, options)
        for event in translation.events:
            yield Line(line.place, line.body, event=decode({**envelope, **event.envelope(envelope["source"])}))
    except UnreadableDeliveryError as error:
        shown = _value(error.value)
        yield Line(line.place, line.body, error=InvalidEventError(error.field, shown, error.expected))
        return
    if translation.ignored is not None:
        yield Line(line.place, line.body, ignored=translation.ignored)


def _value(shown: str) -> Any:
    """A value that was already written as short text."""
    try:
        return json.loads(shown)
    except ValueError:
        return shown


def _foreign(body: bytes) -> dict[str, Any] | None:
    """An event that is translated before it counts."""
    from shared.sources.envelope import is_translated

    try:
        envelope = read_json(body)
    except NotJsonError:
        return None
    return envelope if isinstance(envelope, dict) and is_translated(envelope) else None


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
