"""The turn that a page is about, with what the report and the history hold of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from shared.board.view import View, when
from shared.flywheel.history.values import TurnHistory
from shared.flywheel.wording import duration

Entry = Mapping[str, Any]


class UnknownTurnError(ValueError):
    """The report or the history has no turn of that name."""

    def __init__(self, turn: str) -> None:
        super().__init__(f"turn: got {turn!r}, expected one that was open in the last 26 weeks")
        self.turn = turn


class Subject(Struct, frozen=True):
    """One turn: as the report lists it, and as the history knows it."""

    view: View
    entry: Entry
    own: TurnHistory

    @property
    def name(self) -> str:
        """Its title; without one what events call it."""
        return self.own.title or self.own.turn

    @property
    def released(self) -> datetime | None:
        """The first release."""
        return when(self.entry["released_at"])

    @property
    def closed(self) -> datetime | None:
        """The close."""
        return when(self.entry["closed_at"])

    @property
    def bet(self) -> Entry | None:
        """Its bet, where it is one."""
        return self.own.bet

    @property
    def metric(self) -> Entry | None:
        """The input that it bet on."""
        if self.bet is None:
            return None
        named = self.bet["input_metric"]
        return next((each for each in self.view.report["value"]["inputs"] if each["metric"] == named), None)

    @property
    def actions(self) -> list[Entry]:
        """The actions of the report that are about it."""
        return [
            action
            for action in self.view.report["actions"]
            if any(thing["kind"] == "turn" and thing["id"] == self.own.turn for thing in action["things"])
        ]

    def hours(self, phase: int) -> float | None:
        """The time in a phase, the running one up to now; None where it was not observed."""
        entry = self.entry["phases"][str(phase)]
        entered = when(entry["entered_at"])
        if entered is None:
            return None
        running = (self.view.history.as_of - entered) / timedelta(hours=1)
        return running if entry["hours"] is None else float(entry["hours"])

    def length(self) -> str | None:
        """How long it took, or has taken until now."""
        started = when(self.entry["started_at"])
        if self.entry["turn_time_hours"] is not None:
            return duration(self.entry["turn_time_hours"])
        if started is None:
            return None
        return duration(((self.closed or self.view.history.as_of) - started) / timedelta(hours=1))


def subject(view: View, turn: str) -> Subject:
    """The turn of that name; raises UnknownTurnError."""
    own = view.turn(turn)
    entry = next(
        (each for each in view.report["turn_list"] if own and (each["key"], each["turn"]) == (own.key, turn)), None
    )
    if own is None or entry is None:
        raise UnknownTurnError(turn)
    return Subject(view, entry, own)
