"""The state that a journal describes: the tables at the last quiet moment, and what happened since."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from engine.persistence.errors import DamagedJournalError, ForeignJournalError
from engine.persistence.lines import (
    VERSION,
    Accept,
    AnyLine,
    Buried,
    Dead,
    Delete,
    Journal,
    Parameter,
    Put,
    Quiet,
    Send,
    Unset,
)

TableKey = tuple[str, str]


@dataclass
class Remembered:
    """The lines that still matter, by what they are about."""

    stack: str | None = None
    settled: dict[TableKey, Put] = field(default_factory=dict)
    """(table, key) → item at the last quiet moment."""
    changes: list[Put | Delete] = field(default_factory=list)
    unfinished: list[Accept | Send] = field(default_factory=list)
    """Requests and messages that were accepted since, in their order."""
    dead: dict[str, Dead] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)

    def add(self, line: AnyLine) -> None:
        """Apply the next line."""
        match line:
            case Journal():
                self.stack = line.stack
            case Put() | Delete():
                self.changes.append(line)
            case Accept() | Send():
                self.unfinished.append(line)
            case Quiet():
                self._settle()
            case _:
                self._add_kept(line)

    def _add_kept(self, line: Dead | Buried | Parameter | Unset) -> None:
        match line:
            case Parameter():
                self.parameters[line.name] = line
            case Unset():
                self.parameters.pop(line.name, None)
            case Dead():
                self.dead[line.message] = line
            case Buried():
                self.dead.pop(line.message, None)

    def _settle(self) -> None:
        for change in self.changes:
            key = (change.table, json.dumps(change.key, sort_keys=True))
            if isinstance(change, Put):
                self.settled[key] = change
            else:
                self.settled.pop(key, None)
        self.changes.clear()
        self.unfinished.clear()


def read_journal(path: Path, stack: str | None = None) -> Remembered:
    """All that a journal says, of this stack where one is named; nothing where there is no file.

    A last line that was being written when the process died is as if never begun. Raises DamagedJournalError and
    ForeignJournalError.
    """
    remembered = Remembered()
    for line in _lines(path):
        if isinstance(line, Journal) and line.version > VERSION:
            raise ForeignJournalError(path, f"is of version {line.version}, and this reads up to {VERSION}: upgrade")
        remembered.add(line)
    if stack and remembered.stack and remembered.stack != stack:
        raise ForeignJournalError(path, f"is of stack {remembered.stack}, not of {stack}: name another directory")
    return remembered


def _lines(path: Path) -> Iterator[AnyLine]:
    if not path.exists():
        return
    decoder = msgspec.json.Decoder(AnyLine)
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                return
            try:
                yield decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                raise DamagedJournalError(path, number, str(error)) from error
