"""One turn as the pipeline would store it, and what is said of it."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from engine.slack.messages import Message
from shared.flywheel.summaries.summary import Line, Link, summary_id
from shared.store.outbox.outbox import TurnRef
from shared.store.outbox.outbox_items import LedgerItem
from shared.store.outbox.parts import Part, parts_of
from shared.store.table.items import TurnItem
from shared.store.table.keys import turn_sort, wheel_partition
from tests.unit.slack.post import CHANNEL, NOON, Post, summary_of, transition_item

REF = TurnRef(flywheel="checkout", turn="wallets", key="idea")
DAYS = {1: 2, 2: 5, 3: 21, 4: 7}


class Turn:
    """One turn as the pipeline would store it, phase by phase."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.version = 0

    def is_in(self, phase: int, changes: dict[str, Any] | None = None) -> None:
        """Store the turn in a phase, each before it a few days long."""
        phases, at = {}, NOON - timedelta(days=40)
        for number in range(1, 5):
            entered = number <= phase
            hours = DAYS[number] * 24.0 if number < phase else None
            phases[str(number)] = {"entered_at": z_of(at) if entered else None, "hours": hours, "evidence": "explicit"}
            at += timedelta(days=DAYS[number])
        shows = {
            "turn": REF.turn,
            "key": REF.key,
            "state": "open",
            "phase": phase,
            "title": "Card wallets",
            "started_at": phases["1"]["entered_at"],
            "released_at": None,
            "closed_at": None,
            "outcome": None,
            "turn_time_hours": None,
            "weight": None,
            "phases": phases,
        }
        self.store(shows | (changes or {}))

    def is_over(self, state: str = "delivered", **changes: Any) -> None:
        """Store the turn as closed."""
        closed = {"state": state, "phase": None, "closed_at": z_of(NOON), "turn_time_hours": 840.0, "weight": 1.0}
        self.is_in(4, closed | changes)

    def vanishes(self) -> None:
        self.is_in(1)
        self.store({}, state="vanished")

    def store(self, shows: dict[str, Any], **changes: Any) -> None:
        self.version += 1
        table = self.post.table
        before = table.get(TurnItem, wheel_partition("checkout"), turn_sort("idea", REF.turn))
        text = msgspec.json.encode(shows).decode() if shows else str(before and before.shows)
        told = {"turn": REF.turn, "key": REF.key, "state": shows.get("state", ""), "shows": text} | changes
        sk = turn_sort("idea", REF.turn)
        table.put(table.new(TurnItem, wheel_partition("checkout"), sk, version=self.version, **told))

    def completed(self, phase: int, *, announced: bool = True, **changes: Any) -> Any:
        """Store the summary of a transition, and announce it."""
        version, historical = changes.pop("version", 1), changes.pop("historical", 0)
        link = Link(title="ADR-31", url="https://adr.example.com/31")
        told = {"evidence": (Line(text="was resolved: proceed", link=link),)}
        shown = replace(
            summary_of(REF.turn),
            id=summary_id("checkout", "idea", REF.turn, phase),
            phase=phase,
            outcome="completed" if phase in range(1, 5) else "delivered",
            done=f"Phase {phase} is complete, in {DAYS.get(phase, 0)} d",
            **told | changes,
        )
        item = transition_item(self.post.table, shown, version=version, historical=historical)
        self.post.store.keep_summary(item)
        return self.post.announce(REF.summary(phase)) if announced else None

    def begins(self) -> Any:
        return self.post.outbox.begin(REF, self.post.now)

    @property
    def entry(self) -> LedgerItem:
        return self.post.store.entry(REF.card, CHANNEL)

    @property
    def parts(self) -> dict[int, Part]:
        return parts_of(self.entry)

    @property
    def card(self) -> Message:
        return next(each for each in self.post.slack.messages if each.thread_ts is None)

    @property
    def replies(self) -> list[Message]:
        return [each for each in self.post.slack.messages if each.thread_ts]


def z_of(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
