"""What a server keeps on disk, so that `kill -9` at any moment loses nothing that was accepted.

An append-only file of lines: what the tables got (`put`, `delete`), the PutEvents requests that were accepted
(`accept`, written before the answer), messages that functions and clients sent to polled queues (`send`), what ended in
a queue that nobody polls (`dead`), SSM parameters that clients put (`parameter`, `unset`: the secrets of hooks), and
`quiet`, whenever all that was accepted before has been dealt with. After a restart the tables are filled as they were
at the last `quiet`; what came after it is done again: changes of the tables as stream records, accepted requests as
events, messages as messages. Doing it again is harmless, because everything downstream is idempotent: that is the
promise this engine is there to try.

Since secrets are in it, only its owner may read the file.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Any, Final, Self

from engine.clock import rfc3339

FILE: Final = "journal.jsonl"

Item = dict[str, Any]
TableKey = tuple[str, str]


@dataclass
class Remembered:
    """What a journal says: the tables at the last quiet moment, and what happened since."""

    settled: dict[TableKey, Item] = field(default_factory=dict)
    """(table, key) → item."""
    changes: list[Item] = field(default_factory=list)
    unfinished: list[Item] = field(default_factory=list)
    """Requests and messages that were accepted since, in their order."""
    dead: dict[str, Item] = field(default_factory=dict)
    parameters: dict[str, Item] = field(default_factory=dict)

    def settle(self) -> None:
        for change in self.changes:
            key = (change["table"], json.dumps(change["key"], sort_keys=True))
            if change["is"] == "put":
                self.settled[key] = change
            else:
                self.settled.pop(key, None)
        self.changes.clear()
        self.unfinished.clear()


class Journal:
    """One writer; every line is with the operating system before the call returns, and on disk at each quiet moment."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.path = directory / FILE
        self._file = _appending(self.path)
        self._quiet = True
        self._dead: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def accept(self, entries: Sequence[Any], ids: Sequence[str], at: datetime) -> None:
        """A request in the form it came in; the time is what an entry without one happened at."""
        plain = [_plain(entry, at) for entry in entries]
        self._write({"is": "accept", "at": at.isoformat(), "ids": list(ids), "entries": plain})

    def send(self, queue: str, body: str, due: float) -> None:
        """A message to a polled queue, and when it can be received (milliseconds since 1970)."""
        self._write({"is": "send", "queue": queue, "body": body, "due": due})

    def put(self, table: str, key: Item, item: Item) -> None:
        self._write({"is": "put", "table": table, "key": key, "item": item})

    def delete(self, table: str, key: Item) -> None:
        self._write({"is": "delete", "table": table, "key": key})

    def parameter(self, name: str, value: str, kind: str, at: datetime) -> None:
        """An SSM parameter that a client put."""
        self._write({"is": "parameter", "name": name, "value": value, "type": kind, "at": at.isoformat()})

    def unset(self, name: str) -> None:
        """An SSM parameter that a client deleted."""
        self._write({"is": "unset", "name": name})

    def dead(self, queue: str, message_id: str, body: str) -> None:
        """Once for each message in a queue that is only looked at by people."""
        if message_id not in self._dead:
            self._dead.add(message_id)
            self._write({"is": "dead", "queue": queue, "message": message_id, "body": body})

    def buried(self, message_ids: set[str]) -> None:
        """Messages that a person has dealt with are no longer there."""
        for message_id in sorted(self._dead - message_ids):
            self._dead.remove(message_id)
            self._write({"is": "buried", "message": message_id})

    def quiet(self) -> None:
        """All that was accepted has been dealt with. Written once until something else is."""
        if not self._quiet:
            self._write({"is": "quiet"})
            os.fsync(self._file.fileno())
            self._quiet = True

    def _write(self, line: Item) -> None:
        self._file.write(json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")
        self._quiet = False

    def compact(self, remembered: Remembered) -> None:
        """Replace the file by what is still needed of it, in one step."""
        fresh = self.path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with _appending(fresh) as file:
            for change in remembered.settled.values():
                file.write(json.dumps(change, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")
            file.write(b'{"is":"quiet"}\n')
            kept = (remembered.parameters, remembered.dead)
            for line in [
                *remembered.changes,
                *remembered.unfinished,
                *(line for part in kept for line in part.values()),
            ]:
                file.write(json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")
            os.fsync(file.fileno())
        fresh.replace(self.path)
        self._file.close()
        self._file = _appending(self.path)
        self._dead = set(remembered.dead)
        self._quiet = not (remembered.changes or remembered.unfinished)


def read_journal(directory: Path) -> Remembered:
    """All that the journal says; a last line that was being written when the process died is as if never begun."""
    remembered = Remembered()
    for line in _lines(directory / FILE):
        match line["is"]:
            case "put" | "delete":
                remembered.changes.append(line)
            case "accept" | "send":
                remembered.unfinished.append(line)
            case "quiet":
                remembered.settle()
            case "parameter":
                remembered.parameters[line["name"]] = line
            case "unset":
                remembered.parameters.pop(line["name"], None)
            case "dead":
                remembered.dead[line["message"]] = line
            case "buried":
                remembered.dead.pop(line["message"], None)
    return remembered


def _appending(path: Path) -> FileIO:
    """Open for appending, unbuffered, for nobody else's eyes."""
    return FileIO(path, "ab", opener=lambda name, flags: os.open(name, flags, 0o600))


def _lines(path: Path) -> Iterator[Item]:
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield json.loads(line)


def _plain(entry: Any, at: datetime) -> Item:
    """An entry as JSON; a datetime as text."""
    time = entry.get("Time") or rfc3339(at)
    return {**entry, "Time": time.isoformat() if isinstance(time, datetime) else time}
