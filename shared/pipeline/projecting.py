"""The work of `project` on a batch of the table's stream: advance each flywheel that the new segments concern."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from shared.flywheel.settings.values import Settings
from shared.pipeline.advance import advance_all
from shared.pipeline.rounds import Advanced, Failed
from shared.runtime.deadline import ENDLESS, Time
from shared.store.kept.attempts import set_aside
from shared.store.store import Store


class Arrival(Struct, frozen=True):
    """A segment as the stream tells of it. `created`: seconds since the epoch, rounded down by the stream."""

    sequence: str
    created: float
    flywheels: tuple[str, ...]


def project(
    store: Store, settings: Settings, arrivals: Iterable[Arrival], on_failure: Failed, time: Time = ENDLESS
) -> tuple[list[Advanced], list[str]]:
    """Advance every flywheel woken, each once; returns what was done and the records to be handed over again.

    Those that are set aside are left to `tick`, which knows of them by their segments.
    """
    arrivals = list(arrivals)
    if not arrivals:
        return [], []
    woken = {flywheel for arrival in arrivals for flywheel in arrival.flywheels}
    try:
        woken -= set_aside(store.table, "advance")
    except Exception as error:  # noqa: BLE001  whatever it is, it may pass: none is known to be set aside
        on_failure("attempts", error)
    made = advance_all(store, settings, sorted(woken), _as_of(arrivals), on_failure, time=time)
    again = made.failed | made.waiting
    return made.done, [arrival.sequence for arrival in arrivals if again.intersection(arrival.flywheels)]


def _as_of(arrivals: Iterable[Arrival]) -> datetime:
    """The end of the second in which the newest segment was written: so what arrived in that second is in the past."""
    newest = max(arrival.created for arrival in arrivals)
    return datetime.fromtimestamp(int(newest), UTC) + timedelta(seconds=1)
