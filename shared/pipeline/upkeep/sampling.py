"""A tick's audit of a sample: by chance as far as anybody can tell, yet a function of the time: a retry takes the same.

How each is audited is in `shared.pipeline.upkeep.auditing`, which is loaded where one is.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from shared.flywheel.settings.values import Settings
from shared.pipeline.rounds import Failed
from shared.runtime.deadline import ENDLESS, OutOfTimeError, Time
from shared.store.kept.attempts import Attempts
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.keys import flywheel_partition

AUDITED = 96
"""One in this many wheels and partitions is looked at in each tick: at 96 ticks a day, each about daily."""


def sampled(name: str, as_of: datetime) -> bool:
    """Whether a wheel or a partition is in this tick's sample."""
    drawn = hashlib.sha256(f"{name}\0{as_of.timestamp():.6f}".encode()).digest()
    return int.from_bytes(drawn[:4]) % AUDITED == 0


class Audit:
    """One tick's audit; `mended` says, item by item, what was wrong."""

    def __init__(
        self, store: Store, settings: Settings, as_of: datetime, attempts: Attempts, time: Time = ENDLESS
    ) -> None:
        self._store = store
        self._settings = settings
        self._as_of = as_of
        self._attempts = attempts
        self._time = time
        self.mended: list[str] = []

    def sample(self, on_failure: Failed) -> None:
        """Look at the partitions and the wheels of this tick's sample, but not at those that were not worked on to
        the end before.
        """
        partitions = [each for each in self._store.hints.partitions() if sampled(each, self._as_of)]
        wheels = {*self._store.hints.wheels(), *self._settings.flywheels}
        wheels -= self._attempts.failed("advance") | self._attempts.failed("audit")
        self._look_at(partitions, sorted(each for each in wheels if sampled(each, self._as_of)), on_failure)

    def after_failure(self, flywheels: Iterable[str], on_failure: Failed) -> bool:
        """Look at what could not be advanced; whether something of it was mended."""
        before = len(self.mended)
        failed = sorted(flywheels)
        self._look_at([*map(flywheel_partition, failed), names.SHARED_PARTITION], failed, on_failure)
        return len(self.mended) > before

    def _look_at(self, partitions: Sequence[str], wheels: Sequence[str], on_failure: Failed) -> None:
        if not partitions and not wheels:
            return
        from shared.pipeline.advance import reach  # noqa: PLC0415  for the few ticks that audit something
        from shared.pipeline.upkeep.auditing import audit_partition  # noqa: PLC0415  as above

        since = self._as_of - reach(self._settings)
        looks = [(each, partial(audit_partition, self._store.table, each, since)) for each in partitions]
        looks += [(each, partial(self._wheel, each)) for each in wheels]
        for name, look in looks:
            try:
                with self._time.bounded():
                    self.mended += look()
            except OutOfTimeError:
                return
            except Exception as error:  # noqa: BLE001  one that cannot be looked at keeps no other back
                on_failure(name, error)

    def _wheel(self, flywheel: str) -> list[str]:
        from shared.pipeline.upkeep.auditing import audit_wheel  # noqa: PLC0415  as above

        with self._attempts.begun("audit", flywheel):
            return audit_wheel(self._store, flywheel, self._settings, self._as_of)
