"""The outbox: each summary becomes one message in its channel, once, late rather than never, at the channel's pace.

A ledger entry is leased before Slack is called and marked after it, so that of two senders at once one posts, and a
lost acknowledgement costs at most one duplicate. What cannot be sent now stays in the ledger with the time of the next
try: a wake in the outbox's own queue brings it back within minutes, and `tick` does where the time is farther, where
wakes have followed each other too often, or where one was lost. Nothing sleeps.
"""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from shared.flywheel.settings.values import Settings
from shared.links.board_link import NO_LINKS, BoardLinks
from shared.slack.blocks import Message, Update, message_of, withdrawn_message_of
from shared.slack.client import (
    Poster,
    SlackBlocksError,
    SlackError,
    SlackMessageGoneError,
    SlackRateLimitedError,
    SlackUnavailableError,
)
from shared.slack.queue import LONGEST_DELAY_SECONDS, MOST_WAKES, Queue, wake_body
from shared.store.outbox.outbox import OutboxStore, SummaryRef, changed_since
from shared.store.outbox.outbox_items import FAILED, PENDING, SENDING, SENT, SUPPRESSED, LedgerItem, SummaryItem
from shared.store.projections.summary_packing import unpack_summary
from shared.store.table import names
from shared.store.table.keys import moment_of, stamp
from shared.store.table.table import Key

LEASE = timedelta(seconds=90)
"""Longer than a sender can live: the function's time-out of 60 s, and the way from the queue to it."""
FIRST_WAIT = 5
LONGEST_WAIT = 15 * 60
SLOW_WAIT = timedelta(hours=1)
"""Between tries of a message that only a person can mend."""

Outcome = Literal[
    "posted", "updated", "withdrawn", "unchanged", "waiting", "paced", "deferred", "failed", "suppressed", "historical"
]


class SummaryMissingError(LookupError):
    """An event or a wake names a summary that is not stored; it is written before it is announced."""

    def __init__(self, ref: SummaryRef) -> None:
        super().__init__(f"summary {ref.summary} of flywheel {ref.flywheel} is not stored")
        self.ref = ref


class Outbox:
    """Sends what the ledger says is due."""

    def __init__(  # noqa: PLR0913, PLR0917  one way out each
        self,
        store: OutboxStore,
        slack: Poster,
        queue: Queue,
        settings: Settings,
        links: BoardLinks = NO_LINKS,
        on_refusal: Callable[[str, str], None] = lambda _channel, _reason: None,
    ) -> None:
        """`on_refusal`: hears of each message that Slack refuses until a person mends something: channel and reason."""
        self._store = store
        self._slack = slack
        self._queue = queue
        self._settings = settings
        self._links = links
        self._on_refusal = on_refusal
        self._down_until: datetime | None = None
        self._wakes = 0

    def after_wakes(self, number: int) -> None:
        """The batch that follows was woken so many times in a row: the most of any of its messages.

        Lambda does not say which message of a batch it takes a chain from; so all of them are as far along as the last.
        """
        self._wakes = number

    def announce(self, ref: SummaryRef, now: datetime) -> Outcome:
        """A summary is ready, or has changed: send it, unless it is history or the message shows just that already."""
        channel = self._settings.channel_of(ref.flywheel, ref.phase)
        entry = self._store.entry(ref, channel)
        if entry.state != SENDING and _is_after(entry.due_at, now):
            return "waiting"  # a wake is on its way, and it will send the summary as it stands then
        return self._deliver(entry, now)

    def wake(self, key: Key, now: datetime) -> Outcome:
        """Look at a ledger entry again."""
        entry = self._store.stored_entry(key)
        return "unchanged" if entry is None else self._deliver(entry, now)

    def _deliver(self, entry: LedgerItem, now: datetime) -> Outcome:
        summary = self._summary(entry)
        if summary.historical and not entry.ts:
            return "historical"
        if entry.digest == _shown_by(summary) and entry.state in (SENT, SUPPRESSED):
            return "unchanged"
        not_before = entry.lease_until if entry.state == SENDING else entry.due_at
        if not_before and _is_after(not_before, now):
            return self._come_back(entry, moment_of(not_before), now)
        if summary.vanished and not entry.ts:
            return self._suppress(entry, summary)
        if self._down_until and now < self._down_until:
            return self._retry_later(entry, "Slack did not answer just before", now)
        slot = self._store.take_slot(entry.channel, now)
        return self._postpone(entry, slot, now, "paced") if slot else self._claim_and_send(entry, now)

    def _claim_and_send(self, entry: LedgerItem, now: datetime) -> Outcome:
        """Lease the entry, send what the summary says at this moment, write down what came of it.

        A first try is not in the index of what is due: until it is written down, its queue message is still there.
        """
        entry.state, entry.lease_until = SENDING, stamp(now + LEASE)
        if entry.version:
            entry.due_pk, entry.due_at = names.DUE_LEDGER, entry.lease_until
        entry.attempts = int(entry.attempts) + 1
        if not self._store.save_entry(entry):
            return self._come_back(entry, now + LEASE, now)
        summary = self._summary(entry)
        try:
            outcome = self._send(entry, summary, now)
        except SlackError as error:
            return self._not_sent(entry, error, now)
        self._settle(entry, summary, SENT, None)
        return outcome

    def _send(self, entry: LedgerItem, summary: SummaryItem, now: datetime) -> Outcome:
        shown = replace(unpack_summary(summary.shows), link=self._links.board_link(entry.flywheel, now))
        if not entry.ts:
            self._post(entry, message_of(shown), now)
            return "posted"
        minute = f"{now:%Y-%m-%d %H:%M} UTC"
        updated = Update(minute, changed_since(summary, entry.digest))
        message = withdrawn_message_of(shown, minute) if summary.vanished else message_of(shown, updated)
        try:
            self._update(entry, message, now)
        except SlackMessageGoneError:
            self._post(entry, message, now)
            return "posted"
        return "withdrawn" if summary.vanished else "updated"

    def _post(self, entry: LedgerItem, message: Message, now: datetime) -> None:
        try:
            posted = self._slack.post(entry.channel, message.text, message.blocks)
        except SlackBlocksError:
            posted = self._slack.post(entry.channel, message.text, [])
        entry.channel_id, entry.ts = posted
        entry.sent_at = stamp(now)

    def _update(self, entry: LedgerItem, message: Message, now: datetime) -> None:
        channel, ts = str(entry.channel_id), str(entry.ts)
        try:
            self._slack.update(channel, ts, message.text, message.blocks)
        except SlackBlocksError:
            self._slack.update(channel, ts, message.text, [])
        entry.updated_at = stamp(now)

    def _not_sent(self, entry: LedgerItem, error: SlackError, now: datetime) -> Outcome:
        if isinstance(error, SlackRateLimitedError):
            until = now + timedelta(seconds=error.retry_after)
            self._store.hold(entry.channel, until)
            return self._postpone(entry, until, now, "deferred", error.reason)
        if isinstance(error, SlackUnavailableError):
            self._down_until = now + timedelta(seconds=FIRST_WAIT)
            return self._postpone(entry, now + _wait(entry), now, "deferred", error.reason)
        self._on_refusal(entry.channel, error.reason)
        return self._postpone(entry, now + SLOW_WAIT, now, "failed", error.reason)

    def _retry_later(self, entry: LedgerItem, reason: str, now: datetime) -> Outcome:
        """Slack was just seen to be down: do not make every message of a batch wait for the same silence."""
        entry.attempts = int(entry.attempts) + 1
        return self._postpone(entry, now + _wait(entry), now, "deferred", reason)

    def _postpone(
        self, entry: LedgerItem, until: datetime, now: datetime, outcome: Outcome, reason: str | None = None
    ) -> Outcome:
        entry.state = FAILED if outcome == "failed" else PENDING
        if outcome != "paced":
            entry.waits_since = entry.waits_since or stamp(now)
        entry.reason = reason
        entry.lease_until = None
        entry.due_pk, entry.due_at = names.DUE_LEDGER, stamp(until)
        if not self._store.save_entry(entry):
            return self._come_back(entry, now + LEASE, now)
        self._come_back(entry, until, now)
        return outcome

    def _come_back(self, entry: LedgerItem, at: datetime, now: datetime) -> Outcome:
        """Wake the entry when it can be sent; what is far away, or was woken too often, is left to `tick`.

        A first try that somebody else leased is not in the index that `tick` looks into: it is woken all the same.
        """
        delay = math.ceil((at - now).total_seconds())
        found_by_tick = entry.due_pk is not None
        if not found_by_tick or (delay <= LONGEST_DELAY_SECONDS and self._wakes < MOST_WAKES):
            self._queue.send(wake_body((entry.pk, entry.sk), self._wakes + 1), max(delay, 0))
        return "waiting"

    def _suppress(self, entry: LedgerItem, summary: SummaryItem) -> Outcome:
        """Leave unposted what did not happen after all, and was never posted."""
        self._settle(entry, summary, SUPPRESSED, "vanished before it was posted")
        return "suppressed"

    def _settle(self, entry: LedgerItem, summary: SummaryItem, state: str, reason: str | None) -> None:
        entry.state, entry.reason, entry.digest = state, reason, _shown_by(summary)
        entry.attempts = 0
        entry.waits_since = None
        entry.lease_until = entry.due_pk = entry.due_at = None
        self._store.save_entry(entry)

    def _summary(self, entry: LedgerItem) -> SummaryItem:
        ref = SummaryRef(
            summary=entry.summary,
            flywheel=entry.flywheel,
            turn=entry.turn,
            key=entry.key,
            phase=int(entry.phase),
        )
        summary = self._store.summary(ref)
        if summary is None:
            raise SummaryMissingError(ref)
        return summary


def _shown_by(summary: SummaryItem) -> str:
    """The mark that the ledger compares: the digest of what a message shows, or that it was withdrawn."""
    return f"withdrawn {summary.digest}" if summary.vanished else summary.digest


def _wait(entry: LedgerItem) -> timedelta:
    """5, 10, 20 … s up to 15 min, by the number of tries."""
    return timedelta(seconds=min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(int(entry.attempts) - 1, 10)))


def _is_after(stamped: str | None, now: datetime) -> bool:
    return stamped is not None and moment_of(stamped) > now
