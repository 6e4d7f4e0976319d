"""A ritual that was left out twice is to be held; one that is a day late is nobody's concern."""

from typing import Any

from tests.unit.domain.histories import History, rules


def due(history: History, as_of: str, **rituals: float) -> list[dict[str, Any]]:
    actions = history.report(as_of, settings=rules(rituals=rituals))["actions"]
    return [each for each in actions if each["rule"].startswith("ritual_due")]


def test_a_ritual_left_out_twice_is_to_be_held() -> None:
    history = History().add("Ritual Held", "03-01", ritual="whiteboard_walk")
    [action] = due(history, "03-16", whiteboard_walk=7)
    assert action == {
        "rule": "ritual_due.whiteboard_walk",
        "phase": 2,
        "urgency": 4,
        "text": "Hold the “whiteboard walk”, and send Ritual Held.",
        "because": "it was last held 15 d ago; it is due every 7 days",
        "things": [{"kind": "ritual", "id": "whiteboard_walk", "title": "whiteboard walk", "url": None}],
    }
    assert due(history, "03-15", whiteboard_walk=7) == []


def test_a_ritual_that_nobody_sends_is_due_from_the_first_event_on() -> None:
    history = History().proposed("03-01", "a")
    assert [each["because"] for each in due(history, "03-20", walk=7)] == ["none was sent; it is due every 7 days"]
    assert due(history, "03-14", walk=7) == []
    assert [each["because"] for each in due(history, "03-20", walk=1)] == ["none was sent; it is due every day"]
    assert due(History(), "03-20", walk=7) == []


def test_a_ritual_that_is_not_in_the_settings_is_never_due() -> None:
    assert due(History().add("Ritual Held", "03-01", ritual="walk"), "03-30") == []
