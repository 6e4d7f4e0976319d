"""Which of Slack's messages the demo prints: of each channel the newest of each kind."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from engine import Message
from shared.flywheel.summaries.card import CARD
from shared.flywheel.summaries.digest_names import KEY
from shared.flywheel.summaries.summary import OUTCOME, TURN
from shared.store.outbox.ledger import Entry

Kind = Literal["card", "phase", "turn", "outcome", "digest"]


class Shown(msgspec.Struct, frozen=True):
    """A message and what it tells of."""

    kind: Kind
    message: Message


def newest(messages: Sequence[Message], ledgers: Iterable[Iterable[Entry]]) -> list[Shown]:
    """Flywheel by flywheel in the order in which they were posted; their ledgers know what each tells of."""
    entries = [entry for ledger in ledgers for entry in ledger]
    kinds = {(entry.channel, entry.ts): _kind(entry) for entry in entries}
    channels = list(dict.fromkeys(entry.channel for entry in entries))
    latest: dict[tuple[str, Kind], Message] = {}
    for message in messages:
        kind = kinds.get((message.channel, message.ts))
        if kind is not None:
            latest[message.channel, kind] = message
    chosen = [Shown(kind, message) for (_, kind), message in latest.items()]
    return sorted(chosen, key=lambda each: (channels.index(each.message.channel), each.message.ts))


def _kind(entry: Entry) -> Kind:
    if entry.key == KEY:
        return "digest"
    kinds: dict[int, Kind] = {CARD: "card", OUTCOME: "outcome", TURN: "turn"}
    return kinds.get(entry.phase, "phase")
