"""The outbox with a table in moto, a loopback Slack and a queue in memory; time stands where a test puts it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import json
from msgspec.structs import replace

from engine import LOOPBACK_TOKEN, FakeSlack
from shared.flywheel.settings.noise import NoiseSettings
from shared.flywheel.settings.values import Settings, SlackSettings, Way
from shared.flywheel.summaries.summary import Action, Figure, Summary, summary_id
from shared.slack.client import SlackClient
from shared.slack.outbox import Outbox
from shared.slack.queue import LONGEST_DELAY_SECONDS, wake_body, wake_of
from shared.slack.subject import Outcome
from shared.slack.topic import Topic
from shared.slack.ways import Ways
from shared.slack.webhook import Webhook
from shared.store.outbox.outbox import OutboxStore, SummaryRef, ref_of
from shared.store.outbox.outbox_items import LedgerItem
from shared.store.table import names
from shared.store.table.items import TransitionItem
from shared.store.table.keys import stamp, transition_sort, wheel_partition
from shared.store.table.table import Table

NOON = datetime(2026, 3, 30, 12, tzinfo=UTC)
CHANNEL = "#value-flywheel"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:flywheel"
EACH = Settings(noise=NoiseSettings(only_on_change=False))
"""Each digest is said, though it finds what the one before it did."""


class QueueInMemory:
    """What was sent, and when it can be received."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int]] = []

    def send(self, body: str, delay_seconds: int) -> None:
        assert 0 <= delay_seconds <= LONGEST_DELAY_SECONDS
        self.sent.append((body, delay_seconds))


class Sns:
    """What was published; `fault` is raised instead while it is set, `lost` once after a message was taken."""

    def __init__(self) -> None:
        self.published: list[tuple[str, dict[str, Any]]] = []
        self.fault: Exception | None = None
        self.lost: Exception | None = None

    def publish(self, *, TopicArn: str, Message: str) -> None:
        if self.fault:
            raise self.fault
        self.published.append((TopicArn, json.decode(Message)))
        lost, self.lost = self.lost, None
        if lost:
            raise lost


class Post:
    """An outbox with all that it needs, driven by hand."""

    def __init__(self, table: Table, slack: FakeSlack) -> None:
        self.table = table
        self.slack = slack
        self.queue = QueueInMemory()
        self.store = OutboxStore(table)
        self.now = NOON
        self.refusals: list[tuple[str, str]] = []
        self.sns = Sns()
        self.outbox = self.another_sender()

    def goes_by(self, way: Way) -> None:
        """Let messages come into the channel another way."""
        slack = SlackSettings(
            webhooks=(CHANNEL,) if way == "webhook" else (), topics={CHANNEL: TOPIC} if way == "topic" else {}
        )
        self.outbox = self.another_sender(replace(EACH, slack=slack))

    def another_sender(self, settings: Settings | None = None) -> Outbox:
        settings = settings or EACH
        ways = Ways(
            settings,
            SlackClient(lambda _fresh: LOOPBACK_TOKEN, self.slack.url),
            Webhook(lambda _fresh: {CHANNEL: self.slack.webhook(CHANNEL)}, self.slack.url),
            Topic(lambda: self.sns, settings.slack.topics),
        )
        return Outbox(
            self.store,
            ways,
            self.queue,
            settings,
            on_refusal=lambda channel, reason: self.refusals.append((channel, reason)),
        )

    def kept(self, turn: str, headline: str = "It went well.", **changes: int) -> SummaryRef:
        """Store a digest, as `tick` does but for its version."""
        item = transition_item(self.table, digest_of(turn, headline), **changes)
        self.store.keep_summary(item)
        return ref_of(item)

    def announce(self, ref: SummaryRef) -> Outcome:
        return self.outbox.announce(ref, self.now)

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def wake_all(self) -> list[Outcome]:
        """Receive every wake, each when its delay is over, until none is left."""
        outcomes: list[Outcome] = []
        due = [(self.now + timedelta(seconds=delay), body) for body, delay in self._taken()]
        while due:
            due.sort()
            at, body = due.pop(0)
            self.now = max(self.now, at)
            wake = wake_of(json.decode(body))
            assert wake
            self.outbox.after_wakes(wake.number)
            outcomes.append(self.outbox.wake(wake.key, self.now))
            due += [(self.now + timedelta(seconds=delay), again) for again, delay in self._taken()]
        return outcomes

    def tick(self) -> list[Outcome]:
        """Wake what is overdue, as `tick` does, and then all that these wakes bring about."""
        for key in self.overdue():
            self.queue.send(wake_body(key), 0)
        return self.wake_all()

    def entry(self, ref: SummaryRef) -> LedgerItem:
        return self.store.entry(ref, CHANNEL)

    def overdue(self) -> list[tuple[str, str]]:
        return list(self.table.due(names.DUE_LEDGER, stamp(self.now)))

    def _taken(self) -> list[tuple[str, int]]:
        taken, self.queue.sent = self.queue.sent, []
        return taken


def summary_of(turn: str, headline: str = "It went well.") -> Summary:
    return Summary(
        id=summary_id("checkout", "idea", turn, 3),
        flywheel="checkout",
        turn=turn,
        key="idea",
        phase=3,
        at=NOON,
        outcome="completed",
        persona="product leaders",
        heading="Next Best Action completed · checkout",
        headline=headline,
        figures=(Figure(label="Lead time", value="9 h", previous="12 h", arrow="↓", trend="better"),),
        action=Action(text="Release a slice.", because="it is the constraint", rule="constraint"),
        context="84 days",
    )


def digest_of(period: str, headline: str = "It went well.") -> Summary:
    """A digest for everyone: a message of its own."""
    name = summary_id("checkout", "digest", period, 0)
    return replace(summary_of(period, headline), id=name, key="digest", phase=0, outcome="reported")


def transition_item(
    table: Table, shown: Summary, *, version: int = 1, historical: int = 0, vanished: int = 0
) -> TransitionItem:
    return table.new(
        TransitionItem,
        wheel_partition(shown.flywheel),
        transition_sort(shown.key, shown.turn, shown.phase),
        flywheel=shown.flywheel,
        turn=shown.turn,
        key=shown.key,
        phase=shown.phase,
        at=stamp(shown.at),
        arrived_at=stamp(shown.at),
        historical=historical,
        shows=json.encode(shown).decode(),
        digest=shown.digest,
        inputs="",
        vanished=vanished,
        version=version,
    )
