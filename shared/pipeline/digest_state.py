"""The state of a flywheel and its digests before its facts are read, and whether that is a reason to read them."""

from datetime import datetime, timedelta

from msgspec import Struct

from shared.flywheel.settings.digest_schedule import Period
from shared.flywheel.settings.values import Settings
from shared.store.projections.digest_items import DigestsItem, made_of
from shared.store.table.keys import moment_of

LOOK_AGAIN = timedelta(hours=1)
"""How soon a flywheel that hears events all the time is looked at for corrections again."""


class State(Struct, frozen=True):
    """The state of a flywheel before its facts are read."""

    flywheel: str
    facts: str
    """The hashes of facts of its wheel and of those of its kin, whose answers to surveys bear on its own."""
    before: DigestsItem | None

    @property
    def looked_at(self) -> str:
        """The stamp at which it was last looked at; an empty text where it never was."""
        return "" if self.before is None else str(self.before.looked_at)

    def is_due(self, newest: Period, settings: Settings, as_of: datetime) -> bool:
        """Whether a period is new, the settings are, or events came: those at most once an hour."""
        before = self.before
        if before is None or newest.name not in made_of(before) or before.settings != mark_of(settings):
            return True
        return before.facts != self.facts and as_of - moment_of(before.looked_at) >= LOOK_AGAIN


def mark_of(settings: Settings) -> str:
    """A mark of the settings that a digest depends on: numbers, and how they are told."""
    return f"{settings.fingerprint()}-{settings.delivery_fingerprint()}"
