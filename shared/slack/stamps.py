"""What stands for a posted message: Slack's `ts`, by which it is found again, or what another way leaves instead."""

import re

NOWHERE = "none"
"""Of a webhook, which tells nothing: the message was posted, and cannot be found again."""
_THREAD = "thread-"
_TS = re.compile(r"\d{1,12}\.\d{1,9}").fullmatch


def is_ts(stamp: str) -> bool:
    """Whether a message can be found again: edited, linked to, replied to."""
    return _TS(stamp) is not None


def thread_stamp(id: str) -> str:
    """Of a notification that others may follow in its thread; `id`: a name that nobody else has."""
    return f"{_THREAD}{id}"


def thread_of(stamp: str | None) -> str | None:
    """The name of the thread that a notification began; None where it began none."""
    return stamp if stamp and stamp.startswith(_THREAD) else None
