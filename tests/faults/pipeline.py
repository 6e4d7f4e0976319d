"""The whole way of an event in this process: inbox → record → table → project → summarise → bus → notify → Slack.

The functions are the real ones; around them stand a table in memory, a stream, queues that deliver at least once, a bus
and a Slack. Each of their steps goes through `Steps`, where a test lets it fail, lets its answer be lost, or lets the
process die. Time stands still until nothing is left to do, and then jumps to the next moment at which something is.
"""

import io
import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger, Metrics

from events import PUBLISHER
from events.times import EPOCH
from functions.notify.notifier import Notifier
from functions.project.projector import Projector
from functions.record.recorder import Recorder
from functions.summarise.summariser import Summariser
from functions.tick.ticker import Ticker, UnfinishedTickError
from shared.aws.bus import Announcement, Refusal
from shared.flywheel.settings.values import Settings
from shared.pipeline.upkeep.ticking import tick
from shared.slack.outbox import Outbox
from shared.slack.queue import wake_body
from shared.store.outbox.outbox import OutboxStore
from shared.store.store import Store
from shared.store.table import names
from tests.unit.store.driving import Driver, Envelope
from tests.unit.store.memory import MemoryConnection, Raw

ACCOUNT = "123456789012"
VISIBILITY = timedelta(seconds=180)
RECEIVES = 5
"""As often is a message handed out before it lies among the dead letters; a stream's batch is tried as often."""
BATCH = 25


class KilledError(BaseException):
    """The process is gone: no handler of ours catches it."""


class Steps:
    """Every step outwards, in order; `before` and `after` may raise, or count."""

    def __init__(self) -> None:
        self.before: Callable[[str], None] = lambda _: None
        self.after: Callable[[str], None] = lambda _: None
        self._is_first = True

    def begin(self) -> None:
        """An invocation begins."""
        self._is_first = True

    def dies(self, at: int, *, before: bool) -> None:
        """Kill the process before the first step of the invocation with this number, or after the write with it.

        Together that is every death there is. Before a write the process leaves what it left after the one before, or
        as it began: between them it only reads, and of that a dead process leaves nothing.
        """
        numbers = itertools.count()

        def watch(_: str) -> None:
            first, self._is_first = self._is_first, False
            if (first or not before) and next(numbers) == at:
                self.heal()
                raise KilledError

        self.heal()
        setattr(self, "before" if before else "after", watch)

    def heal(self) -> None:
        self.before = self.after = lambda _: None

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        self.before(name)
        done = work()
        self.after(name)
        return done


@dataclass
class Letter:
    """A message in a queue."""

    id: str
    body: str
    sent: datetime
    visible: datetime
    first: datetime | None = None
    receives: int = 0


class SqsInMemory:
    """A standard queue with its dead letters."""

    def __init__(self, steps: Steps, now: Callable[[], datetime]) -> None:
        self.letters: list[Letter] = []
        self.dead: list[Letter] = []
        self._steps = steps
        self._now = now
        self._ids = itertools.count()

    def send(self, body: str, delay_seconds: int = 0) -> None:
        self._steps.step("send", lambda: self.put(body, delay_seconds))

    def put(self, body: str, delay_seconds: int = 0) -> None:
        """Put a message from outside: no step of ours."""
        assert 0 <= delay_seconds <= 900
        now = self._now()
        self.letters.append(Letter(f"m{next(self._ids)}", body, now, now + timedelta(seconds=delay_seconds)))

    def receive(self) -> list[Letter]:
        """What can be received now; for the visibility time-out nobody else receives it."""
        now = self._now()
        found = [letter for letter in self.letters if letter.visible <= now][:BATCH]
        for letter in found:
            letter.receives += 1
            letter.first = letter.first or now
            letter.visible = now + VISIBILITY
        worn = [letter for letter in found if letter.receives > RECEIVES]
        self.dead += worn
        self.delete(worn)
        return [letter for letter in found if letter not in worn]

    def delete(self, letters: Iterable[Letter]) -> None:
        gone = {letter.id for letter in letters}
        self.letters = [letter for letter in self.letters if letter.id not in gone]

    def redrive(self) -> None:
        """Put the dead letters back, as new messages."""
        dead, self.dead = self.dead, []
        for letter in dead:
            self.put(letter.body)


class SteppedBus:
    """The bus with its one rule: what is ready goes to the outbox's queue."""

    def __init__(self, steps: Steps, outbox: SqsInMemory) -> None:
        self.taken: list[Announcement] = []
        self._steps = steps
        self._outbox = outbox

    def publish(self, announcements: Sequence[Announcement]) -> list[Refusal]:
        self._steps.step("publish", lambda: self._deliver(announcements))
        return []

    def _deliver(self, announcements: Sequence[Announcement]) -> None:
        for announced in announcements:
            self.taken.append(announced)
            if announced.detail_type in {"Phase Summary Ready", "Digest Ready", "Turn Started", "Turn Held"}:
                told = {"detail-type": announced.detail_type, "detail": announced.detail}
                envelope = {"source": PUBLISHER, "account": ACCOUNT, **told}
                self._outbox.put(json.dumps(envelope))


class SteppedSlack:
    """Channels with their messages, as they read now."""

    def __init__(self, steps: Steps) -> None:
        self.messages: dict[str, str] = {}
        self.blocks: dict[str, list[dict[str, Any]]] = {}
        self.channels: dict[str, str] = {}
        self.threads: dict[str, tuple[str, bool]] = {}
        """Of each reply the message that it replies to, and whether the channel sees it too."""
        self._steps = steps

    def post(
        self,
        channel: str,
        text: str,
        blocks: list[dict[str, Any]],
        *,
        thread: str | None = None,
        broadcast: bool = False,
    ) -> tuple[str, str]:
        ts = f"{len(self.messages)}.000100"
        self.blocks[ts], self.channels[ts] = blocks, channel
        if thread is not None:
            self.threads[ts] = (thread, broadcast)
        self._steps.step("post", lambda: self.messages.update({ts: text}))
        return channel, ts

    def of_channel(self, channel: str) -> list[list[dict[str, Any]]]:
        """The blocks of a channel's messages, as they were posted."""
        return [self.blocks[ts] for ts in self.messages if self.channels.get(ts) == channel]

    def update(self, channel: str, ts: str, text: str, blocks: list[dict[str, Any]]) -> None:
        self._steps.step("update", lambda: self.messages.update({ts: text}))

    def permalink(self, channel: str, ts: str) -> str:
        return f"https://example.slack.com/archives/{channel.lstrip('#')}/p{ts}"


@dataclass
class Reader:
    """Where one function is in the stream."""

    kind: str
    names: tuple[str, ...]
    also: Callable[[Raw], bool] = lambda _: False
    """Whatever else the function reads."""
    at: int = 0
    tries: int = 0
    abandoned: list[int] = field(default_factory=list)

    def reads(self, name: str, image: Raw) -> bool:
        return name in self.names and (image[names.KIND]["S"] == self.kind or self.also(image))


class Pipeline:
    """The stack, driven by hand."""

    def __init__(
        self,
        now: datetime,
        settings: Settings | None = None,
        reached: Callable[[MemoryConnection], Any] = lambda memory: memory,
    ) -> None:
        """`reached`: what stands between the functions and the table."""
        self.now = now
        self.steps = Steps()
        self.memory = MemoryConnection()
        self.driver = Driver(settings, reached(self.memory))
        self.memory.before = lambda operation, *_: self.steps.before(operation)
        self.memory.after = lambda operation, *_: self.steps.after(operation)
        self.inbox = SqsInMemory(self.steps, lambda: self.now)
        self.outbox = SqsInMemory(self.steps, lambda: self.now)
        self.bus = SteppedBus(self.steps, self.outbox)
        self.slack = SteppedSlack(self.steps)
        self.projecting = Reader(names.SEGMENT, ("INSERT",))
        self.summarising = Reader(names.TRANSITION, ("INSERT", "MODIFY"), also=lambda image: names.NEWS in image)
        self.deaths = 0
        self.deaf: set[str] = set()
        """Kinds of items of which the stream does not tell at present."""
        self.start()

    def start(self) -> None:
        """A cold start of every function."""
        logger = Logger(service="test", level="CRITICAL", stream=io.StringIO(), logger_handler=None)
        settings, table = self.driver.settings, self.driver.table
        self.driver.restart()
        store, kept = self.driver.store, OutboxStore(table)
        self._record = Recorder(store, settings, logger, _Unmeasured(namespace="test", service="test"), account=ACCOUNT)
        self._project = Projector(Store(table), settings, logger)
        self._summarise = Summariser(kept, self.bus, logger)
        self._notify = Notifier(Outbox(kept, self.slack, self.outbox, settings), logger)
        self._ticker = Ticker(store, settings, self.outbox, [], self.bus, logger)

    def announced(self, *detail_types: str) -> dict[tuple[str, ...], str]:
        """The id under which subscribers heard last of each phase of each turn, of these kinds."""
        taken = [each for each in self.bus.taken if each.detail_type in detail_types]
        fields = ("flywheel", "turn", "phase")
        return {(each.detail_type, *(str(each.detail[name]) for name in fields)): each.detail["id"] for each in taken}

    # What goes in, and what time does.

    def put(self, envelopes: Iterable[Envelope]) -> None:
        """Events arrive in the inbox."""
        for envelope in envelopes:
            self.inbox.put(json.dumps(envelope))

    def lose_stream(self) -> None:
        """What the stream has not told yet, it never will; from now on it tells again."""
        self.projecting.at = self.summarising.at = len(self.memory.told)
        self.deaf.clear()

    def redrive(self) -> None:
        """Somebody puts the dead letters back."""
        for queue in (self.inbox, self.outbox):
            queue.redrive()

    def tick(self, at: datetime) -> None:
        """The schedule fires; it is tried again where it fails."""
        self.settle(at)
        failed: list[Exception] = []
        for _ in range(RECEIVES):
            self.steps.begin()
            try:
                ticked = tick(
                    self.driver.store,
                    self.driver.settings,
                    at,
                    lambda key: self.outbox.send(wake_body(key)),
                    lambda _, error: failed.append(error),
                )
            except KilledError:
                self.deaths += 1
                self.start()
            except Exception as error:  # noqa: BLE001  whatever it is, the tick comes again
                failed.append(error)
            else:
                if not ticked.failed:
                    break
        self.settle(at)

    def tick_with_digests(self, at: datetime) -> None:
        """The whole function behind the schedule; Lambda calls it again where it fails or dies."""
        self.settle(at)
        for _ in range(RECEIVES):
            self.steps.begin()
            try:
                self._ticker.tick(at.isoformat())
            except KilledError:
                self.deaths += 1
                self.start()
            except UnfinishedTickError:
                continue
            else:
                break
        self.settle(at)

    def settle(self, until: datetime) -> None:
        """Handle everything there is, then what becomes due, up to a moment."""
        while True:
            while self._turn():
                pass
            waiting = [letter.visible for queue in (self.inbox, self.outbox) for letter in queue.letters]
            later = min((at for at in waiting if at > self.now), default=until)
            if later >= until:
                self.now = max(self.now, until)
                return
            self.now = later

    # One turn of the crank.

    def _turn(self) -> bool:
        return (
            self._from_queue(self.inbox, self._record.record)
            or self._from_stream(self.projecting, self._project.project)
            or self._from_stream(self.summarising, self._summarise.summarise)
            or self._from_queue(self.outbox, lambda records: self._notify.notify(records, account=ACCOUNT))
        )

    def _from_queue(self, queue: SqsInMemory, handle: Callable[[list[Raw]], Raw]) -> bool:
        letters = queue.receive()
        if not letters:
            return False
        failed = self._failed(handle, [_sqs_record(letter) for letter in letters], [each.id for each in letters])
        queue.delete([letter for letter in letters if letter.id not in failed])
        return True

    def _from_stream(self, reader: Reader, handle: Callable[[list[Raw]], Raw]) -> bool:
        """A batch of the stream; the first record that fails is where the next begins, as Lambda does it."""
        if reader.kind in self.deaf:
            return False
        news = list(enumerate(self.memory.told))[reader.at :]
        wanted = [(n, i) for n, (name, i) in news if reader.reads(name, i)]
        if not wanted:
            reader.at = len(self.memory.told)
            return False
        batch = wanted[:BATCH]
        created = (self.now - EPOCH).total_seconds()
        failed = self._failed(
            handle, [_stream_record(n, image, created) for n, image in batch], [str(n) for n, _ in batch]
        )
        if not failed:
            reader.at, reader.tries = batch[-1][0] + 1, 0
        elif reader.tries == RECEIVES:
            reader.abandoned.append(min(map(int, failed)))
            reader.at, reader.tries = reader.abandoned[-1] + 1, 0
        else:
            reader.at, reader.tries = min(map(int, failed)), reader.tries + 1
        return True

    def _failed(self, handle: Callable[[list[Raw]], Raw], records: list[Raw], ids: list[str]) -> set[str]:
        self.steps.begin()
        try:
            answer = handle(records)
        except KilledError:
            self.deaths += 1
            self.start()
            return set(ids)
        return {each["itemIdentifier"] for each in answer["batchItemFailures"]}


class _Unmeasured(Metrics):
    """Metrics that are counted by nobody."""

    def flush_metrics(self, raise_on_empty_metrics: bool = False) -> None:
        self.clear_metrics()


def _sqs_record(letter: Letter) -> Raw:
    assert letter.first is not None
    attributes = {
        "SentTimestamp": _millis(letter.sent),
        "ApproximateFirstReceiveTimestamp": _millis(letter.first),
        "ApproximateReceiveCount": str(letter.receives),
    }
    return {"messageId": letter.id, "body": letter.body, "attributes": attributes}


def _stream_record(number: int, image: Raw, created: float) -> Raw:
    change = {"SequenceNumber": str(number), "ApproximateCreationDateTime": created, "NewImage": image}
    return {"eventName": "INSERT", "dynamodb": change}


def _millis(moment: datetime) -> str:
    return str((moment - EPOCH) // timedelta(milliseconds=1))
