"""Milestones of the Well-Architected Tool, where reading them is enabled."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger

from functions.tick.announcing import announced
from shared.aws.bus import Announcement, Publisher
from shared.aws.clients import Clients
from shared.aws.well_architected import WellArchitected, is_passing
from shared.flywheel.settings.values import Settings
from shared.pipeline.reviewing import read_reviews
from shared.runtime.failures import log_failure
from shared.sources.aws.well_architected import SOURCE
from shared.sources.translation import Canonical
from shared.store.store import Store


def reviews_of(store: Store, settings: Settings, clients: Clients, bus: Publisher, logger: Logger) -> "Reviews":
    """The reader of milestones in the Region that was chosen."""
    client = clients.patient("wellarchitected", settings.well_architected.region)
    return Reviews(store, settings, client, bus, logger)


class Reviews:
    """Reads them through boto3, and puts what is new on the bus as an event of its own source."""

    def __init__(self, store: Store, settings: Settings, client: Any, bus: Publisher, logger: Logger) -> None:
        self._store = store
        self._settings = settings
        self._tool = WellArchitected(client)
        self._bus = bus
        self._logger = logger

    def read(self, as_of: datetime) -> bool:
        """False where a person must look, say for rights that are missing. What passes, the next tick mends."""
        try:
            sent = read_reviews(self._store, self._settings, self._tool, as_of, self._send)
        except Exception as error:  # noqa: BLE001  whatever it is: it keeps nothing else that a tick does back
            passing = is_passing(error)
            if passing:
                self._logger.warning("the Well-Architected Tool is busy", error=type(error).__name__)
            else:
                log_failure(self._logger, "the Well-Architected Tool could not be read", error)
            return passing
        if sent:
            self._logger.info("milestones were read", sent=sent)
        return True

    def _send(self, events: Sequence[Canonical]) -> bool:
        announcements = [
            Announcement(detail_type=each.detail_type, detail=each.detail, source=SOURCE) for each in events
        ]
        return announced(self._bus, self._logger, announcements)
