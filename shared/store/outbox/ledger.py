"""The ledger read: what became of each summary, channel by channel, and why."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from msgspec import Struct

from shared.flywheel.summaries.card import CARD, card_id
from shared.flywheel.summaries.noise import TOGETHER as TOLD_TOGETHER
from shared.store.outbox.outbox import ledger_key, together_ref
from shared.store.outbox.outbox_items import PENDING, SENT, SUPPRESSED, LedgerItem, SummaryItem
from shared.store.outbox.parts import parts_of
from shared.store.table import names
from shared.store.table.items import TurnItem
from shared.store.table.keys import wheel_partition
from shared.store.table.table import Table

HISTORICAL = "it had happened more than 48 h before it was known: stored, never posted"
VANISHED = "it did not happen after all, as was known before it was posted"
UNANNOUNCED = "its announcement has not reached the outbox yet"


class Entry(Struct, frozen=True, kw_only=True):
    """One message, or the reason why there is none. `state`: pending, sending, sent, updated, failed or suppressed."""

    flywheel: str
    turn: str
    key: str
    phase: int
    at: str
    """When the phase was completed, or the turn closed (phase 0); of a card (phase 9) when it was posted."""
    state: str
    channel: str | None = None
    sent_at: str | None = None
    updated_at: str | None = None
    due_at: str | None = None
    attempts: int = 0
    reason: str | None = None
    ts: str | None = None
    """Slack's name for the message."""


def entries(table: Table, flywheel: str) -> list[Entry]:
    """Of every summary and every card of a flywheel, newest first."""
    summaries = list(table.query(SummaryItem, wheel_partition(flywheel), begins=names.SUMMARY_SORT))
    listed = list(chain(_of_summaries(table, summaries), _of_cards(table, flywheel, summaries)))
    return sorted(listed, key=lambda entry: (entry.at, entry.turn, entry.phase, entry.channel or ""), reverse=True)


def _of_summaries(table: Table, summaries: Sequence[SummaryItem]) -> Iterator[Entry]:
    """Of summaries that are messages of their own."""
    for summary in summaries:
        for message in table.query(LedgerItem, names.LEDGER_PREFIX + summary.summary, begins=names.LEDGER_SORT):
            shown = _together(table, message, message.together) or message
            yield _entry(shown, **_about(summary), ts=shown.ts, reason=TOLD_TOGETHER if shown is not message else None)


def _of_cards(table: Table, flywheel: str, summaries: Sequence[SummaryItem]) -> Iterator[Entry]:
    """Of the turns' cards, what stands in their threads, and of summaries that nobody has said anything of."""
    covered: dict[str, set[str]] = {}
    by_turn: dict[tuple[str, str], dict[int, SummaryItem]] = {}
    for summary in summaries:
        by_turn.setdefault((summary.key, summary.turn), {})[int(summary.phase)] = summary
    turns = {(item.key, item.turn) for item in table.query(TurnItem, wheel_partition(flywheel), begins=names.TURN_SORT)}
    for key, turn in sorted(turns | by_turn.keys()):
        mine = by_turn.get((key, turn), {})
        for card in table.query(LedgerItem, names.LEDGER_PREFIX + card_id(flywheel, key, turn)):
            yield from _conversation(table, card, mine)
            covered.setdefault(key + turn, set()).update(str(phase) for phase in parts_of(card))
        for phase, summary in mine.items():
            own = table.query(LedgerItem, names.LEDGER_PREFIX + summary.summary, begins=names.LEDGER_SORT)
            if str(phase) not in covered.get(key + turn, ()) and next(iter(own), None) is None:
                yield _unsaid(summary)


def _conversation(table: Table, card: LedgerItem, summaries: Mapping[int, SummaryItem]) -> Iterator[Entry]:
    """The card, and each part of its thread; a card that is not to be posted says why."""
    about = {"flywheel": card.flywheel, "turn": card.turn, "key": card.key}
    shown = _together(table, card, card.together) or card
    at = shown.sent_at or min((summary.at for summary in summaries.values()), default=shown.due_at or "")
    yield _entry(shown, **about, phase=CARD, at=at, ts=shown.ts, reason=TOLD_TOGETHER if shown is not card else None)
    for phase, part in parts_of(card).items():
        message = _together(table, card, part.together)
        if message is not None and phase in summaries:
            yield _entry(message, **_about(summaries[phase]), ts=message.ts, reason=TOLD_TOGETHER)
        elif phase in summaries:
            yield Entry(
                **_about(summaries[phase]),
                state=SUPPRESSED if part.rule else PENDING if not part.ts else "updated" if part.updated_at else SENT,
                channel=card.channel,
                sent_at=part.sent_at or None,
                updated_at=part.updated_at or None,
                due_at=card.due_at if part.waits else None,
                reason=part.rule or part.note or None,
                ts=part.ts or None,
            )


def _together(table: Table, entry: LedgerItem, end: str | None) -> LedgerItem | None:
    """The message of several turns in which an entry, or a part of it, was told; None where it was told by itself."""
    if not end:
        return None
    ref = together_ref(entry.flywheel, entry.channel, end)
    return table.get(LedgerItem, *ledger_key(ref.summary, entry.channel))


def _entry(message: LedgerItem, *, reason: str | None = None, **about: Any) -> Entry:
    return Entry(
        **about,
        state="updated" if message.state == SENT and message.updated_at else message.state,
        channel=message.channel,
        sent_at=message.sent_at,
        updated_at=message.updated_at,
        due_at=message.due_at,
        attempts=int(message.attempts),
        reason=reason or message.reason,
    )


def _unsaid(summary: SummaryItem) -> Entry:
    known = HISTORICAL if summary.historical else VANISHED if summary.vanished else None
    return Entry(**_about(summary), state=SUPPRESSED if known else PENDING, reason=known or UNANNOUNCED)


def _about(summary: SummaryItem) -> dict[str, Any]:
    fields = {name: getattr(summary, name) for name in ("flywheel", "turn", "key", "at")}
    return {**fields, "phase": int(summary.phase)}
