"""A flywheel that has lived for some days at a hundred events a day, on a table of its own, its facts sealed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

import events
from events.times import rfc3339
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.settings.values import Settings
from shared.pipeline.advance import advance
from shared.pipeline.rounds import Advanced
from shared.pipeline.upkeep.sealable import due_for_sealing
from shared.pipeline.upkeep.sealing import by_day, seal, write_parts
from shared.store.log.append import Delivery, append
from shared.store.segments.sealed_cache import begin_edition
from shared.store.store import Store
from shared.store.table.keys import flywheel_partition
from shared.store.table.table import Table
from tests.bench.ground.cpu import taking
from tests.bench.ground.mix import Days, Envelope

STEP = timedelta(minutes=3)
_EVENING = 20.0


def facts_of(envelopes: Iterable[Envelope]) -> list[Fact]:
    """What is folded of these events."""
    return [fact_of(events.decode(event)) for event in envelopes]


def as_stored(facts: Iterable[Fact]) -> list[Fact]:
    """As segments hold them: without the bits that only versions of equal rank are told apart by."""
    return [msgspec.structs.replace(fact, content_tail=None) for fact in facts]


def sealed_in(table: Table, flywheel: str, facts: Iterable[Fact], at: datetime, due: datetime) -> None:
    """Facts lie in a table as they do when all are sealed."""
    home = flywheel_partition(flywheel)
    for day, chunk in by_day(facts).items():
        write_parts(table, home, day, chunk, 1)
    begin_edition(table, home, at, due)


class Lived:
    """What has happened before the day `age` is in the table; what happens from then on comes by `arrives`."""

    def __init__(self, table: Table, days: Days, age: int, facts: Sequence[Fact]) -> None:
        """In an empty table. `facts`: those of the days before, as stored."""
        self.days = days
        self.settings = Settings()
        self.now: datetime = days.at(age, _EVENING)
        self._age = age
        self._table = table
        sealed_in(table, days.flywheel, facts, self.now, days.at(age + 400))
        self.restart()

    def restart(self) -> None:
        """A process that remembers nothing."""
        self.store = Store(self._table)

    def of_kind(self, kind: str) -> list[Envelope]:
        """The day's events of one kind."""
        return [event for event in self.days.day(self._age) if event["detail-type"] == kind]

    def news(self, event: Envelope) -> None:
        """An event of what happens just then is in the log."""
        self.arrives([{**event, "detail": {**event["detail"], "time": rfc3339(self.now + STEP)}}])

    def arrives(self, envelopes: Iterable[Envelope]) -> None:
        """Events are in the log a little later, whenever they happened."""
        self.now += STEP
        append(self.store, [Delivery(events.decode(event), self.now) for event in envelopes], self.settings)

    def advanced(self, settings: Settings | None = None) -> tuple[float, Advanced]:
        """CPU seconds of an advance, and what it did."""
        with taking() as taken:
            done = advance(self.store, self.days.flywheel, settings or self.settings, self.now)
        return taken.seconds, done

    def settled(self, settings: Settings | None = None) -> list[float]:
        """CPU seconds of each advance until nothing is left, as tick after tick goes on."""
        took = []
        while True:
            seconds, done = self.advanced(settings)
            took.append(seconds)
            if not done.left:
                return took
            self.now += STEP

    def live(self, days: int) -> None:
        """So many days more: each in the log at its end, advanced, and sealed when it is due."""
        for number in range(self._age, self._age + days):
            self.now = self.days.at(number)
            self.arrives(self.days.day(number))
            self.settled()
            for sealable in due_for_sealing(self.store, self.now):
                seal(self.store, sealable, self.now)
        self._age += days
        self.now = self.days.at(self._age, _EVENING)
