"""What a ledger entry brings to Slack, as the table has it at the moment of sending."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from shared.flywheel.settings.noise import NoiseSettings
from shared.flywheel.settings.values import Way
from shared.flywheel.summaries.noise import LastDigest
from shared.slack.client import Poster
from shared.store.outbox.outbox_items import HeardItem

STANDS = "it reads otherwise by now, and what went by a webhook or a topic cannot be edited"
"""The reason in the ledger of a message that a correction did not reach."""
Outcome = Literal[
    "posted",
    "updated",
    "withdrawn",
    "unchanged",
    "stands",
    "waiting",
    "quiet",
    "paced",
    "deferred",
    "failed",
    "suppressed",
    "historical",
    "together",
]


class Reading(Struct, frozen=True, kw_only=True):
    """The circumstances in which a channel reads of a flywheel.

    `board`: the link to the board at a moment, where there are links; `memory`: what the channel was told last, of
    digests; `interactive`: whether buttons are answered.
    """

    noise: NoiseSettings
    time_zone: str
    board: Callable[[datetime], str | None]
    memory: HeardItem | None = None
    card: tuple[str, str] | None = None
    """Of the summary of a phase: channel and `ts` of its turn's card, where there is one."""
    totals: bool = False
    """Whether what is to be said is the digest that says how much its channel was not told."""
    interactive: bool = False
    way: Way = "bot"

    @property
    def edits(self) -> bool:
        """Whether the channel's way knows edits and broadcasts; else a card becomes one message a milestone."""
        return self.way == "bot"

    @property
    def threads(self) -> bool:
        """Whether the channel's way knows threads."""
        return self.way != "webhook"


class Subject(Protocol):
    """The subject of a ledger entry. It changes the entry that it was made for, and never writes it."""

    @property
    def is_news(self) -> bool:
        """Whether something of a turn is new to the channel, and may be told with other turns."""

    def tell_together(self, end: str) -> None:
        """Note that what is news was told with other turns; `end` of the minutes in which their news came."""

    @property
    def idle(self) -> Outcome | None:
        """Why there is nothing to do; None where there is."""

    @property
    def void(self) -> str:
        """Why it is never to be said; empty where it is."""

    def send(self, slack: Poster, now: datetime) -> Outcome:
        """Say it: at most one new message, and whatever edits. Raises a SlackError, with nothing noted in the entry."""

    @property
    def is_loud(self) -> bool:
        """Whether something new would be posted, and may wait for the end of quiet hours."""

    @property
    def is_severe(self) -> bool:
        """Whether it waits neither for the end of quiet hours nor for other turns."""

    @property
    def held(self) -> dict[str, str]:
        """What a noise rule held back just now: the rule by id."""

    @property
    def digest_sent(self) -> LastDigest | None:
        """What a digest found that was just posted; None of anything else."""

    @property
    def stands(self) -> str:
        """Why what was said stays as it was said, where it reads otherwise by now; else empty."""

    def settle(self) -> bool:
        """Note in the entry what it shows now; True where there is more to say, which waits for the channel's pace."""
