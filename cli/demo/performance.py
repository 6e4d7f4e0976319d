"""The story played to the real stack: each delivery at its own time, on a clock that jumps, with a loopback Slack."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from cli.demo.story import Delivery
from engine.embedded import Engine
from engine.fake_slack import LOOPBACK_TOKEN, FakeSlack, Message
from shared.flywheel.facts import Fact
from shared.flywheel.settings import Settings
from shared.store.reading import load
from shared.store.store import Store
from shared.store.table import Table

_STEP = timedelta(days=1)


class Counts(Struct, frozen=True):
    """What became of the deliveries: sent = accepted + duplicate + rejected."""

    sent: int
    accepted: int
    duplicate: int
    rejected: int


class Performance:
    """A stack in this process, from the first delivery to the last."""

    def __init__(self, engine: Engine, slack: FakeSlack) -> None:
        self._engine, self._slack = engine, slack
        self._now = engine.clock.now()
        self.sent = 0

    def play(self, deliveries: Sequence[Delivery], progress: Callable[[int], None]) -> None:
        """Deliver each event when the story says so, and let the stack work in between."""
        for delivery in deliveries:
            self._let_pass(delivery.arrives)
            self._engine.put_event(delivery.event, self._engine.outputs["BusName"])
            self._engine.drain()
            self.sent += 1
            progress(self.sent)

    def end(self, moment: datetime) -> None:
        """Let the clock run out to the end of the story."""
        self._let_pass(moment)

    def _let_pass(self, until: datetime) -> None:
        """A day at a time, so that what only time brings about is noticed, and told, within a day."""
        while self._now + _STEP < until:
            self._now += _STEP
            self._engine.advance_to(self._now, coalesce=True)
        self._now = until
        self._engine.advance_to(until, coalesce=True)

    def facts(self, flywheel: str, settings: Settings) -> list[Fact]:
        """What the stack's table holds of a flywheel."""
        store = Store(Table(self._engine.outputs["TableName"], region=self._engine.cloud.region))
        return load(store, flywheel, settings).facts

    @property
    def counts(self) -> Counts:
        """As `record` logged them."""
        told: Counter[str] = Counter()
        for line in self._engine.logs.splitlines():
            entry = json.loads(line) if line.startswith('{"') else {}
            if entry.get("message") == "recorded":
                told.update({name: entry[name] for name in ("accepted", "duplicate", "rejected")})
        return Counts(self.sent, told["accepted"], told["duplicate"], told["rejected"])

    @property
    def messages(self) -> list[Message]:
        """What Slack's channels show."""
        return self._slack.messages


@contextmanager
def stage(assembly: Path, first: Delivery) -> Iterator[Performance]:
    """The stack deployed, its secret filled, its clock at the story's beginning."""
    with (
        FakeSlack() as slack,
        Engine.from_template(assembly, clock=first.arrives, slack_url=slack.url) as engine,
    ):
        engine.put_secret(engine.outputs["SlackSecretArn"], LOOPBACK_TOKEN)
        yield Performance(engine, slack)
