"""From queue messages to the log; says in logs and metrics what became of them, by ids alone."""

from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from events.times import from_milliseconds
from functions.record.limits import UNLIMITED
from shared.flywheel.settings.values import Settings
from shared.pipeline.recording import Message
from shared.pipeline.returning import Recording, TimeLimit, record_apart
from shared.runtime.failures import log_failure
from shared.store.store import Store

_REPLAYED = '"replay-name"'


class Recorder:
    """Handles a batch of the inbox."""

    def __init__(self, store: Store, settings: Settings, logger: Logger, metrics: Metrics, account: str) -> None:
        self._recording = Recording(store, settings, self._failed, account)
        self._logger = logger
        self._metrics = metrics

    def record(self, records: Sequence[dict[str, Any]], limit: TimeLimit = UNLIMITED) -> dict[str, Any]:
        """Record each message; names those that must come again."""
        messages = [message_of(each) for each in records]
        recorded = record_apart(self._recording, messages, limit)
        counts = {name: getattr(recorded, name) for name in ("accepted", "duplicate", "rejected", "ignored")}
        self._logger.info("recorded", extra={**counts, "failed": len(recorded.failed)})
        for name, count in counts.items():
            self._metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
        return {"batchItemFailures": [{"itemIdentifier": message} for message in recorded.failed]}

    def _failed(self, message: str, error: Exception) -> None:
        log_failure(self._logger, "could not be recorded", error, message_id=message)


def message_of(record: dict[str, Any]) -> Message:
    """A delivery as SQS hands it over; it arrived when it was sent to the queue.

    EventBridge puts the name of a replay into the events that its archive sends again (EventBridge User Guide).
    """
    attributes = record["attributes"]
    sent = from_milliseconds(attributes["SentTimestamp"])
    receives = int(attributes.get("ApproximateReceiveCount", 1))
    again = receives > 1 or _REPLAYED in record["body"]
    return Message(id=record["messageId"], body=record["body"], sent=sent, again=again, receives=receives)
