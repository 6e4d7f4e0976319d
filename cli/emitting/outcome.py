"""What became of an event that was just sent, as the stack answers it at `GET /events/KEY`."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from cli.failure import CommandError
from cli.target import Target
from shared.flywheel.facts.fact import key_of

PATIENCE: Final = 60
"""Seconds until an event that is not seen is given up on: it is recorded within some five."""
_PAUSE = 2.0
_TIMEOUT = 10
_LOCAL_PATH = "/_http/events/"
"""Where the embedded engine answers for the HTTP API (`engine/server.py`)."""


class Outcome(Struct, frozen=True):
    """The stack's verdict, or `unseen` and why nobody could look."""

    verdict: str
    flywheel: str | None = None
    reason: str | None = None

    @property
    def is_counted(self) -> bool:
        """Whether the event does what its sender wanted."""
        return self.verdict in {"counted", "retraction"}

    @property
    def sentence(self) -> str:
        """`counted in flywheel checkout`, or what is wrong and why."""
        whose = f" in flywheel {self.flywheel}" if self.flywheel and self.is_counted else ""
        why = "" if self.reason is None or self.verdict == "counted" else f": {self.reason}"
        return f"{self.verdict.replace('_', ' ')}{whose}{why}"


class _UnseenError(Exception):
    """The stack cannot be asked, and waiting would not help: why."""


def key_text(envelope: dict[str, Any]) -> str:
    """The key of an event, 16 hexadecimal digits."""
    return f"{key_of(envelope['source'], envelope['detail']['id']):016x}"


def as_values(outcome: Outcome | None) -> dict[str, Any]:
    """An outcome as JSON; nothing where nobody waited."""
    return {} if outcome is None else {name: getattr(outcome, name) for name in Outcome.__struct_fields__}


def outcome_of(target: Target, envelope: dict[str, Any], sleep: Callable[[float], None] = time.sleep) -> Outcome:
    """Ask until the event is known, a minute long; who cannot look says why, and fails nothing."""
    try:
        url = _address(target) + key_text(envelope)
        outcome = _ask(target, url)
        for _ in range(int(PATIENCE / _PAUSE)):
            if outcome.verdict != "unknown":
                break
            sleep(_PAUSE)
            outcome = _ask(target, url)
    except _UnseenError as error:
        return Outcome("unseen", None, str(error))
    return outcome


def _address(target: Target) -> str:
    """Where the stack answers: FLYWHEEL_EVENTS_URL, else what the stack says in SSM."""
    from botocore.exceptions import BotoCoreError, ClientError

    if target.is_local:
        return f"{(target.endpoint_url or '').rstrip('/')}{_LOCAL_PATH}"
    stated = os.environ.get("FLYWHEEL_EVENTS_URL")
    if stated:
        return stated.rstrip("/") + "/"
    name = f"/{target.stack}/events-url"
    try:
        return str(target.client("ssm").get_parameter(Name=name)["Parameter"]["Value"])
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code")
        raise _UnseenError(
            f"the address at {name} cannot be read ({code}): the role needs the stack's policy PutEventsPolicyArn, or "
            "set FLYWHEEL_EVENTS_URL to the stack's output EventsUrl"
        ) from error
    except BotoCoreError as error:
        raise _UnseenError(" ".join(str(error).split())) from error


def _ask(target: Target, url: str) -> Outcome:
    request = urllib.request.Request(url, headers=_signed(target, url))  # noqa: S310  our own address
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310  as above
            return _outcome(answer.read())
    except urllib.error.HTTPError as error:
        if error.code == 403:
            raise _UnseenError("the stack lets this role ask for no event; it needs PutEventsPolicyArn") from error
        if error.code < 500 and error.code != 429:
            raise _UnseenError(f"the stack answered {error.code}; is it of this release?") from error
        return Outcome("unknown", None, f"the stack answered {error.code}")
    except OSError as error:
        return Outcome("unknown", None, f"no answer ({getattr(error, 'reason', error)})")


def _signed(target: Target, url: str) -> dict[str, str]:
    try:
        return target.signed(url)
    except CommandError as error:
        raise _UnseenError(error.message) from error


def _outcome(body: bytes) -> Outcome:
    try:
        values = json.loads(body)
        return Outcome(str(values["verdict"]), values.get("flywheel"), values.get("reason"))
    except (ValueError, KeyError, TypeError) as error:
        raise _UnseenError("what answered is no flywheel stack") from error
