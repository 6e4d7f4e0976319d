"""What `project` does with a batch of the table's stream: advance each flywheel that the new segments wake."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from shared.flywheel.settings import Settings
from shared.store.advance import Advanced, advance
from shared.store.store import Store


class Arrival(Struct, frozen=True):
    """A segment as the stream tells of it. `created`: seconds since the epoch, rounded down by the stream."""

    sequence: str
    created: float
    flywheels: tuple[str, ...]


Failed = Callable[[str, Exception], None]


def project(
    store: Store, settings: Settings, arrivals: Iterable[Arrival], on_failure: Failed
) -> tuple[list[Advanced], list[str]]:
    """Advance every flywheel woken, each once; returns what was done and the records to be handed over again."""
    arrivals = list(arrivals)
    if not arrivals:
        return [], []
    as_of = _as_of(arrivals)
    done: list[Advanced] = []
    failed: set[str] = set()
    for flywheel in sorted({flywheel for arrival in arrivals for flywheel in arrival.flywheels}):
        try:
            done.append(advance(store, flywheel, settings, as_of))
        except Exception as error:  # noqa: BLE001  whatever it is: its records come again, other flywheels go on
            failed.add(flywheel)
            on_failure(flywheel, error)
    return done, [arrival.sequence for arrival in arrivals if failed.intersection(arrival.flywheels)]


def _as_of(arrivals: Iterable[Arrival]) -> datetime:
    """The end of the second in which the newest segment was written: so what arrived in that second is in the past."""
    newest = max(arrival.created for arrival in arrivals)
    return datetime.fromtimestamp(int(newest), UTC) + timedelta(seconds=1)
