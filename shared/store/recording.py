"""What `record` does with a batch of deliveries: the valid are appended, the invalid kept with their reason.

One append for the whole batch, which is what makes bursts cheap. Where it fails for a reason that time mends, the whole
batch comes again; where it fails otherwise, each delivery is tried alone, so that one cannot hold up the others.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from events import Event, InvalidEventError, decode_json
from shared.flywheel.settings import Settings
from shared.store.errors import TooLargeError, is_retryable
from shared.store.identity import check_size
from shared.store.log import Delivery, append
from shared.store.rejections import Rejection, keep_rejection
from shared.store.store import Store

SKEW = timedelta(minutes=5)
"""How far an event may lie in the future of its arrival (reliability: "Intake")."""


class Message(Struct, frozen=True):
    """One delivery as a queue hands it over."""

    id: str
    body: str
    sent: datetime


class Recorded(Struct):
    """What became of a batch; `failed` are the ids of the messages that must come again."""

    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    failed: list[str] = []


Failed = Callable[[str, Exception], None]


def record(store: Store, settings: Settings, messages: Sequence[Message], on_failure: Failed) -> Recorded:
    """Take a batch of deliveries; never raises for one of them, but tells `on_failure` of each that fails."""
    recorded = Recorded()
    valid: list[tuple[Message, Delivery]] = []
    for message in messages:
        try:
            valid.append((message, Delivery(_decoded(message), message.sent)))
        except InvalidEventError as error:
            _reject(store, message, error, recorded, on_failure)
    _append(store, settings, valid, recorded, on_failure)
    return recorded


def _decoded(message: Message) -> Event:
    """The event of a message; raises InvalidEventError, also where it is dated too far ahead or too large to keep."""
    event = decode_json(message.body)
    if event.detail.time > message.sent + SKEW:
        raise InvalidEventError("detail.time", event.raw["time"], "a time at most 5 minutes after the event arrives")
    try:
        check_size(event)
    except TooLargeError as error:
        raise InvalidEventError("detail", f"{error.size} bytes", f"at most {error.limit} bytes, compressed") from error
    return event


def _reject(store: Store, message: Message, error: InvalidEventError, recorded: Recorded, on_failure: Failed) -> None:
    try:
        keep_rejection(store.table, Rejection(message.body, error, message.sent))
    except Exception as failure:  # noqa: BLE001  whatever it is: this message comes again, the others go on
        recorded.failed.append(message.id)
        on_failure(message.id, failure)
    else:
        recorded.rejected += 1


def _append(
    store: Store,
    settings: Settings,
    valid: Sequence[tuple[Message, Delivery]],
    recorded: Recorded,
    on_failure: Failed,
) -> None:
    try:
        outcomes = append(store, [delivery for _, delivery in valid], settings)
    except Exception as error:  # noqa: BLE001  told apart below
        if len(valid) > 1 and not is_retryable(error):
            for pair in valid:
                _append(store, settings, [pair], recorded, on_failure)
            return
        for message, _ in valid:
            recorded.failed.append(message.id)
            on_failure(message.id, error)
    else:
        recorded.accepted += outcomes.count("accepted")
        recorded.duplicate += outcomes.count("duplicate")
