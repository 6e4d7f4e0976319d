"""What `project` does with a batch of the table's stream: advance each flywheel that the new segments wake."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from shared.flywheel.settings.values import Settings
from shared.pipeline.advance import Advanced, Failed, advance_all
from shared.store.store import Store


class Arrival(Struct, frozen=True):
    """A segment as the stream tells of it. `created`: seconds since the epoch, rounded down by the stream."""

    sequence: str
    created: float
    flywheels: tuple[str, ...]


def project(
    store: Store, settings: Settings, arrivals: Iterable[Arrival], on_failure: Failed
) -> tuple[list[Advanced], list[str]]:
    """Advance every flywheel woken, each once; returns what was done and the records to be handed over again."""
    arrivals = list(arrivals)
    if not arrivals:
        return [], []
    woken = {flywheel for arrival in arrivals for flywheel in arrival.flywheels}
    done, failed = advance_all(store, settings, woken, _as_of(arrivals), on_failure)
    return done, [arrival.sequence for arrival in arrivals if failed.intersection(arrival.flywheels)]


def _as_of(arrivals: Iterable[Arrival]) -> datetime:
    """The end of the second in which the newest segment was written: so what arrived in that second is in the past."""
    newest = max(arrival.created for arrival in arrivals)
    return datetime.fromtimestamp(int(newest), UTC) + timedelta(seconds=1)
