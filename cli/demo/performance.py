"""The story played to the real stack: each delivery at its own time, on a clock that jumps, with a loopback Slack."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from cli.demo.delivery import Delivery
from cli.demo.sending import Hooks
from cli.embedded.assembly import Synthesis
from engine import LOOPBACK_TOKEN, Engine, FakeSlack, Message
from infra.stage import PROJECT
from shared.flywheel.facts.fact import Fact
from shared.flywheel.settings.values import Settings
from shared.store.log.family import load_family
from shared.store.outbox.ledger import Entry, entries
from shared.store.store import Store
from shared.store.table.table import Table

_STEP = timedelta(days=1)
_FIRES_AT = 9
"""The hour of the digests."""
_FIRES_ON = {0, 3}
"""Mondays for the digests, and Thursdays: what only time brings about is soon told."""


class Performance:
    """A stack in this process, from the first delivery to the last."""

    def __init__(self, engine: Engine, slack: FakeSlack, hooks: Hooks) -> None:
        self._engine, self._slack, self._hooks = engine, slack, hooks
        self._fires = engine.clock.now().replace(hour=_FIRES_AT, minute=0)
        self.understood = 0
        """How many events intake, and the rules for AWS's own, made of all deliveries."""

    def play(self, deliveries: Sequence[Delivery], progress: Callable[[int], None]) -> None:
        """Deliver each when the story says so, and let the stack work in between. Raises CommandError."""
        for place, delivery in enumerate(deliveries, start=1):
            self.until(delivery.arrives)
            self.understood += self._hooks.send(delivery)
            self._engine.drain()
            progress(place)

    def until(self, moment: datetime) -> None:
        """Let time pass. The schedule fires on some days: what only time brings about waits for one."""
        while self._fires <= moment:
            if self._fires.weekday() in _FIRES_ON:
                self._engine.advance_to(self._fires, coalesce=True)
            self._fires += _STEP
        self._engine.advance_to(moment, schedules=False)

    @property
    def store(self) -> Store:
        """The stack's table."""
        return Store(Table(self._engine.outputs["TableName"], region=self._engine.cloud.region))

    @property
    def now(self) -> datetime:
        """The clock of the stack."""
        return self._engine.clock.now()

    def facts(self, flywheel: str, settings: Settings) -> list[Fact]:
        """The facts that the stack's table holds for the report of a flywheel."""
        return load_family(self.store, flywheel, settings)

    def ledger(self, flywheel: str) -> list[Entry]:
        """The ledger's entries about a flywheel, by channel."""
        return entries(self.store.table, flywheel)

    @property
    def messages(self) -> list[Message]:
        """The messages in Slack's channels."""
        return self._slack.messages


@contextmanager
def stage(synthesised: Synthesis, deliveries: Sequence[Delivery], settings: Settings) -> Iterator[Performance]:
    """The stack deployed, its secrets filled, its clock at the story's beginning."""
    with (
        FakeSlack() as slack,
        Engine.from_template(
            synthesised.directory,
            clock=deliveries[0].arrives,
            endpoints={"SLACK_API_URL": slack.url},
            code_root=PROJECT,
            files=synthesised.files,
        ) as engine,
    ):
        engine.put_secret(engine.outputs["SlackSecretArn"], LOOPBACK_TOKEN)
        hooks = Hooks(engine, settings, (each.hook for each in deliveries if each.hook is not None))
        yield Performance(engine, slack, hooks)
