"""Which of Slack's messages the demo prints: of each channel the newest of a phase, of a turn, and of a digest."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from engine import Message
from shared.flywheel.summaries.digest import KEY
from shared.flywheel.summaries.transition import OUTCOME
from shared.store.outbox.ledger import Entry

Kind = Literal["phase", "turn", "outcome", "digest"]


class Shown(msgspec.Struct, frozen=True):
    """A message and what it tells of."""

    kind: Kind
    message: Message


def newest(messages: Sequence[Message], ledger: Iterable[Entry]) -> list[Shown]:
    """In the order in which they were posted; the ledger knows what each tells of."""
    kinds = {(entry.channel, entry.ts): _kind(entry) for entry in ledger}
    latest: dict[tuple[str, Kind], Message] = {}
    for message in messages:
        kind = kinds.get((message.channel, message.ts))
        if kind is not None:
            latest[message.channel, kind] = message
    chosen = [Shown(kind, message) for (_, kind), message in latest.items()]
    return sorted(chosen, key=lambda each: (each.message.channel, each.message.ts))


def _kind(entry: Entry) -> Kind:
    if entry.key == KEY:
        return "digest"
    return "outcome" if entry.phase == OUTCOME else "phase" if entry.phase else "turn"
