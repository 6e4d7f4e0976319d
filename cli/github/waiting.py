"""How long to wait before asking GitHub again: its rate limits, and servers in trouble.

As GitHub's page "Rate limits for the REST API" asks: Retry-After first, then the reset of a limit that is used up, then
a minute, and longer each time, for secondary limits that say no time.
"""

from collections.abc import Mapping
from typing import NamedTuple

from cli.failure import CommandError
from shared.flywheel.wording import plural

_BACKOFF = 2.0
_SECONDARY = 60.0
_LONGEST_BACKOFF = 30.0


class Pause(NamedTuple):
    """Seconds to wait; `limit` tells a rate limit, which may be long, from trouble, which is short."""

    seconds: float
    limit: bool
    reason: str


class RateLimitedError(CommandError):
    """A wait longer than anybody asked for."""

    def __init__(self, seconds: float) -> None:
        minutes = plural(round(seconds / 60), "more minute")
        super().__init__(f"GitHub's rate limit is used up for {minutes} (--max-wait MINUTES waits)")
        self.seconds = seconds


def pause_of(status: int, headers: Mapping[str, str], body: bytes, attempt: int, now: float) -> Pause | None:
    """None where asking again cannot help. `now` is seconds since 1970, as GitHub tells the reset."""
    if status in {403, 429}:
        return _limit(status, headers, body, attempt, now)
    if status == 0 or status >= 500:
        asked = _number(headers.get("retry-after"))
        seconds = min(_LONGEST_BACKOFF, asked if asked is not None else 0.5 * _BACKOFF**attempt)
        return Pause(seconds, False, f"status {status}" if status else "no connection")
    return None


def _limit(status: int, headers: Mapping[str, str], body: bytes, attempt: int, now: float) -> Pause | None:
    asked = _number(headers.get("retry-after"))
    if asked is not None:
        return Pause(asked, True, "rate limit")
    reset = _number(headers.get("x-ratelimit-reset"))
    if headers.get("x-ratelimit-remaining") == "0" and reset is not None:
        return Pause(max(1.0, reset - now + 1.0), True, "rate limit used up")
    if status == 429 or b"rate limit" in body[:4096].lower():
        return Pause(_SECONDARY * _BACKOFF**attempt, True, "secondary rate limit")
    return None


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.strip().isdecimal() else None
