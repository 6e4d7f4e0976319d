"""The lines of a journal, each tagged with what it `is`."""

from datetime import datetime
from typing import Any, Final

from msgspec import Struct

VERSION: Final = 1
Item = dict[str, Any]


class Line(Struct, frozen=True, tag_field="is", tag=str.lower):
    """A line of the journal: an object that says its kind."""


class Journal(Line, frozen=True):
    """The first line: how the others are written, and of which stack."""

    version: int
    stack: str | None = None


class Put(Line, frozen=True):
    """An item as a table got it."""

    table: str
    key: Item
    item: Item


class Delete(Line, frozen=True):
    """An item that went."""

    table: str
    key: Item


class Accept(Line, frozen=True):
    """A PutEvents request, before it was answered."""

    at: datetime
    ids: list[str]
    entries: list[Item]


class Send(Line, frozen=True):
    """A message that came to a polled queue other than from an event; `due` in milliseconds since 1970."""

    queue: str
    body: str
    due: float


class Dead(Line, frozen=True):
    """A message in a queue that only people look at."""

    queue: str
    message: str
    body: str


class Buried(Line, frozen=True):
    """Such a message that is no longer there."""

    message: str


class Parameter(Line, frozen=True):
    """An SSM parameter that a client put."""

    name: str
    value: str
    type: str
    at: datetime


class Unset(Line, frozen=True):
    """An SSM parameter that a client deleted."""

    name: str


class Quiet(Line, frozen=True):
    """All that was accepted before has been dealt with."""


AnyLine = Journal | Put | Delete | Accept | Send | Dead | Buried | Parameter | Unset | Quiet
