"""Slack's rate limits, per method, and for posts per channel (docs.slack.dev/apis/web-api/rate-limits)."""

import math
from collections import deque

PER_MINUTE = {
    "conversations.list": 20,
    "chat.delete": 50,
    "chat.postEphemeral": 100,
    "chat.update": 50,
    "conversations.info": 50,
    "users.info": 100,
    "views.open": 100,
}
"""The tiers 2, 3 and 4 of the methods that have one."""
POSTS_PER_SECOND, BURST = 1.0, 3
"""Of one channel. Slack allows short bursts and does not say how long; here three messages."""
_MINUTE = 60.0


class Pace:
    """Counts calls; times are seconds of any clock that does not go back."""

    def __init__(self) -> None:
        self._calls: dict[str, deque[float]] = {}
        self._posts: dict[str, tuple[float, float]] = {}

    def retry_after(self, method: str, channel: str, now: float) -> int | None:
        """Seconds to wait before this call, of a method and to a channel; None, and counted, where it may be made."""
        if method in {"chat.postMessage", "webhook"}:
            return self._posting(channel, now)
        if method in PER_MINUTE:
            return self._in_a_minute(method, PER_MINUTE[method], now)
        return None

    def _posting(self, channel: str, now: float) -> int | None:
        left, then = self._posts.get(channel, (float(BURST), now))
        left = min(float(BURST), left + max(now - then, 0.0) * POSTS_PER_SECOND)
        if left < 1:
            self._posts[channel] = left, now
            return math.ceil((1 - left) / POSTS_PER_SECOND)
        self._posts[channel] = left - 1, now
        return None

    def _in_a_minute(self, method: str, limit: int, now: float) -> int | None:
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - _MINUTE:
            calls.popleft()
        if len(calls) >= limit:
            return max(1, math.ceil(calls[0] + _MINUTE - now))
        calls.append(now)
        return None
