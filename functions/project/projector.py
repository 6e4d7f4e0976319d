"""From the table's stream to advanced flywheels."""

from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools import Logger

from shared.flywheel.settings.values import Settings
from shared.pipeline.projecting import Arrival, project
from shared.runtime.deadline import ENDLESS, Time
from shared.runtime.failures import log_failure
from shared.store.store import Store


class Projector:
    """Handles a batch of the stream."""

    def __init__(self, store: Store, settings: Settings, logger: Logger) -> None:
        self._store = store
        self._settings = settings
        self._logger = logger

    def project(self, records: Sequence[dict[str, Any]], time: Time = ENDLESS) -> dict[str, Any]:
        """Advance whom the records wake; names the records that must come again. `time`: what is left of it."""
        done, failed = project(self._store, self._settings, map(arrival_of, records), self._failed, time)
        for each in done:
            did = {"turns": each.turns, "transitions": each.transitions, "left": each.left}
            self._logger.info("advanced", extra={"flywheel": each.flywheel, **did})
        return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}

    def _failed(self, flywheel: str, error: Exception) -> None:
        log_failure(self._logger, "could not be advanced", error, flywheel=flywheel)


def arrival_of(record: dict[str, Any]) -> Arrival:
    """A new segment as the stream tells of it."""
    change = record["dynamodb"]
    woken = change["NewImage"].get("flywheels", {}).get("L", [])
    return Arrival(
        sequence=change["SequenceNumber"],
        created=float(change["ApproximateCreationDateTime"]),
        flywheels=tuple(each["S"] for each in woken),
    )
