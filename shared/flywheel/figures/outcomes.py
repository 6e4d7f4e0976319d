"""What came of each turn: the result of its latest `Outcome Recorded`, also long after its close (value §1)."""

from collections.abc import Mapping
from typing import Literal, cast

from msgspec import Struct

from shared.flywheel.facts.fact import OutcomeRecorded
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import TurnKey, Wheel

Result = Literal["met", "missed", "learned"]


class Outcome(Struct, frozen=True):
    """The latest outcome of a turn, when it was recorded (microseconds), and its event."""

    result: Result
    at: int
    key: int


def outcomes_of(wheel: Wheel) -> Mapping[TurnKey, Outcome]:
    """The outcome of every turn that has one, as known at as_of."""
    outside = set(wheel.tally.excluded.get("not_production", ()))
    recorded = sorted(
        (fact for fact in wheel.facts if type(fact) is OutcomeRecorded), key=lambda fact: (fact.time, fact.key)
    )
    if not recorded:
        return {}
    membership = Membership(fact for fact in wheel.facts if fact.key not in outside)
    found: dict[TurnKey, Outcome] = {}
    for fact in recorded:
        for turn in membership.turns(fact.idea, fact.feature):
            found[turn] = Outcome(cast("Result", fact.result), fact.time, fact.key)
    return found
