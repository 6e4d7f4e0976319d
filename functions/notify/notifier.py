"""From queue messages to the outbox: who may say what, what time it is, and what is tried again."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from aws_lambda_powertools import Logger

from events import PUBLISHER
from events.times import from_milliseconds
from shared.runtime.failures import log_failure
from shared.slack.outbox import Outbox
from shared.slack.queue import wake_of
from shared.slack.subject import Outcome
from shared.store.outbox.outbox import SummaryRef, TurnRef

OF_TURNS = frozenset({"Turn Started", "Turn Held"})
"""Events that are of a turn itself: its card is to show it as it is."""


class NotOursError(ValueError):
    """A message that does not come from this stack: only its own summaries are posted. Logs do not repeat it."""

    def __init__(self, field: str, value: Any, expected: str) -> None:
        super().__init__(f"{field}: expected {expected}")
        self.field = field
        self.value = value


class Notifier:
    """Handles a batch: a message that fails comes again, and in the end lies in the dead-letter queue."""

    def __init__(self, outbox: Outbox, logger: Logger) -> None:
        self._outbox = outbox
        self._logger = logger

    def notify(self, records: Sequence[dict[str, Any]], *, account: str) -> dict[str, Any]:
        """Handle each message by itself; names those to be tried again."""
        self._outbox.after_wakes(max(map(wakes_before, records), default=0))
        failed = [record["messageId"] for record in records if not self._handled(record, account)]
        return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}

    def _handled(self, record: dict[str, Any], account: str) -> bool:
        try:
            outcome = self._outcome(record, account)
        except Exception as error:  # noqa: BLE001  a message that fails comes again, alone
            log_failure(self._logger, "a message could not be handled", error, message_id=record["messageId"])
            return False
        self._logger.info("handled", outcome=outcome, message_id=record["messageId"])
        return True

    def _outcome(self, record: dict[str, Any], account: str) -> Outcome:
        body, now = json.loads(record["body"]), received_at(record)
        wake = wake_of(body)
        if wake:
            return self._outbox.wake(wake.key, now)
        ref = announced(body, account)
        if isinstance(ref, TurnRef):
            return "historical" if body["detail"].get("historical") else self._outbox.begin(ref, now)
        return self._outbox.announce(ref, now)


def wakes_before(record: dict[str, Any]) -> int:
    """How many wakes in a row led to a message: 0 for one that is no wake, or none that can be understood."""
    try:
        wake = wake_of(json.loads(record["body"]))
    except ValueError:
        return 0
    return wake.number if wake else 0


def received_at(record: dict[str, Any]) -> datetime:
    """The time at which the queue first handed the message out: this function's time, as it reads no clock."""
    return from_milliseconds(record["attributes"]["ApproximateFirstReceiveTimestamp"])


def announced(envelope: Any, account: str) -> SummaryRef | TurnRef:
    """The summary, or the turn that began or is held, that an event names, once it is clear that the event is our own.

    No text of it is believed.
    """
    if not isinstance(envelope, dict):
        raise NotOursError("event", envelope, "an EventBridge event or a wake")
    for field, expected in (("source", PUBLISHER), ("account", account)):
        if envelope.get(field) != expected:
            raise NotOursError(field, envelope.get(field), expected)
    detail = envelope.get("detail")
    if envelope.get("detail-type") in OF_TURNS:
        return msgspec.convert(detail, TurnRef)
    return msgspec.convert(detail, SummaryRef)
