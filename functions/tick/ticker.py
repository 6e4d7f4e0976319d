"""From the schedule to what is due."""

from datetime import datetime

from aws_lambda_powertools import Logger

from shared.flywheel.settings import Settings
from shared.slack.wakes import Queue, wake_body
from shared.store.store import Store
from shared.store.table import Key
from shared.store.ticking import tick


class UnfinishedTickError(Exception):
    """Some flywheels could not be advanced: the schedule's call is tried again, and at last kept as failed."""

    def __init__(self, flywheels: list[str]) -> None:
        super().__init__(f"not advanced: {', '.join(flywheels)}")
        self.flywheels = flywheels


class Ticker:
    """Handles one tick of the schedule, whose own time is the time of all that it does."""

    def __init__(self, store: Store, settings: Settings, outbox: Queue, logger: Logger) -> None:
        self._store = store
        self._settings = settings
        self._outbox = outbox
        self._logger = logger

    def tick(self, scheduled_time: str) -> None:
        """Do what is due by the scheduled time; raises UnfinishedTickError after all else is done."""
        as_of = datetime.fromisoformat(scheduled_time)
        ticked = tick(self._store, self._settings, as_of, self._wake, self._failed)
        self._logger.info("ticked", advanced=len(ticked.advanced), failed=len(ticked.failed), woken=ticked.woken)
        if ticked.failed:
            raise UnfinishedTickError(ticked.failed)

    def _wake(self, key: Key) -> None:
        self._outbox.send(wake_body(key), 0)

    def _failed(self, flywheel: str, error: Exception) -> None:
        code = getattr(error, "cause_response_code", None)
        self._logger.error("could not be advanced", flywheel=flywheel, error=type(error).__name__, code=code)
