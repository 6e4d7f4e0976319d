"""Which action a message advises, when one is worn, and what became of what was advised."""

from typing import Any

import pytest

from shared.flywheel.actions.choice import advice, chosen, is_listed
from shared.flywheel.actions.done import done
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from tests.unit.domain.histories import FLYWHEEL, History, facts_of, moment, rules


def action(rule: str, phase: int, urgency: int = 2, thing: str = "x", kind: str = "turn") -> dict[str, Any]:
    things = [{"kind": kind, "id": thing, "title": None, "url": None}]
    return {"rule": rule, "phase": phase, "urgency": urgency, "text": rule, "because": "", "things": things}


INCIDENT = action("open_incident", 4, urgency=1)
BLOCKER, STALLED, NEXT = action("open_blocker", 2), action("stalled_turn", 3), action("next_idea", 1, urgency=6)


def test_everyone_is_advised_the_first_action() -> None:
    assert chosen([BLOCKER, STALLED, NEXT], 0) == BLOCKER
    assert chosen([], 0) is None


def test_a_persona_is_advised_the_first_of_its_phase_or_what_is_broken_now_else_the_first_of_all() -> None:
    assert chosen([BLOCKER, STALLED, NEXT], 3) == STALLED
    assert chosen([INCIDENT, BLOCKER, STALLED], 3) == INCIDENT
    assert chosen([BLOCKER, STALLED], 4) == BLOCKER


def test_what_stands_in_four_digests_in_a_row_is_worn_and_gives_way_to_the_next() -> None:
    listed = [BLOCKER, NEXT]
    assert advice([listed] * 3, 0).action == BLOCKER
    worn = advice([[BLOCKER, STALLED, NEXT], listed, listed, listed], 0)
    assert (worn.action, worn.worn) == (STALLED, BLOCKER)


def test_where_all_is_worn_the_first_is_advised_again() -> None:
    again = advice([[BLOCKER, NEXT]] * 4, 0)
    assert (again.action, again.worn) == (BLOCKER, None)


def test_another_thing_is_another_action() -> None:
    assert not is_listed(action("open_blocker", 2, thing="y"), [BLOCKER])
    assert is_listed(action("constraint", 3, thing="y"), [action("constraint", 3)])
    assert advice([[action("open_blocker", 2, thing="y")], *[[BLOCKER]] * 3], 0).worn is None


def told(history: History, advised: dict[str, Any], as_of: str, settings: Settings | None = None) -> str:
    return done(advised, fold(facts_of(history.events), FLYWHEEL, settings or Settings(), moment(as_of)))


def test_a_blocker_that_was_closed_is_told_by_its_weekday_in_the_flywheels_zone() -> None:
    history = History().proposed("03-01", "a").blocked("03-01", "SEC-77", "03-16 23:30", idea="a")
    advised = action("open_blocker", 2, thing="SEC-77", kind="blocker")
    assert told(history, advised, "03-20") == "“SEC-77” was closed on Monday"
    assert told(history, advised, "03-20", rules(time_zone="Europe/Berlin")) == "“SEC-77” was closed on Tuesday"
    assert told(history, advised, "03-30") == "“SEC-77” was closed on 16 Mar"


@pytest.mark.parametrize(
    ("advised", "sentence"),
    [
        (action("stalled_turn", 1, thing="a"), "“a” was stopped on Thursday"),
        (action("open_incident", 4, thing="i", kind="incident"), "“i” was resolved on Wednesday"),
        (action("outcome_due", 4, thing="a"), "the outcome of “a” is recorded"),
        (action("north_star_stale", 1, thing="m", kind="metric"), "“m” is measured"),
        (action("constraint", 3, thing="a"), "another phase is the constraint, or none"),
        ({**NEXT, "rule": "largest_drag", "things": []}, "another part drags most, or none much"),
    ],
)
def test_each_rule_says_what_made_its_action_done(advised: dict[str, Any], sentence: str) -> None:
    history = History().proposed("03-01", "a").stopped("03-19 10:00", "a").incident("03-10", "i", "03-18")
    assert told(history, advised, "03-20") == sentence
