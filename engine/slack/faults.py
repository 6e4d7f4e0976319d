"""How a call of the loopback Slack goes wrong."""

from typing import TypedDict

from msgspec import Struct


class Fault(Struct, frozen=True, kw_only=True):
    """How the next call goes wrong.

    `status` 429 or 5xx, with `retry_after` seconds; `error` an `ok: false` name; `lost` accepts the call and closes the
    connection without an answer; `refused` closes it without accepting.
    """

    status: int | None = None
    retry_after: int | None = None
    error: str | None = None
    lost: bool = False
    refused: bool = False
    hang_seconds: float = 0.0


class FaultParts(TypedDict, total=False):
    """The parts of a Fault, as keyword arguments."""

    status: int | None
    retry_after: int | None
    error: str | None
    lost: bool
    refused: bool
    hang_seconds: float


def name_of(fault: Fault | None) -> str | None:
    """How a fault is recorded in `calls`."""
    if fault is None:
        return None
    if fault.status:
        return str(fault.status)
    return "lost" if fault.lost else "refused" if fault.refused else fault.error
