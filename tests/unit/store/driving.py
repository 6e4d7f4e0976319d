"""The store as the stack drives it, without the stack: deliveries in, the stream's new segments to `project`, ticks."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

import events
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.report.report import report
from shared.flywheel.report.turn_entry import turn_entry
from shared.flywheel.report.turn_things import turn_things
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from shared.pipeline.projecting import Arrival, project
from shared.pipeline.upkeep.ticking import Ticked, tick
from shared.sources.uncounted import Ignored
from shared.store.kept.ignored import grouped, tally
from shared.store.log.append import Delivery, Outcome, append
from shared.store.log.reading import load
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.items import TransitionItem, TurnItem
from shared.store.table.keys import wheel_partition
from shared.store.table.table import Table
from tests.unit.store import engines
from tests.unit.store.engines import Connection

Envelope = dict[str, Any]
NOW = datetime(2026, 6, 1, tzinfo=UTC)
"""After every event of the random histories."""
only_in_process = pytest.mark.parametrize("engine", ["in-process"], indirect=True)
"""For a test of volume, or of what no table is asked for."""
only_local = pytest.mark.parametrize("engine", ["dynamodb-local"], indirect=True)
"""For a test of what only a server can show."""


class Driver:
    """One table and what reads and writes it; `settings` may be exchanged, as a deployment does."""

    def __init__(self, settings: Settings | None = None, connection: Connection | None = None) -> None:
        self.settings = settings or Settings()
        self.memory = connection or engines.connect()
        self.table = engines.bound(self.memory)
        self.store = Store(self.table, stack_id="stack")
        self.failures: list[Exception] = []
        self._told = 0

    def another(self) -> "Driver":
        """Another process on the same table; nobody watches its calls."""
        return Driver(self.settings, self.memory.shared())

    def restart(self) -> None:
        """A cold start: nothing is remembered but what is stored."""
        self.store = Store(self.table, stack_id="stack")

    def append(self, envelopes: Iterable[Envelope], arrived: datetime = NOW, *, again: bool = False) -> list[Outcome]:
        """What `record` does with valid deliveries."""
        deliveries = [Delivery(events.decode(each), arrived) for each in envelopes]
        return append(self.store, deliveries, self.settings, again=again)

    def project(self, at: datetime = NOW) -> list[str]:
        """What `project` does with the segments that are new in the stream; returns whom it advanced."""
        new = [image for image in self.memory.inserted[self._told :] if image[names.KIND]["S"] == names.SEGMENT]
        arrivals = [Arrival(image[names.SK]["S"], at.timestamp(), _woken(image)) for image in new]
        reached = len(self.memory.inserted)
        done, failed = project(self.store, self.settings, arrivals, lambda _, error: self.failures.append(error))
        assert not failed, self.failures
        self._told = reached
        return [each.flywheel for each in done]

    def lose_stream(self) -> None:
        """Segments written so far are never told to `project`."""
        self._told = len(self.memory.inserted)

    def tick(self, at: datetime = NOW) -> Ticked:
        """What `tick` does."""
        return tick(self.store, self.settings, at, lambda _: None, lambda _, error: self.failures.append(error))

    def facts(self, flywheel: str) -> list[Fact]:
        return load(self.store, flywheel, self.settings).facts

    def report(self, flywheel: str, as_of: datetime = NOW) -> dict[str, Any]:
        return report(self.facts(flywheel), flywheel=flywheel, settings=self.settings, as_of=as_of)

    def turns(self, flywheel: str) -> dict[str, dict[str, Any]]:
        """Stored turns, tombstones left out."""
        items = self.table.query(TurnItem, wheel_partition(flywheel), begins=names.TURN_SORT)
        told = [msgspec.json.decode(item.shows) for item in items if item.state != "vanished"]
        return {f"{turn['key']} {turn['turn']}": turn for turn in told}

    def transitions(self, flywheel: str) -> list[TransitionItem]:
        return list(self.table.query(TransitionItem, wheel_partition(flywheel), begins=names.TRANSITION_SORT))

    def items(self, kind: str) -> list[dict[str, Any]]:
        """Every item of a kind, as DynamoDB has it."""
        return [row for row in self.memory.rows.values() if row[names.KIND]["S"] == kind]

    def state(self) -> dict[str, Any]:
        """All that is derived, without how often it was written and what the last write told."""
        derived = [row for kind in (names.TURN, names.TRANSITION) for row in self.items(kind)]
        return {
            f"{row['pk']['S']} {row['sk']['S']}": {k: v for k, v in row.items() if k not in ("version", names.NEWS)}
            for row in derived
        }


def _woken(image: dict[str, Any]) -> tuple[str, ...]:
    return tuple(each["S"] for each in image.get("flywheels", {}).get("L", []))


def facts_of(envelopes: Iterable[Envelope]) -> list[Fact]:
    return [fact_of(events.decode_kept(each)) for each in envelopes]


def tallied(table: Table, notes: Sequence[tuple[datetime, Ignored]]) -> None:
    """Count deliveries that count for nothing, as `record` does it."""
    for key, places in grouped(notes).items():
        tally(table, key, [notes[place] for place in places])


def report_of(envelopes: Sequence[Envelope], flywheel: str, settings: Settings, as_of: datetime = NOW) -> Any:
    """The report of the events themselves, no store in between."""
    return report(facts_of(envelopes), flywheel=flywheel, settings=settings, as_of=as_of)


def turns_of(envelopes: Sequence[Envelope], flywheel: str, settings: Settings, as_of: datetime = NOW) -> Any:
    """The turns of the events themselves, as the store should have them."""
    wheel = fold(facts_of(envelopes), flywheel, settings, as_of)
    things = turn_things(wheel)
    stored = {turn.identity: {**turn_entry(turn), **things.get(turn.identity, {})} for turn in wheel.turns}
    return {f"{key} {name}": msgspec.to_builtins(entry) for (key, name), entry in stored.items()}


def later(**span: float) -> datetime:
    return NOW + timedelta(**span)
