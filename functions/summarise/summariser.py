"""From turns and transitions to stored summaries and announcements; pure but for the store and the bus it is given."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from aws_lambda_powertools import Logger
from msgspec import Struct

from functions.summarise.turns import entered
from shared.aws.bus import Announcement, Publisher
from shared.flywheel.summaries.summary import OUTCOME, TURN
from shared.runtime.failures import log_failure
from shared.store.outbox.outbox import OutboxStore, changed_since, ref_of
from shared.store.projections.summary_packing import unpack_summary
from shared.store.table import names
from shared.store.table.items import TransitionItem

HAPPENED: dict[int, str | None] = {TURN: "Turn Completed", OUTCOME: None}
"""The event published of a transition besides its summary, where that is no phase; an outcome has its sender's own."""


class Announced(Struct, frozen=True):
    """An announcement, and the stream record that is tried again if it fails."""

    sequence: str
    announcement: Announcement


class Summariser:
    """Stores first and announces then: what was announced can be read, and doing it twice changes nothing."""

    def __init__(self, store: OutboxStore, bus: Publisher, logger: Logger) -> None:
        self._store = store
        self._bus = bus
        self._logger = logger

    def summarise(self, records: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Handle a batch of the stream; names the records to be tried again, and keeps the others back for none."""
        failed: set[str] = set()
        announced: list[Announced] = []
        for record in records:
            sequence = record["dynamodb"]["SequenceNumber"]
            try:
                announced.extend(Announced(sequence, each) for each in self._announcements(record["dynamodb"]))
            except Exception as error:  # noqa: BLE001  a record that fails comes again, alone
                log_failure(self._logger, "an item could not be told of", error, sequence=sequence)
                failed.add(sequence)
        failed |= self._published(announced)
        return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in sorted(failed)]}

    def _announcements(self, change: dict[str, Any]) -> Iterator[Announcement]:
        """The announcements of an item; its summary, where it has one, is stored by then."""
        image = change["NewImage"]
        if image[names.KIND]["S"] == names.TURN:
            yield from entered(self._store.turn(image), change["ApproximateCreationDateTime"])
            return
        transition = self._store.transition(image)
        kept = self._store.keep_summary(transition)
        if kept is not None:
            yield from announcements_of(transition, changed_since(kept))

    def _published(self, announced: Sequence[Announced]) -> set[str]:
        """Publish; returns the records whose announcements the bus did not take."""
        try:
            refusals = self._bus.publish([each.announcement for each in announced])
        except Exception as error:  # noqa: BLE001  its records come again
            log_failure(self._logger, "the bus could not be reached", error)
            return {each.sequence for each in announced}
        for refusal in refusals:
            self._logger.warning("the bus did not take an announcement", code=refusal.code)
        return {announced[refusal.index].sequence for refusal in refusals}


def announcements_of(transition: TransitionItem, changed: Sequence[str] = ()) -> Iterator[Announcement]:
    """The announcements of a transition: that its summary is ready, and what happened, where it did.

    `changed`: what a correction changed of what the summary showed.
    """
    ref, shown = ref_of(transition), unpack_summary(transition.shows)
    detail = {
        "id": f"{ref.summary}-{transition.digest}{'-vanished' if transition.vanished else ''}",
        "time": transition.at,
        **msgspec.structs.asdict(ref),
        "digest": transition.digest,
        "outcome": shown.outcome,
        "historical": bool(transition.historical),
        "vanished": bool(transition.vanished),
        **({"changed": list(changed)} if changed else {}),
    }
    yield Announcement(detail_type="Phase Summary Ready", detail=detail)
    happened = HAPPENED.get(ref.phase, "Phase Completed")
    if not transition.vanished and happened is not None:
        yield Announcement(detail_type=happened, detail=detail)
