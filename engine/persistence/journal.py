"""The journal of a server on disk: `kill -9` at any moment loses nothing that was accepted.

An append-only file of lines: what the tables got (`put`, `delete`), the PutEvents requests that were accepted
(`accept`, written before the answer), messages that functions and clients sent to polled queues (`send`), what ended in
a queue that nobody polls (`dead`), SSM parameters that clients put (`parameter`, `unset`), and `quiet`, whenever all
that was accepted before has been dealt with. After a restart the tables are filled as they were at the last `quiet`;
what came after it is done again: changes of the tables as stream records, accepted requests as events, messages as
messages. Doing it again is harmless where everything downstream is idempotent.

Since secrets are in it, only its owner may read the file. A line that could not be written, say as the disk is full,
is the last one: what came after it could contradict what is missing.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

import msgspec

from engine.clock import rfc3339
from engine.line_file import LineFile
from engine.persistence import lines
from engine.persistence.errors import JournalNotWrittenError
from engine.persistence.lines import AnyLine, Item
from engine.persistence.remembered import Remembered

FILE: Final = "journal.jsonl"


class Journal:
    """One writer; every line is with the operating system before the call returns, and on disk at each quiet moment."""

    def __init__(self, path: Path, remembered: Remembered, stack: str | None = None) -> None:
        """Goes on after what is remembered, in a file that holds no more than that. Raises OSError."""
        self.path = path
        self.broken: JournalNotWrittenError | None = None
        """The error that kept a line from being written, if there was one."""
        self._file = _compacted(path, remembered, stack)
        self._dead: set[str] = set(remembered.dead)
        self._quiet = not (remembered.changes or remembered.unfinished)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def accept(self, entries: Sequence[Any], ids: Sequence[str], at: datetime) -> None:
        """A request in the form it came in; the time is what an entry without one happened at."""
        self._write(lines.Accept(at, list(ids), [_plain(entry, at) for entry in entries]))

    def send(self, queue: str, body: str, due: float) -> None:
        """A message to a polled queue, and when it can be received (milliseconds since 1970)."""
        self._write(lines.Send(queue, body, due))

    def put(self, table: str, key: Item, item: Item) -> None:
        self._write(lines.Put(table, key, item))

    def delete(self, table: str, key: Item) -> None:
        self._write(lines.Delete(table, key))

    def parameter(self, name: str, value: str, kind: str, at: datetime) -> None:
        """An SSM parameter that a client put."""
        self._write(lines.Parameter(name, value, kind, at))

    def unset(self, name: str) -> None:
        """An SSM parameter that a client deleted."""
        self._write(lines.Unset(name))

    def dead(self, queue: str, message_id: str, body: str) -> None:
        """Once for each message in a queue that is only looked at by people."""
        if message_id not in self._dead:
            self._write(lines.Dead(queue, message_id, body))
            self._dead.add(message_id)

    def buried(self, message_ids: set[str]) -> None:
        """Messages that a person has dealt with are no longer there."""
        for message_id in sorted(self._dead - message_ids):
            self._write(lines.Buried(message_id))
            self._dead.remove(message_id)

    def quiet(self) -> None:
        """All that was accepted has been dealt with. Written once until something else is."""
        if not self._quiet:
            self._write(lines.Quiet(), sync=True)
            self._quiet = True

    def _write(self, line: AnyLine, *, sync: bool = False) -> None:
        if self.broken is not None:
            raise self.broken
        try:
            self._file.append(msgspec.json.encode(line))
            if sync:
                self._file.sync()
        except OSError as error:
            self.broken = JournalNotWrittenError(self.path, error.strerror or str(error))
            raise self.broken from error
        self._quiet = False


def _compacted(path: Path, remembered: Remembered, stack: str | None) -> LineFile:
    """Replace the file by what is still needed of it, in one step."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with LineFile(fresh) as file:
        for line in _needed(remembered, stack):
            file.append(msgspec.json.encode(line))
        file.sync()
    fresh.replace(path)
    return LineFile(path)


def _needed(remembered: Remembered, stack: str | None) -> Iterator[AnyLine]:
    yield lines.Journal(lines.VERSION, stack or remembered.stack)
    yield from remembered.settled.values()
    yield lines.Quiet()
    yield from remembered.changes
    yield from remembered.unfinished
    yield from remembered.parameters.values()
    yield from remembered.dead.values()


def _plain(entry: Any, at: datetime) -> Item:
    """An entry as JSON; a datetime as text."""
    time = entry.get("Time") or rfc3339(at)
    return {**entry, "Time": time.isoformat() if isinstance(time, datetime) else time}
