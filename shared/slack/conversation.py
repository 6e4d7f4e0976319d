"""A turn in its team's channel: one card, edited in place, with a thread, and one message when it ends.

All of it hangs on one ledger entry, so one sender at a time speaks of a turn, each time of the turn as it stands then.
Within a lease at most one new message is sent, after the edits, which can be repeated: a lost answer costs one
duplicate at most, and no edit comes after a newer one.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from shared.flywheel.settings.noise import MessageKind
from shared.flywheel.settings.values import FlywheelSettings
from shared.flywheel.summaries.card import CARD, Card, card_of
from shared.flywheel.summaries.noise import (
    ABSORBED,
    ROUTINE,
    SETTINGS,
    TOGETHER,
    breaks_through,
    has_failed,
    is_routine,
    rule_for,
)
from shared.flywheel.summaries.summary import OUTCOME, TURN
from shared.slack.blocks import message_of
from shared.slack.cards import card_message, milestone_message, reply_message
from shared.slack.client import Poster, SlackMessageGoneError
from shared.slack.parts import Message
from shared.slack.single import NEVER, edited, in_some_form, shown_by, update
from shared.slack.stamps import is_ts
from shared.slack.subject import STANDS, Outcome, Reading
from shared.store.outbox.outbox import Story
from shared.store.outbox.outbox_items import SENT, SUPPRESSED, LedgerItem, SummaryItem
from shared.store.outbox.parts import Part, packed, parts_of
from shared.store.projections.summary_packing import unpack_summary
from shared.store.table.items import VANISHED
from shared.store.table.keys import stamp

BROADCAST = frozenset({TURN, OUTCOME})
"""Parts that the whole channel is told of; the others are told to those who follow the thread."""
_KINDS: dict[int, MessageKind] = {TURN: "turn", OUTCOME: "outcome"}
ENDED = "the turn had ended before its card was due"
GONE = "its card is gone"


class Conversation:
    """The card of one turn in one channel, and what belongs to it."""

    digest_sent = None
    """No digest."""

    def __init__(self, entry: LedgerItem, story: Story, flywheel: FlywheelSettings, reading: Reading) -> None:
        self._entry = entry
        self._noise = reading.noise
        self._reading = reading
        self._parts = parts_of(entry)
        self._ruled = {phase for phase, part in self._parts.items() if part.rule}
        self._routine, self._failed = is_routine(_shown(story)), has_failed(_shown(story))
        self._summaries = {phase: item for phase, item in story.summaries.items() if phase in self._parts}
        self._card = card_of_story(story, flywheel)
        self._settle_silent_parts()

    @property
    def is_news(self) -> bool:
        """A card, or what the whole channel is to see, that was not posted yet."""
        return not (self._entry.ts or self._why_no_card) or bool(self._news)

    @property
    def _news(self) -> list[int]:
        """The parts that would be messages in the channel; where nothing can be edited, each is."""
        return [phase for phase in self._left if phase in BROADCAST or not self._reading.edits]

    def tell_together(self, end: str) -> None:
        """Card and end stand in a message with other turns; what belongs into the thread is still to be said."""
        news = self._news
        if not (self._entry.ts or self._why_no_card):
            self._entry.together = end
        self._parts |= {phase: Part(rule=TOGETHER, together=end) for phase in news}
        self._entry.parts = packed(self._parts)

    @property
    def idle(self) -> Outcome | None:
        """Nothing to do where the card shows the turn as it is, and all that was announced is said."""
        if self._entry.state not in (SENT, SUPPRESSED):
            return None
        noted = packed(self._parts) == (self._entry.parts or "{}")
        differs = self._card_differs or self._left or any(self._said_otherwise())
        return "unchanged" if noted and not differs else None

    @property
    def is_loud(self) -> bool:
        """A card, or whatever is said beside it: only edits ring no bell."""
        return bool(self._left) or not self._entry.ts

    @property
    def is_severe(self) -> bool:
        """An end with a failed change, or one beside which something is broken."""
        ends = ((phase, unpack_summary(self._summaries[phase].shows)) for phase in self._left if phase in BROADCAST)
        return any(breaks_through(shown, self._noise, failed=self._failed and phase == TURN) for phase, shown in ends)

    @property
    def held(self) -> dict[str, str]:
        """The card and the parts that a noise rule held back just now."""
        summaries = {phase: item.summary for phase, item in self._summaries.items()}
        new = {phase: part.rule for phase, part in self._parts.items() if phase not in self._ruled}
        held = {summaries[phase]: rule for phase, rule in new.items() if rule in SETTINGS and phase in summaries}
        return held | ({self._card.id: self._why_no_card} if self._why_no_card in SETTINGS else {})

    @property
    def stands(self) -> str:
        """Without edits a card is followed by the turn's milestones; one of a turn that never was reads wrong."""
        posted_for_good = self._entry.ts and not is_ts(self._entry.ts)
        return STANDS if posted_for_good and self._card.state == "withdrawn" else ""

    @property
    def void(self) -> str:
        """A turn that had ended before its card was due has none, nor has one that never was."""
        return "" if self._entry.ts or self._left else self._why_no_card

    def send(self, slack: Poster, now: datetime) -> Outcome:
        """Edit what differs, then say one thing more."""
        outcome: Outcome = "unchanged"
        if self._entry.ts and self._card_differs:
            outcome = self._edit_card(slack, now)
        for phase, summary in list(self._said_otherwise()):
            outcome = self._edit_part(slack, phase, summary, now)
        self._settle_silent_parts()
        if not self._entry.ts and not self._why_no_card:
            self._post_card(slack, now)
            return "posted"
        if not self._left:
            return outcome
        self._post_part(slack, self._left[0], now)
        return "posted"

    def settle(self) -> bool:
        """Note what stands in Slack now."""
        self._entry.parts = packed(self._parts)
        if self._entry.ts or self._why_no_card:
            self._entry.digest = self._card.digest
        return bool(self._left)

    # -- what there is to do

    @property
    def _card_differs(self) -> bool:
        return self._entry.digest != self._card.digest

    @property
    def _why_no_card(self) -> str:
        """Why no card is posted; empty of one that is, and of a turn that runs."""
        if self._entry.ts:
            return ""
        if self._entry.together:
            return TOGETHER
        if self._card.state == "withdrawn":
            return NEVER
        return rule_for("card", self._noise, routine=self._routine) or ("" if self._card.state == "running" else ENDED)

    @property
    def _left(self) -> list[int]:
        """The parts that wait to be said, in order."""
        return [phase for phase, part in self._parts.items() if part.waits]

    def _said_otherwise(self) -> Iterator[tuple[int, SummaryItem]]:
        """The parts that read otherwise than their summaries do by now."""
        for phase, part in self._parts.items():
            summary = self._summaries.get(phase)
            if part.ts and not part.rule and summary is not None and part.digest != shown_by(summary):
                yield phase, summary

    def _settle_silent_parts(self) -> None:
        """Give each part that is not to be said its rule.

        A turn looks routine until its purpose is heard of: what its thread lacks for that is said then.
        """
        for phase, part in self._parts.items():
            waits = part.waits or (part.rule == ROUTINE and not self._routine and phase not in BROADCAST)
            if waits:
                self._parts[phase] = replace(part, rule=self._rule_of(phase))

    def _rule_of(self, phase: int) -> str:
        summary = self._summaries.get(phase)
        if summary is None or summary.vanished:
            return NEVER
        if phase == 4:
            return ABSORBED
        kind = _KINDS.get(phase, "reply")
        follows = self._root or (self._entry.together and not self._reading.threads)
        why_no_thread = "" if follows else self._why_no_card or self._gone
        return rule_for(kind, self._noise, routine=self._routine) or ("" if phase in BROADCAST else why_no_thread)

    @property
    def _root(self) -> str:
        """The message of several turns that stands in the place of the card, where one does and can be replied to."""
        place = self._reading.card if self._entry.together else None
        return place[1] if place is not None and self._reading.threads else ""

    @property
    def _gone(self) -> str:
        """Why the card that was posted is left as it is; empty where it can be edited."""
        return self._parts[CARD].rule if CARD in self._parts else ""

    # -- saying it

    def _post_card(self, slack: Poster, now: datetime) -> None:
        message = self._card_message(now)
        self._entry.channel_id, self._entry.ts = _posted(slack, self._entry.channel, message)
        self._entry.sent_at = stamp(now)

    def _card_message(self, now: datetime) -> Message:
        card = replace(self._card, link=self._reading.board(now))
        if not self._reading.edits:
            return milestone_message(card)
        return card_message(card, interactive=self._reading.interactive)

    def _edit_card(self, slack: Poster, now: datetime) -> Outcome:
        """A card that a person deleted, or that can be edited no more, stays as it is: it is never posted twice."""
        if self._gone:
            return "unchanged"
        if not is_ts(str(self._entry.ts)):
            return "stands" if self.stands else "unchanged"
        try:
            update(slack, self._entry, str(self._entry.ts), self._card_message(now))
        except SlackMessageGoneError:
            self._parts[CARD] = Part(rule=GONE)
            return "unchanged"
        self._entry.updated_at = stamp(now)
        return "withdrawn" if self._card.state == "withdrawn" else "updated"

    def _post_part(self, slack: Poster, phase: int, now: datetime) -> None:
        summary, loud = self._summaries[phase], phase in BROADCAST
        shown = replace(unpack_summary(summary.shows), link=self._reading.board(now))
        reply = partial(reply_message, of=shown.about if self._entry.together else None)
        message = message_of(shown, interactive=self._reading.interactive) if loud else reply(shown)
        if not (loud or self._reading.edits):
            message = self._card_message(now)
        thread = (self._root or self._entry.ts) if self._is_threaded(loud) else None
        posted = _posted(slack, self._entry.channel, message, thread=thread, broadcast=bool(loud and thread))
        self._entry.channel_id = posted[0]
        self._parts[phase] = Part(ts=posted[1], digest=shown_by(summary), sent_at=stamp(now))

    def _is_threaded(self, loud: bool) -> bool:
        """What the whole channel is to see stays out of a thread that cannot be broadcast."""
        return not self._gone and (self._reading.edits or (self._reading.threads and not loud))

    def _edit_part(self, slack: Poster, phase: int, summary: SummaryItem, now: datetime) -> Outcome:
        part = self._parts[phase]
        whole = phase in BROADCAST or summary.vanished
        shown = unpack_summary(summary.shows)
        reply = reply_message(shown, of=shown.about if self._entry.together else None)
        message = edited(summary, part.digest, now, self._reading) if whole else reply
        if not is_ts(part.ts):
            self._parts[phase] = replace(part, digest=shown_by(summary), note=STANDS)
            return "stands"
        self._parts[phase] = replace(part, digest=shown_by(summary), updated_at=stamp(now))
        try:
            update(slack, self._entry, part.ts, message)
        except SlackMessageGoneError:
            self._parts[phase] = replace(self._parts[phase], rule=GONE)
            return "unchanged"
        return "withdrawn" if summary.vanished else "updated"


def card_of_story(story: Story, flywheel: FlywheelSettings) -> Card:
    """The card of a turn as it is stored."""
    summaries = [unpack_summary(item.shows) for item in story.summaries.values() if not item.vanished]
    vanished = story.turn is not None and story.turn.state == VANISHED
    return card_of(_shown(story), flywheel, summaries, vanished=vanished)


def _shown(story: Story) -> dict[str, Any]:
    """The turn as it is stored."""
    assert story.turn is not None  # noqa: S101  whoever makes a conversation has looked
    shown: dict[str, Any] = msgspec.json.decode(story.turn.shows)
    return shown


def _posted(
    slack: Poster, channel: str, message: Message, *, thread: str | None = None, broadcast: bool = False
) -> tuple[str, str]:
    """Post, in the richest form that Slack takes."""
    return in_some_form(
        message, lambda blocks: slack.post(channel, message.text, blocks, thread=thread, broadcast=broadcast)
    )
