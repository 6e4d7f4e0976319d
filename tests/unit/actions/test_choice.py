"""Which action a message advises, and when one is worn."""

from typing import Any

from shared.flywheel.actions.choice import advice, chosen, is_asked, is_listed


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


def test_a_thing_among_others_of_its_rule_is_still_asked_for_in_whatever_phase() -> None:
    two = {**BLOCKER, "phase": 3, "things": [*action("", 0, thing="y")["things"], *BLOCKER["things"]]}
    assert is_asked(BLOCKER, [two])
    assert not is_listed(BLOCKER, [two])
    assert not is_asked(action("constraint", 3), [action("constraint", 2)])


def test_what_another_rule_says_in_the_words_of_a_worn_action_is_worn_too() -> None:
    same = action("largest_drag.stalled_share", 3) | {"text": STALLED["text"]}
    worn = advice([[STALLED, same, NEXT], *[[STALLED]] * 3], 0)
    assert (worn.action, worn.worn) == (NEXT, STALLED)
