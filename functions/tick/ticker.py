"""From the schedule to what is due."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from aws_lambda_powertools import Logger

from functions.tick.announcing import announced
from shared.aws.bus import Publisher
from shared.flywheel.settings.values import Settings
from shared.pipeline.answering import answer_all
from shared.pipeline.digesting import digest_all
from shared.pipeline.upkeep.ticking import Ticked, tick
from shared.pipeline.waiting import waits_longest
from shared.runtime.counting import Count, uncounted
from shared.runtime.deadline import ENDLESS, Time
from shared.runtime.failures import log_failure
from shared.slack.queue import Queue, wake_body
from shared.store.kept.attempts import Attempts
from shared.store.kept.dead_letters import LetterBox, bury
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.table import Key

LATE = timedelta(hours=names.LATE_HOURS)
WORTH_TELLING = 5
"""Minutes: what is less late than this was on its way when the tick looked."""
REVIEWS = "AWS Well-Architected Tool"


class UnfinishedTickError(Exception):
    """Of some flywheels not all was done: the schedule's call is tried again, and at last kept as failed."""

    def __init__(self, places: list[str]) -> None:
        super().__init__(f"not done: {', '.join(places)}")
        self.places = places


class MendedError(Exception):
    """Stored items were damaged or gone, and were made anew.

    Raised after all is done, so that the alarm on errors tells a person; the call that Lambda repeats finds all well.
    """

    def __init__(self, places: Sequence[str]) -> None:
        super().__init__(f"damaged or deleted, and made anew: {', '.join(places)}")
        self.places = tuple(places)


class Reviews(Protocol):
    """Milestones that are read elsewhere."""

    def read(self, as_of: datetime) -> bool:
        """Read what is due; False where a person must look."""


class _Rest:
    """The work of a tick beside advancing."""

    def __init__(self) -> None:
        self.digests = 0
        self.answers = 0
        self.buried = 0
        self.failed: list[str] = []


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
        count: Count = uncounted,
        make_link_key: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._outbox = outbox
        self._dead_letters = dead_letters
        self._bus = bus
        self._logger = logger
        self._reviews = reviews
        self._count = count
        self._make_link_key = make_link_key

    def tick(self, scheduled_time: str, time: Time = ENDLESS) -> None:
        """Do what is due by the scheduled time; raises UnfinishedTickError or MendedError after all else is done.

        What failed before is tried last. `time`: what is left of it.
        """
        as_of = datetime.fromisoformat(scheduled_time)
        attempts = Attempts(self._store.table, as_of)
        rest = _Rest()
        ticked = tick(
            self._store,
            self._settings,
            as_of,
            self._wake,
            self._failed,
            time=time,
            attempts=attempts,
            meanwhile=lambda: self._do_the_rest(rest, as_of, time, attempts),
        )
        self._tell(ticked, rest, as_of)
        failed = sorted({*ticked.failed, *rest.failed})
        if failed:
            raise UnfinishedTickError(failed)
        if ticked.mended:
            raise MendedError(ticked.mended)

    def _do_the_rest(self, rest: "_Rest", as_of: datetime, time: Time, attempts: Attempts) -> None:
        """Keep dead letters, read reviews, make digests, and last the answers that boards are drawn from."""
        self._make_link_key()
        rest.buried = sum(self._buried(box, as_of) for box in self._dead_letters)
        if self._reviews is not None and not self._reviews.read(as_of):
            rest.failed.append(REVIEWS)
        announce = partial(announced, self._bus, self._logger)
        digested = digest_all(self._store, self._settings, as_of, announce, self._failed, time=time, attempts=attempts)
        rest.digests = digested.announced
        answered = answer_all(self._store, self._settings, as_of, self._failed, time=time, attempts=attempts)
        rest.answers = answered.stored
        rest.failed += digested.failed + answered.failed

    def _tell(self, ticked: Ticked, rest: "_Rest", as_of: datetime) -> None:
        waits = self._waits_longest()
        did = {
            "advanced": len(ticked.advanced),
            "left": sum(each.left for each in ticked.advanced),
            "waiting": len(ticked.waiting),
            "failed": len({*ticked.failed, *rest.failed}),
            "woken": ticked.woken,
            "oldest_due_minutes": 0 if waits is None else (as_of - waits) // timedelta(minutes=1),
            "sealed": ticked.sealed,
            "digests": rest.digests,
            "answers": rest.answers,
            "buried": rest.buried,
        }
        self._logger.info("ticked", extra=did)
        if ticked.mended:
            self._logger.error("mended", places=list(ticked.mended))
        if ticked.set_aside:
            self._logger.error("set aside", flywheels=list(ticked.set_aside))
            self._count(names.SET_ASIDE_METRIC, len(ticked.set_aside))
        self._tell_lateness(waits, ticked.behind_since, as_of)

    def _tell_lateness(self, waits: datetime | None, behind: datetime | None, as_of: datetime) -> None:
        """Say how late messages and turns are, where they are: by this an alarm hears of what nobody complains of."""
        if waits is not None and as_of - waits >= LATE:
            self._logger.error("messages wait", since=waits.isoformat())
        for metric, since in ((names.WAITING_METRIC, waits), (names.BEHIND_METRIC, behind)):
            minutes = 0 if since is None else (as_of - since) // timedelta(minutes=1)
            if minutes >= WORTH_TELLING:
                self._count(metric, minutes)

    def _waits_longest(self) -> datetime | None:
        try:
            return waits_longest(self._store)
        except Exception as error:  # noqa: BLE001  whatever it is: it keeps nothing else that a tick does back
            log_failure(self._logger, "the ledger could not be looked at", error)
            return None

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
