"""Several turns in one message of a channel, as their news came within some minutes. It shows them as they are now."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from shared.flywheel.settings.values import FlywheelSettings
from shared.flywheel.summaries.card import CARD
from shared.flywheel.summaries.together import Row, Several, row_of, several_of
from shared.slack.client import Poster, SlackMessageGoneError
from shared.slack.conversation import card_of_story
from shared.slack.several import several_message
from shared.slack.single import in_some_form, update
from shared.slack.stamps import is_ts
from shared.slack.subject import STANDS, Outcome, Reading
from shared.store.outbox.outbox import Story, TurnRef
from shared.store.outbox.outbox_items import SENT, SUPPRESSED, LedgerItem
from shared.store.projections.summary_packing import unpack_summary
from shared.store.table.items import VANISHED
from shared.store.table.keys import stamp

ALONE = "no other turn came with it: it is a message of its own"
FEWEST = 2
Member = tuple[str, str, int]
"""`key` and `turn`, and the phase whose summary a persona reads, or `CARD` of the turn itself."""


def members_of(entry: LedgerItem) -> list[Member]:
    """What a message of several turns is of, in the order in which it came."""
    return msgspec.json.decode(entry.members or "[]", type=list[Member])


class Together:
    """One message of several turns."""

    digest_sent = None
    is_news = False
    """It is what others are told in."""
    is_severe = False
    """What is severe in it brings it forward."""

    def __init__(
        self,
        entry: LedgerItem,
        stories: Callable[[TurnRef], Story],
        flywheel: FlywheelSettings,
        reading: Reading,
    ) -> None:
        self._entry, self._reading, self._flywheel = entry, reading, flywheel
        self._members = members_of(entry)
        self._several = self._as_it_stands(stories)
        self.held: dict[str, str] = {}
        self.stands = ""

    def tell_together(self, end: str) -> None:
        """It is told itself."""

    @property
    def idle(self) -> Outcome | None:
        """Nothing to do where it shows its turns as they are."""
        same = self._entry.digest == self._several.digest
        return "unchanged" if same and self._entry.state in (SENT, SUPPRESSED) else None

    @property
    def void(self) -> str:
        """One turn is no several."""
        return ALONE if not self._entry.ts and len(self._several.rows) < FEWEST else ""

    @property
    def is_loud(self) -> bool:
        """A first post."""
        return not self._entry.ts

    def send(self, slack: Poster, now: datetime) -> Outcome:
        """Post it, or edit what was posted; one that a person deleted is left alone."""
        shown = replace(self._several, link=self._reading.board(now))
        message = several_message(shown, interactive=self._reading.interactive)
        if not self._entry.ts:
            posted = in_some_form(message, lambda blocks: slack.post(self._entry.channel, message.text, blocks))
            self._entry.channel_id, self._entry.ts = posted
            self._entry.sent_at = stamp(now)
            return "posted"
        if not is_ts(self._entry.ts):
            self.stands = STANDS
            return "stands"
        try:
            update(slack, self._entry, self._entry.ts, message)
        except SlackMessageGoneError:
            return "unchanged"
        self._entry.updated_at = stamp(now)
        return "updated"

    def settle(self) -> bool:
        """One message is all there is."""
        self._entry.digest = self._several.digest
        return False

    def _as_it_stands(self, stories: Callable[[TurnRef], Story]) -> Several:
        by_turn: dict[TurnRef, list[int]] = {}
        for key, turn, phase in self._members:
            ref = TurnRef(flywheel=self._entry.flywheel, turn=turn, key=key)
            by_turn.setdefault(ref, []).append(phase)
        stored = [(stories(ref), phases) for ref, phases in by_turn.items()]
        rows = [self._row(story, phases) for story, phases in stored if self._entry.ts or _stands(story, phases)]
        return several_of(self._entry.summary, self._flywheel, rows)

    def _row(self, story: Story, phases: Sequence[int]) -> Row:
        """The turn as it stands; to a persona, that their phase is complete."""
        card, summary = card_of_story(story, self._flywheel), story.summaries.get(max(phases))
        if CARD in phases or summary is None:
            return row_of(card)
        shown = unpack_summary(summary.shows)
        return row_of(card, replace(shown, done="not complete after all") if summary.vanished else shown)


def _stands(story: Story, phases: Sequence[int]) -> bool:
    """Whether what is to be told of a turn still is so."""
    if story.turn is None or story.turn.state == VANISHED:
        return False
    summary = story.summaries.get(max(phases))
    return CARD in phases or (summary is not None and not summary.vanished)
