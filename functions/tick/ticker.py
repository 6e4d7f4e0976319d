"""From the schedule to what is due."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from aws_lambda_powertools import Logger

from functions.tick.announcing import announced
from shared.aws.bus import Publisher
from shared.flywheel.settings.values import Settings
from shared.pipeline.digesting import digest_all
from shared.pipeline.ticking import tick
from shared.runtime.failures import log_failure
from shared.slack.queue import Queue, wake_body
from shared.store.kept.dead_letters import LetterBox, bury
from shared.store.store import Store
from shared.store.table.table import Key

REVIEWS = "AWS Well-Architected Tool"


class UnfinishedTickError(Exception):
    """Of some flywheels not all was done: the schedule's call is tried again, and at last kept as failed."""

    def __init__(self, places: list[str]) -> None:
        super().__init__(f"not done: {', '.join(places)}")
        self.places = places


class MendedError(Exception):
    """What was stored was damaged or gone, and was made anew.

    Raised after all is done, so that the alarm on errors tells a person; the call that Lambda repeats finds all well.
    """

    def __init__(self, places: Sequence[str]) -> None:
        super().__init__(f"damaged or deleted, and made anew: {', '.join(places)}")
        self.places = tuple(places)


class Reviews(Protocol):
    """Milestones that are read elsewhere."""

    def read(self, as_of: datetime) -> bool:
        """Read what is due; False where a person must look."""


class Ticker:
    """Handles one tick of the schedule, whose own time is the time of all that it does."""

    def __init__(  # noqa: PLR0913, PLR0917  one way out each
        self,
        store: Store,
        settings: Settings,
        outbox: Queue,
        dead_letters: Sequence[LetterBox],
        bus: Publisher,
        logger: Logger,
        reviews: Reviews | None = None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._outbox = outbox
        self._dead_letters = dead_letters
        self._bus = bus
        self._logger = logger
        self._reviews = reviews

    def tick(self, scheduled_time: str) -> None:
        """Do what is due by the scheduled time; raises UnfinishedTickError or MendedError after all else is done."""
        as_of = datetime.fromisoformat(scheduled_time)
        ticked = tick(self._store, self._settings, as_of, self._wake, self._failed)
        announce = partial(announced, self._bus, self._logger)
        digested = digest_all(self._store, self._settings, as_of, announce, self._failed)
        buried = sum(self._buried(box, as_of) for box in self._dead_letters)
        unread = [REVIEWS] if self._reviews is not None and not self._reviews.read(as_of) else []
        failed = sorted({*ticked.failed, *digested.failed, *unread})
        done = {"advanced": len(ticked.advanced), "failed": len(failed), "woken": ticked.woken}
        self._logger.info(
            "ticked", extra={**done, "sealed": ticked.sealed, "digests": digested.announced, "buried": buried}
        )
        if ticked.mended:
            self._logger.error("mended", places=list(ticked.mended))
        if failed:
            raise UnfinishedTickError(failed)
        if ticked.mended:
            raise MendedError(ticked.mended)

    def _wake(self, key: Key) -> None:
        self._outbox.send(wake_body(key), 0)

    def _buried(self, box: LetterBox, as_of: datetime) -> int:
        try:
            return bury(self._store.table, box, as_of)
        except Exception as error:  # noqa: BLE001  whatever it is: it keeps nothing else that a tick does back
            log_failure(self._logger, "dead letters could not be kept", error)
            return 0

    def _failed(self, name: str, error: Exception) -> None:
        log_failure(self._logger, "could not be worked on", error, about=name)
