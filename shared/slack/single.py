"""A summary as a message of its own: a digest, or what a persona reads in a channel of their own."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from shared.flywheel.summaries.noise import (
    SETTINGS,
    TOGETHER,
    LastDigest,
    breaks_through,
    finding_of,
    held_back,
    kind_of,
    rule_for,
    rule_for_digest,
)
from shared.slack.blocks import Update, message_of, withdrawn_message_of
from shared.slack.charts import without_charts
from shared.slack.client import Poster, SlackBlocksError, SlackMessageGoneError, SlackRefusedError
from shared.slack.parts import Block, Message
from shared.slack.stamps import is_ts
from shared.slack.subject import STANDS, Outcome, Reading
from shared.store.outbox.outbox import changed_since
from shared.store.outbox.outbox_items import SENT, SUPPRESSED, LedgerItem, SummaryItem
from shared.store.projections.summary_packing import unpack_summary
from shared.store.table.keys import moment_of, stamp

KEY = "digest"
"""Of a summary that is a period's and no turn's."""
NEVER = "vanished before it was posted"


class Single:
    """One summary in one channel."""

    def __init__(self, entry: LedgerItem, summary: SummaryItem, reading: Reading, *, failed: bool = False) -> None:
        """`failed`: it tells a persona of a turn that ended with a failed change."""
        self._entry = entry
        self._failed = failed
        self._summary = summary
        self._shown = unpack_summary(summary.shows)
        self._noise = reading.noise
        self._reading = reading
        self._posted = False
        self.stands = ""

    @property
    def is_news(self) -> bool:
        """A summary of a turn that was not posted yet."""
        return not self._entry.ts and self._shown.key != KEY

    def tell_together(self, end: str) -> None:
        """It stands in a message with other turns."""
        self._entry.together = end

    @property
    def idle(self) -> Outcome | None:
        """History is not said, what is said needs no edit, and no correction makes news of what was held back."""
        if self._summary.historical and not self._entry.ts:
            return "historical"
        if self._entry.state == SUPPRESSED and self._entry.reason in SETTINGS:
            return "unchanged"
        same = self._entry.digest == shown_by(self._summary) and self._entry.state in (SENT, SUPPRESSED)
        return "unchanged" if same else None

    @property
    def void(self) -> str:
        """What did not happen after all, and was never posted, is left unposted; so is what a noise rule holds back."""
        if self._entry.ts:
            return ""
        if self._entry.together:
            return TOGETHER
        return NEVER if self._summary.vanished else self._rule

    @property
    def is_loud(self) -> bool:
        """A first post."""
        return not self._entry.ts

    @property
    def is_severe(self) -> bool:
        """A first post of what breaks through."""
        return not self._entry.ts and breaks_through(self._shown, self._noise, failed=self._failed)

    @property
    def held(self) -> dict[str, str]:
        """The summary, where a rule holds it back."""
        rule = "" if self._entry.ts or self._entry.together or self._summary.vanished else self._rule
        return {self._entry.summary: rule} if rule else {}

    @property
    def digest_sent(self) -> LastDigest | None:
        """The finding of a digest that was posted now."""
        is_digest = self._posted and self._shown.key == KEY
        return LastDigest(finding=finding_of(self._shown), at=self._shown.at) if is_digest else None

    @property
    def _rule(self) -> str:
        if self._shown.key != KEY:
            return rule_for(kind_of(self._shown), self._noise, routine=self._shown.routine)
        return rule_for_digest(self._shown, self._noise, self._last)

    @property
    def _last(self) -> LastDigest | None:
        heard = self._reading.memory
        digests = {} if heard is None else msgspec.json.decode(heard.digests, type=dict[int, LastDigest])
        return digests.get(self._shown.phase)

    def send(self, slack: Poster, now: datetime) -> Outcome:
        """Post it, or edit what was posted; one that is gone is posted anew."""
        if not self._entry.ts:
            self._entry.held = self._held_before
            shown = replace(self._shown, link=self._reading.board(now))
            held, interactive = self._entry.held or "", self._reading.interactive
            card = self._address_of_card(slack)
            self._post(slack, message_of(shown, held=held, interactive=interactive, card=card), now)
            return "posted"
        if not is_ts(str(self._entry.ts)):
            self.stands = STANDS
            return "stands"
        message = edited(self._summary, self._entry.digest, now, self._reading, self._entry.held or "")
        try:
            update(slack, self._entry, str(self._entry.ts), message)
        except SlackMessageGoneError:
            self._post(slack, message, now)
            return "posted"
        self._entry.updated_at = stamp(now)
        return "withdrawn" if self._summary.vanished else "updated"

    def settle(self) -> bool:
        """One message is all there is."""
        self._entry.digest = shown_by(self._summary)
        return False

    @property
    def _held_before(self) -> str | None:
        """The line on what this channel was not told since the digest before this one."""
        if self._reading.memory is None or not self._reading.totals:
            return None
        held = msgspec.json.decode(self._reading.memory.held, type=dict[str, str])
        return held_back(held, moment_of(self._reading.memory.since), self._reading.time_zone) or None

    def _address_of_card(self, slack: Poster) -> str:
        """The permalink of the turn's card; without one the message says the same."""
        if self._reading.card is None:
            return ""
        try:
            return slack.permalink(*self._reading.card)
        except SlackRefusedError:
            return ""

    def _post(self, slack: Poster, message: Message, now: datetime) -> None:
        channel = self._entry.channel
        posted = in_some_form(message, lambda blocks: slack.post(channel, message.text, blocks))
        self._entry.channel_id, self._entry.ts = posted
        self._entry.sent_at = stamp(now)
        self._posted = True


def edited(summary: SummaryItem, before: str | None, now: datetime, reading: Reading, held: str = "") -> Message:
    """What a posted summary reads now: corrected since it showed what `before` tells, or withdrawn."""
    shown, minute = unpack_summary(summary.shows), f"{now:%Y-%m-%d %H:%M} UTC"
    if summary.vanished:
        return withdrawn_message_of(shown, minute)
    correction, now_shown = Update(minute, changed_since(summary, before)), replace(shown, link=reading.board(now))
    return message_of(now_shown, correction, held=held, interactive=reading.interactive)


def update(slack: Poster, entry: LedgerItem, ts: str, message: Message) -> None:
    """Replace a message of an entry's channel, in the richest form that Slack takes."""
    channel = str(entry.channel_id)
    in_some_form(message, lambda blocks: slack.update(channel, ts, message.text, blocks))


Sent = TypeVar("Sent")


def in_some_form(message: Message, send: Callable[[list[Block]], Sent]) -> Sent:
    """Send a message whole, where Slack refuses its blocks with each chart as text, at last by its text alone.

    What was refused was not posted, so no form is said beside another.
    """
    plainer = without_charts(message.blocks)
    for blocks in [message.blocks, *([plainer] if plainer != message.blocks else [])]:
        try:
            return send(blocks)
        except SlackBlocksError:
            continue
    return send([])


def shown_by(summary: SummaryItem) -> str:
    """The mark that the ledger compares: the digest of what a message shows, or that it was withdrawn."""
    return f"withdrawn {summary.digest}" if summary.vanished else summary.digest
