"""Reading and writing the outbox: summaries, the ledger of messages, the pace of channels. No decision is made here."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
from msgspec import Struct

from shared.flywheel.rules import RULES
from shared.flywheel.summaries.card import CARD, card_id
from shared.flywheel.summaries.changes import changes
from shared.flywheel.summaries.summary import Summary, summary_id
from shared.flywheel.summaries.together import TOGETHER, TOGETHER_KEY
from shared.store.outbox.outbox_items import PENDING, HeardItem, LedgerItem, PaceItem, SummaryItem
from shared.store.outbox.parts import PARTS
from shared.store.projections.summary_packing import pack_summary, unpack_summary
from shared.store.table import names
from shared.store.table.errors import LostRaceError
from shared.store.table.items import TransitionItem, TurnItem
from shared.store.table.keys import fitted, moment_of, stamp, turn_sort, wheel_partition
from shared.store.table.table import Key, Table

GATE = timedelta(seconds=1)
"""Slack takes about one message a second in a channel (docs.slack.dev/apis/web-api/rate-limits)."""
SPACING = timedelta(seconds=2)
"""Between those who wait: their wakes come on whole seconds, so that two of them seldom meet at the gate."""
_ROUNDS = 8
_HISTORY = 100


class SummaryRef(Struct, frozen=True, kw_only=True):
    """The place of a summary: events and wakes carry it, and `notify` believes no more of them."""

    summary: str
    flywheel: str
    turn: str
    key: str
    phase: int


class TurnRef(Struct, frozen=True, kw_only=True):
    """The place of a turn: the card of it is made from what lies there."""

    flywheel: str
    turn: str
    key: str

    @property
    def card(self) -> SummaryRef:
        """The place of its card in the ledger."""
        card = card_id(self.flywheel, self.key, self.turn)
        return SummaryRef(summary=card, flywheel=self.flywheel, turn=self.turn, key=self.key, phase=CARD)

    def summary(self, phase: int) -> SummaryRef:
        """The place of the summary of one of its transitions."""
        summary = summary_id(self.flywheel, self.key, self.turn, phase)
        return SummaryRef(summary=summary, flywheel=self.flywheel, turn=self.turn, key=self.key, phase=phase)


class Story(Struct, frozen=True):
    """A turn as the table has it now: itself, and the summaries of its transitions by phase."""

    turn: TurnItem | None
    summaries: dict[int, SummaryItem]


def turn_of(ref: SummaryRef | LedgerItem) -> TurnRef:
    """The turn that a summary, or an entry of the ledger, is of."""
    return TurnRef(flywheel=ref.flywheel, turn=ref.turn, key=ref.key)


def together_ref(flywheel: str, channel: str, end: str) -> SummaryRef:
    """The place of a message of several turns in the ledger; `end` of the minutes in which their news came."""
    turn = f"{channel} {end}"
    summary = summary_id(flywheel, TOGETHER_KEY, turn, TOGETHER)
    return SummaryRef(summary=summary, flywheel=flywheel, turn=turn, key=TOGETHER_KEY, phase=TOGETHER)


def ref_of(transition: TransitionItem) -> SummaryRef:
    """The place of a transition's summary."""
    flywheel, key, turn, phase = transition.flywheel, transition.key, transition.turn, int(transition.phase)
    return SummaryRef(
        summary=summary_id(flywheel, key, turn, phase), flywheel=flywheel, turn=turn, key=key, phase=phase
    )


class OutboxStore:
    """SUMMARY, LEDGER and PACE items of one table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def transition(self, image: dict[str, Any]) -> TransitionItem:
        """A transition from its image in the table's stream."""
        return self._table.read(TransitionItem, image)

    def turn(self, image: dict[str, Any]) -> TurnItem:
        """A turn from its image in the table's stream."""
        return self._table.read(TurnItem, image)

    def summary(self, ref: SummaryRef) -> SummaryItem | None:
        """The summary as it stands."""
        return self._table.get(SummaryItem, *summary_key(ref))

    def keep_summary(self, transition: TransitionItem) -> SummaryItem | None:
        """Store what a transition's summary shows, and keep what it showed before; None where nothing new is shown.

        Doing it again for the same transition returns it again: whoever announces it may have died before.
        """
        ref = ref_of(transition)
        for _ in range(_ROUNDS):
            stored = self.summary(ref)
            if stored and (stored.version >= transition.version or _shows_same(stored, transition)):
                return stored if stored.version == transition.version else None
            item = self._summary_item(ref, transition, stored)
            if self._save(item, int(stored.version) if stored else 0):
                return item
        raise LostRaceError(f"summary {ref.summary}", _ROUNDS)

    def keep_digest(self, ref: SummaryRef, digest: Summary | None, *, late: bool) -> SummaryItem | None:
        """Store what a digest shows now, and keep what it showed before; returns it as it is to be announced.

        Without `digest` it is withdrawn: None where there was none. `late`: what is first made now is history.
        """
        for _ in range(_ROUNDS):
            stored = self.summary(ref)
            if digest is None and stored is None:
                return None
            shown = digest or unpack_summary(cast("SummaryItem", stored).shows)
            vanished = int(digest is None)
            if stored and (stored.digest, int(stored.vanished)) == (shown.digest, vanished):
                return stored
            item = self._table.new(
                SummaryItem,
                *summary_key(ref),
                **msgspec.structs.asdict(ref),
                at=stamp(shown.at),
                shows=pack_summary(shown),
                digest=shown.digest,
                rules=RULES,
                historical=stored.historical if stored else int(late),
                vanished=vanished,
                history=_history_of(stored),
                version=int(stored.version) + 1 if stored else 1,
            )
            if self._save(item, int(stored.version) if stored else 0):
                return item
        raise LostRaceError(f"digest {ref.summary}", _ROUNDS)

    def _summary_item(self, ref: SummaryRef, transition: TransitionItem, stored: SummaryItem | None) -> SummaryItem:
        return self._table.new(
            SummaryItem,
            *summary_key(ref),
            **msgspec.structs.asdict(ref),
            at=transition.at,
            shows=pack_summary(unpack_summary(transition.shows)),
            digest=transition.digest,
            rules=transition.rules,
            historical=transition.historical,
            vanished=transition.vanished,
            history=_history_of(stored),
            version=transition.version,
        )

    def story(self, ref: TurnRef) -> Story:
        """A turn and its summaries, read at once."""
        at = wheel_partition(ref.flywheel), turn_sort(ref.key, ref.turn)
        keys = {phase: summary_key(ref.summary(phase)) for phase in PARTS}
        items = self._table.get_many([at, *keys.values()])
        turn = None if at not in items else self._table.read(TurnItem, items[at])
        summaries = {phase: self._table.read(SummaryItem, items[key]) for phase, key in keys.items() if key in items}
        return Story(turn, summaries)

    def entry(self, ref: SummaryRef, channel: str) -> LedgerItem:
        """The ledger's entry of a summary in a channel; a new one, not yet written (version 0), where there is none."""
        pk, sk = ledger_key(ref.summary, channel)
        return self._table.get(LedgerItem, pk, sk) or self._table.new(
            LedgerItem,
            pk,
            sk,
            **msgspec.structs.asdict(ref),
            channel=channel,
            state=PENDING,
            attempts=0,
            version=0,
        )

    def together(self, flywheel: str, channel: str, end: datetime) -> LedgerItem:
        """The ledger's entry of the message of several turns whose news came in the minutes up to `end`."""
        return self.entry(together_ref(flywheel, channel, stamp(end)), channel)

    def stored_entry(self, key: Key) -> LedgerItem | None:
        """The ledger's entry at a key."""
        return self._table.get(LedgerItem, *key)

    def save_entry(self, entry: LedgerItem) -> bool:
        """Write an entry unless someone else did in the meantime: then False."""
        before = int(entry.version)
        entry.version = before + 1
        return self._save(entry, before)

    def memory(self, channel: str, flywheel: str) -> HeardItem | None:
        """What a channel was told last of a flywheel; None where nothing was noted yet."""
        return self._table.get(HeardItem, *_told_key(channel, flywheel))

    def note(self, channel: str, flywheel: str, now: datetime, change: Callable[[HeardItem], None]) -> None:
        """Note what a channel was told of a flywheel, or what it was not."""
        for _ in range(_ROUNDS):
            memory = self.memory(channel, flywheel) or self._table.new(
                HeardItem, *_told_key(channel, flywheel), digests="{}", held="{}", since=stamp(now), version=0
            )
            change(memory)
            before = int(memory.version)
            memory.version = before + 1
            if self._save(memory, before):
                return

    def take_slot(self, channel: str, now: datetime) -> datetime | None:
        """None: the channel is free, go ahead. Else when to come back."""
        for _ in range(_ROUNDS):
            pace = self._pace(channel)
            free_at, tail = moment_of(pace.free_at), moment_of(pace.tail)
            go = free_at <= now
            slot = now if go else max(free_at, tail)
            if go:
                pace.free_at, pace.tail = stamp(now + GATE), stamp(max(tail, now + GATE))
            else:
                pace.tail = stamp(slot + SPACING)
            if self._bump(pace):
                return None if go else slot
        return now + GATE

    def hold(self, channel: str, until: datetime) -> None:
        """Let nobody post in a channel before a moment: Slack asked for it."""
        for _ in range(_ROUNDS):
            pace = self._pace(channel)
            if moment_of(pace.free_at) >= until:
                return
            pace.free_at, pace.tail = stamp(until), stamp(max(moment_of(pace.tail), until + SPACING))
            if self._bump(pace):
                return

    def _pace(self, channel: str) -> PaceItem:
        pk, sk = names.PACE_PREFIX + channel, names.PACE_SORT
        never = stamp(datetime(1970, 1, 1, tzinfo=UTC))
        return self._table.get(PaceItem, pk, sk) or self._table.new(
            PaceItem, pk, sk, free_at=never, tail=never, version=0
        )

    def _bump(self, pace: PaceItem) -> bool:
        before = int(pace.version)
        pace.version = before + 1
        return self._save(pace, before)

    def _save(self, item: SummaryItem | LedgerItem | PaceItem | HeardItem, before: int) -> bool:
        """Write an item over its version `before` (0: where there is none)."""
        model = type(item)
        return self._table.put(item, (model.version == before) if before else model.pk.does_not_exist())


def _told_key(channel: str, flywheel: str) -> Key:
    return names.PACE_PREFIX + channel, names.HEARD_SORT + flywheel


def summary_key(ref: SummaryRef) -> Key:
    """The key of a summary: beside its turn's transitions."""
    return wheel_partition(ref.flywheel), f"{names.SUMMARY_SORT}{ref.key}#{fitted(ref.turn)}#{ref.phase}"


def changed_since(item: SummaryItem, digest: str | None = None) -> tuple[str, ...]:
    """The changes of a correction: since a summary showed what `digest` tells, else since it showed what it did before.

    Nothing where it was never corrected, is withdrawn, or what it showed then is not kept.
    """
    kept = [] if item.vanished else cast("list[bytes]", list(item.history or ()))
    earlier = map(unpack_summary, reversed(kept))
    before = next((shown for shown in earlier if digest is None or shown.digest == digest), None)
    return () if before is None else changes(before, unpack_summary(item.shows))


def ledger_key(summary: str, channel: str) -> Key:
    """The key of a summary's message in a channel, in the ledger."""
    return names.LEDGER_PREFIX + summary, names.LEDGER_SORT + channel


def _history_of(stored: SummaryItem | None) -> list[bytes] | None:
    if stored is None:
        return None
    earlier = cast("list[bytes]", list(stored.history or []))
    return [*earlier, stored.shows][-_HISTORY:]


def _shows_same(stored: SummaryItem, transition: TransitionItem) -> bool:
    return stored.digest == transition.digest and bool(stored.vanished) == bool(transition.vanished)
