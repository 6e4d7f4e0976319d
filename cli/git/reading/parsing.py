"""Commits and tags as git stores them, read without any trust in what stands there."""

import re

from msgspec import Struct

_MOST = 2**62
_TIME = re.compile(rb"> ?(-?[0-9]{1,19})(?: [+-][0-9]{1,6})?\s*$")
_PERSON = re.compile(r"(?P<name>[^<]*)<(?P<address>[^>]*)")


class LoggedCommit(Struct, frozen=True):
    """One commit; times in seconds since the epoch, None where they cannot be read."""

    sha: str
    parents: tuple[str, ...]
    authored: int | None
    committed: int | None
    message: str
    by_program: bool = False
    """A program wrote it: its message quotes other people's release notes."""


class TagObject(Struct, frozen=True):
    """An annotated tag: what it names, which may be a tag again, and when it was made."""

    target: str
    time: int | None


def commit_of(sha: str, content: bytes) -> LoggedCommit:
    """A commit from its object."""
    headers, _, message = content.partition(b"\n\n")
    fields = _fields(headers)
    author = _first(fields, b"author")
    return LoggedCommit(
        sha,
        tuple(value.decode("ascii", "replace") for name, value in fields if name == b"parent" and _is_sha(value)),
        _time(author),
        _time(_first(fields, b"committer")),
        _text(message, _first(fields, b"encoding")).lstrip("\r\n"),
        _is_program(author),
    )


def tag_of(content: bytes) -> TagObject | None:
    """A tag from its object; None where it does not say what it names."""
    fields = _fields(content.partition(b"\n\n")[0])
    target = _first(fields, b"object")
    if not _is_sha(target):
        return None
    return TagObject(target.decode(), _time(_first(fields, b"tagger")))


def _fields(headers: bytes) -> list[tuple[bytes, bytes]]:
    """Name and value of each line; a line that goes on (a signature's) begins with a blank and has no name."""
    pairs = (line.partition(b" ") for line in headers.split(b"\n"))
    return [(name, value) for name, _, value in pairs if name]


def _first(fields: list[tuple[bytes, bytes]], name: bytes) -> bytes:
    return next((value for each, value in fields if each == name), b"")


def _is_sha(value: bytes) -> bool:
    return re.fullmatch(rb"[0-9a-f]{40}|[0-9a-f]{64}", value) is not None


def _time(person: bytes) -> int | None:
    match = _TIME.search(person)
    seconds = int(match[1]) if match else None
    return seconds if seconds is not None and abs(seconds) < _MOST else None


def _text(message: bytes, encoding: bytes) -> str:
    name = encoding.decode("ascii", "replace").strip() or "utf-8"
    try:
        return message.decode(name, "replace")
    except (LookupError, ValueError, TypeError):
        return message.decode("utf-8", "replace")


def _is_program(author: bytes) -> bool:
    match = _PERSON.match(author.decode("utf-8", "replace"))
    return match is not None and (match["name"].strip().endswith("[bot]") or "[bot]@" in match["address"])
