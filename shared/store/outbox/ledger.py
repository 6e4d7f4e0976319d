"""The ledger read: what became of each summary, channel by channel, and why."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from msgspec import Struct

from shared.store.outbox.outbox_items import SENT, SUPPRESSED, LedgerItem, SummaryItem
from shared.store.table import names
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
    """When the phase was completed, or the turn closed (phase 0)."""
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
    """Of every summary of a flywheel, newest first."""
    summaries = table.query(SummaryItem, wheel_partition(flywheel), begins=names.SUMMARY_SORT)
    ledger_entries = chain.from_iterable(_of(table, summary) for summary in summaries)
    return sorted(
        ledger_entries, key=lambda entry: (entry.at, entry.turn, entry.phase, entry.channel or ""), reverse=True
    )


def _of(table: Table, summary: SummaryItem) -> Iterator[Entry]:
    messages = list(table.query(LedgerItem, names.LEDGER_PREFIX + summary.summary, begins=names.LEDGER_SORT))
    if not messages:
        yield _unsaid(summary)
    for message in messages:
        yield Entry(
            **_about(summary),
            state="updated" if message.state == SENT and message.updated_at else message.state,
            channel=message.channel,
            sent_at=message.sent_at,
            updated_at=message.updated_at,
            due_at=message.due_at,
            attempts=int(message.attempts),
            reason=message.reason,
            ts=message.ts,
        )


def _unsaid(summary: SummaryItem) -> Entry:
    known = HISTORICAL if summary.historical else VANISHED if summary.vanished else None
    return Entry(**_about(summary), state=SUPPRESSED if known else "pending", reason=known or UNANNOUNCED)


def _about(summary: SummaryItem) -> dict[str, Any]:
    fields = {name: getattr(summary, name) for name in ("flywheel", "turn", "key", "at")}
    return {**fields, "phase": int(summary.phase)}
