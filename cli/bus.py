"""Putting events on the bus: ten at a time, a receipt for each, and failures told apart by who can mend them."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

from msgspec import Struct

from cli.aws_errors import AUTH, TRANSIENT, transient_reason
from cli.failure import CredentialsError, WrongInputError
from shared.aws.entries import LARGEST_CALL, calls_of, entry_size

ATTEMPTS = 4
AS_A_HOOK = "As a hook only the stack's operator role may speak (output OperatorRoleArn): assume it"
_WAITS = (0.2, 0.8, 2.4)
"""Seconds before each further attempt; a pipeline waits 3.4 s at most before its event is saved for later."""


class Receipt(Struct, frozen=True):
    """The bus's answer to one entry."""

    state: Literal["sent", "unsent", "refused"]
    """`unsent`: the service was in trouble, later may do; `refused`: sending it again cannot help."""
    reason: str = ""


class Entry(Struct, frozen=True):
    """One event as the bus takes it."""

    source: str
    detail_type: str
    detail: str

    @classmethod
    def of(cls, envelope: dict[str, Any]) -> "Entry":
        """From an EventBridge event; its envelope's id and time belong to the bus that made it, not to the event."""
        return cls(envelope["source"], envelope["detail-type"], _compact(envelope["detail"]))

    @property
    def size(self) -> int:
        """Bytes, as EventBridge counts them."""
        return entry_size(self.source, self.detail_type, self.detail)

    @property
    def excess(self) -> str | None:
        """Why the bus cannot take it, with the field that makes it so large; None where it can."""
        if self.size <= LARGEST_CALL:
            return None
        sizes = {name: len(_compact(value).encode()) for name, value in json.loads(self.detail).items()}
        largest = max(sizes, key=lambda name: sizes[name])
        return (
            f"{largest}: {sizes[largest]:,} bytes of an event of {self.size:,}, and EventBridge takes "
            f"{LARGEST_CALL:,}; shorten it, or leave it out"
        )


class Sender:
    """Sends entries to one bus. `client` has `put_events`; `sleep` is the clock's, or a test's."""

    def __init__(self, client: Any, bus: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client, self._bus, self._sleep = client, bus, sleep

    def send(self, entries: Iterable[Entry]) -> Iterator[Receipt]:
        """A receipt per entry, in order. Raises CredentialsError and WrongInputError, which no retry can mend."""
        self._require_bus()
        for batch in calls_of(entries):
            yield from self._sent(batch)

    def _require_bus(self) -> None:
        """Raise WrongInputError where the bus is known not to be there: EventBridge drops what is sent to it, unsaid.

        Who may not look (`events:DescribeEventBus`) sends all the same; any other trouble meets the sending too.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.describe_event_bus(Name=self._bus)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "ResourceNotFoundException":
                raise WrongInputError(
                    f"--bus: there is no bus {self._bus!r} in this account and region, and EventBridge would drop the "
                    "event; --stack, --bus or --region names another"
                ) from error
        except BotoCoreError:
            return

    def _sent(self, batch: Sequence[Entry]) -> list[Receipt]:
        receipts: dict[int, Receipt] = {
            place: Receipt("refused", excess)
            for place, entry in enumerate(batch)
            if (excess := entry.excess) is not None
        }
        for attempt in range(ATTEMPTS):
            waiting = [place for place in range(len(batch)) if receipts.get(place, Receipt("unsent")).state == "unsent"]
            if not waiting:
                break
            if attempt:
                self._sleep(_WAITS[attempt - 1])
            receipts |= zip(waiting, self._attempt([batch[place] for place in waiting]), strict=True)
        return [receipts[place] for place in range(len(batch))]

    def _reason(self, error: Exception, batch: Sequence[Entry]) -> str:
        """As `transient_reason`; who may not speak as a hook hears who may."""
        try:
            return transient_reason(error, f"bus {self._bus}")
        except CredentialsError as refused:
            if any(_is_of_a_hook(entry) for entry in batch):
                raise CredentialsError(f"{refused}. {AS_A_HOOK}") from error
            raise

    def _attempt(self, batch: Sequence[Entry]) -> list[Receipt]:
        from botocore.exceptions import BotoCoreError, ClientError

        entries = [
            {"Source": e.source, "DetailType": e.detail_type, "Detail": e.detail, "EventBusName": self._bus}
            for e in batch
        ]
        try:
            answers = self._client.put_events(Entries=entries)["Entries"]
        except (BotoCoreError, ClientError) as error:
            return [Receipt("unsent", self._reason(error, batch))] * len(batch)
        return [_receipt(answer) for answer in answers]


def _is_of_a_hook(entry: Entry) -> bool:
    from shared.sources.catalogue import is_of_a_hook

    return is_of_a_hook(entry.source)


def _receipt(answer: dict[str, Any]) -> Receipt:
    code = answer.get("ErrorCode")
    if not code:
        return Receipt("sent")
    reason = f"{code}: {answer.get('ErrorMessage', '')}"
    if code in AUTH:
        raise CredentialsError(f"{reason}; use a role that may put events on this bus")
    return Receipt("unsent" if code in TRANSIENT else "refused", reason)


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
