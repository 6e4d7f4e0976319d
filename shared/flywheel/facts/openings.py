"""Openings of one name, and which of them a closing follows (domain: "Flywheel of an event")."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import NamedTuple

from shared.flywheel.facts.fact import (
    BlockerClosed,
    BlockerOpened,
    ChallengeOpened,
    ChallengeResolved,
    Fact,
    IncidentOpened,
    IncidentResolved,
    IncidentReviewed,
)
from shared.flywheel.moments import MINUTE

CLOSES: dict[type[Fact], str] = {
    IncidentResolved: "incident",
    IncidentReviewed: "incident",
    BlockerClosed: "blocker",
    ChallengeResolved: "challenge",
}
OPENS: dict[type[Fact], str] = {
    IncidentOpened: "incident",
    BlockerOpened: "blocker",
    ChallengeOpened: "challenge",
}
"""By kind, the sort of thing that an opening opens; above, the sort that a closing closes or reviews."""

CLOCKS = 5 * MINUTE
"""So much the clocks of two senders may differ: a closing may be that much before its opening."""


class Sender(NamedTuple):
    """The sender of an event; None for what was not kept of an older one."""

    source: str | None
    account: str | None

    def may_be(self, other: "Sender") -> bool:
        """Whether both are one sender as far as is known."""
        return _may_be(self.source, other.source) and _may_be(self.account, other.account)


def _may_be(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


class Opening(NamedTuple):
    """An opening: when, its event's key and sender, whose it is, and whether it counts for others than its sender."""

    time: int
    key: int
    sender: Sender
    flywheel: str
    for_all: bool


class Openings:
    """Every opening of one name, of all flywheels and senders, by time."""

    def __init__(self, openings: Iterable[Opening]) -> None:
        self._all = sorted(openings, key=lambda each: (each.time, each.key))
        self._of_sender: dict[Sender, list[Opening]] = {}

    def earliest(self, reached: Callable[[str], bool]) -> str | None:
        """The flywheel of the first that counts for all, among those that the closing's sender reaches."""
        return next((each.flywheel for each in self._all if each.for_all and reached(each.flywheel)), None)

    def followed(self, sender: Sender, time: int, owners: Iterable[str], reached: Callable[[str], bool]) -> str | None:
        """The flywheel that a closing follows; None where there is no opening for it.

        An owner of what it names, else that of the latest opening before it, else of the first.
        Only openings of its own source count, and an opening or closing of unknown source as of any.
        """
        same = self._same(sender)
        flywheels = {each.flywheel for each in same}
        if not all(map(reached, flywheels)):
            flywheels = set(filter(reached, flywheels))
            same = [each for each in same if each.flywheel in flywheels]
        if not same:
            return None
        owner = next((owner for owner in owners if owner in flywheels), None)
        latest = bisect_right(same, time, key=lambda each: each.time)
        return owner or same[max(0, latest - 1)].flywheel

    def _same(self, sender: Sender) -> list[Opening]:
        if sender not in self._of_sender:
            self._of_sender[sender] = [
                each
                for each in self._all
                if _may_be(sender.source, each.sender.source)
                and (each.for_all or (sender.source is not None and sender.may_be(each.sender)))
            ]
        return self._of_sender[sender]
