"""The store as the stack drives it, without the stack: deliveries in, the stream's new segments to `project`, ticks."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import msgspec

import events
from shared.flywheel.facts import Fact, fact_of
from shared.flywheel.report import report, turn_entry
from shared.flywheel.settings import Settings
from shared.flywheel.wheel import fold
from shared.store import names
from shared.store.items import TransitionItem, TurnItem
from shared.store.keys import wheel_partition
from shared.store.log import Delivery, Outcome, append
from shared.store.projecting import Arrival, project
from shared.store.reading import load
from shared.store.store import Store
from shared.store.table import Table
from shared.store.ticking import Ticked, tick

Envelope = dict[str, Any]
NOW = datetime(2026, 6, 1, tzinfo=UTC)
"""After every event of the random histories."""


class Driver:
    """One table and what reads and writes it; `settings` may be exchanged, as a deployment does."""

    def __init__(self, settings: Settings | None = None, table: str = "flywheel") -> None:
        self.settings = settings or Settings()
        self.table = Table(table)
        self.store = Store(self.table, stack_id="stack")
        self.failures: list[Exception] = []
        self._seen: set[tuple[str, str]] = set()

    def restart(self) -> None:
        """A cold start: nothing is remembered but what is stored."""
        self.store = Store(Table(self.table.name), stack_id="stack")
        self.table = self.store.table

    def append(self, envelopes: Iterable[Envelope], arrived: datetime = NOW) -> list[Outcome]:
        """What `record` does with valid deliveries."""
        return append(self.store, [Delivery(events.decode(each), arrived) for each in envelopes], self.settings)

    def project(self, at: datetime = NOW) -> list[str]:
        """What `project` does with the segments that are new in the stream; returns whom it advanced."""
        arrivals = [
            Arrival(item["sk"], at.timestamp(), tuple(item.get("flywheels") or ()))
            for item in self.items(names.SEGMENT)
            if (item["pk"], item["sk"]) not in self._seen
        ]
        self.lose_stream()
        done, failed = project(self.store, self.settings, arrivals, lambda _, error: self.failures.append(error))
        assert not failed, self.failures
        return [each.flywheel for each in done]

    def lose_stream(self) -> None:
        """Segments written so far are never told to `project`."""
        self._seen.update((item["pk"], item["sk"]) for item in self.items(names.SEGMENT))

    def tick(self, at: datetime = NOW) -> Ticked:
        """What `tick` does."""
        return tick(self.store, self.settings, at, lambda _: None, lambda _, error: self.failures.append(error))

    def facts(self, flywheel: str) -> list[Fact]:
        return load(self.store, flywheel, self.settings).facts

    def report(self, flywheel: str, as_of: datetime = NOW) -> dict[str, Any]:
        return report(self.facts(flywheel), flywheel=flywheel, settings=self.settings, as_of=as_of)

    def turns(self, flywheel: str) -> dict[str, dict[str, Any]]:
        """Stored turns without their titles, tombstones left out."""
        items = self.table.query(TurnItem, wheel_partition(flywheel), begins=names.TURN_SORT)
        told = [msgspec.json.decode(item.shows) for item in items if item.state != "vanished"]
        return {f"{turn['key']} {turn['turn']}": {k: v for k, v in turn.items() if k != "title"} for turn in told}

    def transitions(self, flywheel: str) -> list[TransitionItem]:
        return list(self.table.query(TransitionItem, wheel_partition(flywheel), begins=names.TRANSITION_SORT))

    def items(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Everything in the table, of one kind or all."""
        pages = boto3.resource("dynamodb", region_name="eu-west-1").Table(self.table.name)
        found: list[dict[str, Any]] = []
        answer = pages.scan()
        found.extend(answer["Items"])
        while "LastEvaluatedKey" in answer:
            answer = pages.scan(ExclusiveStartKey=answer["LastEvaluatedKey"])
            found.extend(answer["Items"])
        return [item for item in found if kind in (None, item["kind"])]


def facts_of(envelopes: Iterable[Envelope]) -> list[Fact]:
    return [fact_of(events.decode(each)) for each in envelopes]


def report_of(envelopes: Sequence[Envelope], flywheel: str, settings: Settings, as_of: datetime = NOW) -> Any:
    """The report of the events themselves, no store in between."""
    return report(facts_of(envelopes), flywheel=flywheel, settings=settings, as_of=as_of)


def turns_of(envelopes: Sequence[Envelope], flywheel: str, settings: Settings, as_of: datetime = NOW) -> Any:
    """The turns of the events themselves, as the store should have them."""
    wheel = fold(facts_of(envelopes), flywheel, settings, as_of)
    return {f"{turn.key} {turn.turn}": msgspec.to_builtins(turn_entry(turn)) for turn in wheel.turns}


def later(**span: float) -> datetime:
    return NOW + timedelta(**span)
