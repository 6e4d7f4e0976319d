"""What Slack says no with: one error type for each thing that a caller can do about it."""

from typing import Any

PASSING = frozenset(
    {
        "accesslimited",
        "fatal_error",
        "internal_error",
        "ratelimited",
        "rate_limited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
"""`ok: false` errors that are Slack's own or passing (docs.slack.dev/reference/methods/chat.postMessage)."""

BAD_TOKEN = frozenset({"invalid_auth", "not_authed", "token_expired", "token_revoked", "account_inactive"})
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
BAD_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})


class SlackError(Exception):
    """A call that did not succeed; `reason` is Slack's own name for it where it gave one."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SlackUnavailableError(SlackError):
    """Slack cannot be reached, is in trouble, or the answer was lost: the message may be sent again later."""


class SlackRateLimitedError(SlackUnavailableError):
    """Slack asks to wait (429)."""

    def __init__(self, reason: str, retry_after: int) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class SlackRefusedError(SlackError):
    """Slack will not take this until someone mends something: a channel, an invitation, a permission."""


class SlackTokenError(SlackRefusedError):
    """The token is not valid (any more)."""


class SlackBlocksError(SlackRefusedError):
    """The blocks are not valid: the text alone may be."""


class SlackMessageGoneError(SlackRefusedError):
    """The message to be updated cannot be updated (any more)."""


class SlackScopeError(SlackRefusedError):
    """The token lacks a scope: `needed` says which, as Slack names it."""

    def __init__(self, reason: str, needed: str) -> None:
        super().__init__(reason)
        self.needed = needed


def refusal(reason: str, needed: str = "") -> SlackError:
    """The error of an `ok: false` answer, by Slack's name for it, and the scope that it says is needed."""
    if reason == "missing_scope":
        return SlackScopeError(reason, needed)
    kinds: tuple[tuple[frozenset[str], type[SlackError]], ...] = (
        (PASSING, SlackUnavailableError),
        (BAD_TOKEN, SlackTokenError),
        (BAD_BLOCKS, SlackBlocksError),
        (GONE, SlackMessageGoneError),
    )
    return next((kind(reason) for names, kind in kinds if reason in names), SlackRefusedError(reason))


def seconds_of(headers: Any) -> int:
    """Retry-After in seconds; 30 where Slack does not say."""
    value = str(headers.get("Retry-After") or headers.get("retry-after") or "")
    return max(1, int(value)) if value.isdigit() else 30
