"""The work of `record` on a batch of deliveries: the valid are appended, the invalid kept with their reason, and what
counts for nothing is tallied by its kind.

One append for the whole batch, which is what makes bursts cheap. Where it fails for a reason that time mends, the whole
batch comes again; where it fails otherwise, each delivery is tried alone, so that one cannot hold up the others.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from events import Event, InvalidEventError
from events.bounds import OverBoundError
from shared.flywheel.settings.values import Settings
from shared.pipeline.messages import Contents, decode_message, error_of
from shared.pipeline.rounds import Failed
from shared.store.kept.ignored import grouped, tally
from shared.store.kept.rejections import Rejection, keep_rejection
from shared.store.kept.senders import Sender
from shared.store.log.append import Delivery, append
from shared.store.log.identity import check_size
from shared.store.store import Store
from shared.store.table.errors import TooLargeError, is_retryable

SKEW = timedelta(minutes=5)
"""How far an event may lie in the future of its arrival (reliability: "Intake")."""


class Message(Struct, frozen=True):
    """One delivery as a queue hands it over."""

    id: str
    body: str
    sent: datetime
    again: bool = False
    """Whether it was delivered before, so that its events may well be known."""
    receives: int = 1
    """How often its queue has handed it out."""


class Recorded(Struct):
    """The result of a batch, counted in events; `failed` are the ids of the messages that must come again."""

    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    ignored: int = 0
    failed: list[str] = []

    def add(self, other: "Recorded") -> None:
        """Count what became of others too."""
        self.accepted += other.accepted
        self.duplicate += other.duplicate
        self.rejected += other.rejected
        self.ignored += other.ignored
        for message in other.failed:
            self.fail(message)

    def fail(self, message: str) -> None:
        """Have a message come again; of one that holds several events once."""
        if message not in self.failed:
            self.failed.append(message)


def record(
    store: Store, settings: Settings, messages: Sequence[Message], on_failure: Failed, account: str | None = None
) -> Recorded:
    """Take a batch of deliveries; never raises for one of them, but tells `on_failure` of each that fails."""
    batch = _Batch(store, settings, on_failure, account)
    for message in messages:
        batch.take(message)
    batch.append(batch.valid)
    batch.tally()
    return batch.recorded


class _Batch:
    """The messages of one call as they are understood."""

    def __init__(self, store: Store, settings: Settings, on_failure: Failed, account: str | None) -> None:
        self._store, self._settings, self._on_failure, self._account = store, settings, on_failure, account
        self.recorded = Recorded()
        self.valid: list[tuple[Message, Delivery]] = []
        self._ignored: list[tuple[Message, Contents]] = []

    def take(self, message: Message) -> None:
        """Understand one message; what is refused of it is kept at once."""
        try:
            contents = decode_message(message.body, self._settings, self._account)
            deliveries = [Delivery(_storable(event, message), message.sent) for event in contents.events]
        except InvalidEventError as error:
            self._reject(message, Rejection(message.body, error, message.sent))
            return
        except Exception as failure:  # noqa: BLE001  no mistake of ours in one message costs the others anything
            self._fail(message, failure)
            return
        self.valid.extend((message, delivery) for delivery in deliveries)
        if contents.refused is not None:
            note = contents.refused
            sender = Sender(note.source, note.delivery, note.kind)
            self._reject(message, Rejection(note.body, error_of(note), message.sent, sender))
        elif contents.ignored is not None:
            self._ignored.append((message, contents))

    def append(self, valid: Sequence[tuple[Message, Delivery]]) -> None:
        """Append what is valid; where that fails for good, each event alone."""
        try:
            again = any(message.again for message, _ in valid)
            outcomes = append(self._store, [delivery for _, delivery in valid], self._settings, again=again)
        except Exception as error:  # noqa: BLE001  told apart below
            if len(valid) > 1 and not is_retryable(error):
                for pair in valid:
                    self.append([pair])
                return
            for message, _ in valid:
                self._refuse(message, error)
        else:
            self.recorded.accepted += outcomes.count("accepted")
            self.recorded.duplicate += outcomes.count("duplicate")

    def tally(self) -> None:
        """Count what counts for nothing, so that nobody wonders where it went; what fails, fails alone."""
        ignored = [
            (message.sent, contents.ignored) for message, contents in self._ignored if contents.ignored is not None
        ]
        for key, places in grouped(ignored).items():
            try:
                tally(self._store.table, key, [ignored[place] for place in places])
            except Exception as failure:  # noqa: BLE001  whatever it is: these messages come again, the others are done
                for place in places:
                    self._fail(self._ignored[place][0], failure)
            else:
                self.recorded.ignored += len(places)

    def _refuse(self, message: Message, error: Exception) -> None:
        """Refuse for good what no item can hold, or is over a bound; all else comes again."""
        if isinstance(error, OverBoundError):
            invalid = InvalidEventError(error.field, error.value, error.expected)
            self._reject(message, Rejection(message.body, invalid, message.sent))
            return
        if not isinstance(error, TooLargeError):
            self._fail(message, error)
            return
        limit = f"at most {error.limit} bytes with all its earlier revisions, compressed"
        invalid = InvalidEventError("detail", f"{error.size} bytes", limit)
        self._reject(message, Rejection(message.body, invalid, message.sent))

    def _reject(self, message: Message, rejection: Rejection) -> None:
        try:
            keep_rejection(self._store.table, rejection)
        except Exception as failure:  # noqa: BLE001  whatever it is: this message comes again, the others go on
            self._fail(message, failure)
        else:
            self.recorded.rejected += 1

    def _fail(self, message: Message, error: Exception) -> None:
        self.recorded.fail(message.id)
        self._on_failure(message.id, error)


def _storable(event: Event, message: Message) -> Event:
    """The event; raises InvalidEventError where it is dated too far ahead or too large to keep."""
    if event.detail.time > message.sent + SKEW:
        raise InvalidEventError("detail.time", event.raw["time"], "a time at most 5 minutes after the event arrives")
    try:
        check_size(event)
    except TooLargeError as error:
        raise InvalidEventError("detail", f"{error.size} bytes", f"at most {error.limit} bytes, compressed") from error
    return event
