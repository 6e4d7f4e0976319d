"""One check and what it found."""

from typing import Literal

from msgspec import Struct

State = Literal["ok", "warning", "failed", "skipped"]


class Check(Struct, frozen=True, kw_only=True):
    """`mend` is the command, or the step, that mends a warning or a failure."""

    name: str
    state: State
    said: str
    mend: str = ""


def ok(name: str, summary: str) -> Check:
    """All is well."""
    return Check(name=name, state="ok", said=summary)


def warning(name: str, summary: str, mend: str) -> Check:
    """It works, but not as its owner would want."""
    return Check(name=name, state="warning", said=summary, mend=mend)


def failed(name: str, summary: str, mend: str) -> Check:
    """It does not work."""
    return Check(name=name, state="failed", said=summary, mend=mend)


def skipped(name: str, summary: str) -> Check:
    """It could not be looked at, because of something before it."""
    return Check(name=name, state="skipped", said=summary)
