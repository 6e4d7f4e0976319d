"""Messages that come again share their fate with no other.

A function that is killed, or runs out of memory, answers nothing, and its whole batch comes again: the innocent with
what ended it, as often as the queue has patience, and then all are dead letters. So whoever comes again is tried alone,
and that it is about to be tried is written down first:

1. what came before and ended nobody, one by one, the most patient first, of those the smallest: a process that ends now
   has ended for the one that is marked, and those before it are recorded;
2. what comes for the first time, together, as that is cheap;
3. what ended a process when it was tried alone is not tried beside others again, but only when it comes alone.

Each of these is limited in time, so that what is only slow ends as a failure of its own and not as the function's;
the process is limited in memory below what it may have, so that what is large does too. What is left ends the process:
three such in one batch are survived, of five times that a message is handed out, and then those smaller than them.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct

from shared.flywheel.settings.values import Settings
from shared.pipeline.recording import Message, Recorded, record
from shared.pipeline.rounds import Failed
from shared.store.kept.trials import begin_trial, deadly, end_trial
from shared.store.store import Store


class OutOfTimeError(BaseException):
    """The time for one step is over. No `except Exception` on the way takes it for a failure of its own."""


class NotTriedError(Exception):
    """A message was not tried: another took the time, or it ended the process when it was tried alone."""


class TimeLimit(Protocol):
    """How long this call may go on."""

    def alone(self) -> AbstractContextManager[None]:
        """Raises OutOfTimeError inside where one message takes longer than its share."""

    def together(self) -> AbstractContextManager[None]:
        """Raises OutOfTimeError inside shortly before the call's own time is over."""

    def is_over(self) -> bool:
        """Whether there is no time for one more message."""


class Recording(Struct, frozen=True):
    """Where and under which settings messages are recorded; `on_failure` is told of each that must come again."""

    store: Store
    settings: Settings
    on_failure: Failed
    account: str | None

    def all(self, messages: Sequence[Message]) -> Recorded:
        """Record them together."""
        return record(self.store, self.settings, messages, self.on_failure, self.account)


def record_apart(recording: Recording, messages: Sequence[Message], limit: TimeLimit) -> Recorded:
    """Record a batch, those of it that came before each by itself."""
    total = Recorded(failed=[])
    returned = [message for message in messages if message.receives > 1]
    ended = _deadly(recording, total, returned)
    for message in sorted(returned, key=lambda each: (-each.receives, len(each.body))):
        if message.id in total.failed:
            continue
        if message.id in ended and len(messages) > 1:
            _fail(recording, total, message, NotTriedError("it ended the process when it was tried alone"))
        else:
            _try_alone(recording, total, message, limit)
    _try_together(recording, total, [message for message in messages if message.receives <= 1], limit)
    return total


def _deadly(recording: Recording, total: Recorded, returned: Sequence[Message]) -> set[str]:
    """Where nobody can tell which of them ended a process, they come again, and the others go on."""
    try:
        return deadly(recording.store.table, (message.id for message in returned)) if returned else set()
    except Exception as error:  # noqa: BLE001  whatever it is: it costs the others nothing
        for message in returned:
            _fail(recording, total, message, error)
        return set()


def _try_alone(recording: Recording, total: Recorded, message: Message, limit: TimeLimit) -> None:
    if limit.is_over():
        _fail(recording, total, message, NotTriedError("others took the time"))
        return
    try:
        with limit.alone():
            begin_trial(recording.store.table, message.id, message.sent)
            recorded = recording.all([message])
    except OutOfTimeError:
        _fail(recording, total, message, TimeoutError("it took too long alone"))
        recorded = Recorded(failed=[message.id])
    except Exception as error:  # noqa: BLE001  whatever it is: this message comes again, the others go on
        _fail(recording, total, message, error)
        return
    total.add(recorded)
    _survived(recording, message)


def _survived(recording: Recording, message: Message) -> None:
    """Where that cannot be written down, the message is done all the same; it is careful with what comes again."""
    try:
        end_trial(recording.store.table, message.id, message.sent)
    except Exception as error:  # noqa: BLE001  whatever it is: the message itself is done
        recording.on_failure(message.id, error)


def _try_together(recording: Recording, total: Recorded, messages: Sequence[Message], limit: TimeLimit) -> None:
    try:
        with limit.together():
            total.add(recording.all(messages))
    except OutOfTimeError:
        for message in messages:
            _fail(recording, total, message, TimeoutError("its batch took too long"))


def _fail(recording: Recording, total: Recorded, message: Message, error: Exception) -> None:
    total.fail(message.id)
    recording.on_failure(message.id, error)
