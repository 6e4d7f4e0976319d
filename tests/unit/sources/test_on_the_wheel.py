"""What PagerDuty's and LaunchDarkly's deliveries do to a wheel, in whatever order they come."""

import json
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

import events
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.moments import moment
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Wheel
from shared.sources.catalogue import SOURCES, event_source, translate
from shared.sources.delivery import delivery_of
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.options import SourceOptions
from shared.sources.translation import Translation

SETTINGS = Settings(flywheels={"payments": FlywheelSettings(id="payments", services=("Checkout*", "shop"))})


def translation(source: str, body: Any) -> Translation:
    return translate(SOURCES[source], delivery_of([("webhook-id", "msg_1")], json.dumps(body)), SourceOptions())


def wheel_of(source: str, *bodies: Any, day: int = 30) -> Wheel:
    facts: list[Fact] = [
        fact_of(events.decode(event.envelope(event_source(source, "main"))))
        for body in bodies
        for event in translation(source, body).events
    ]
    return fold(facts, "payments", SETTINGS, datetime(2026, 3, day, tzinfo=UTC))


def incident(what: str, time: str, **more: Any) -> Any:
    data = {"id": "Q1", "service": {"id": "PS1", "summary": "Checkout API"}, "urgency": "high"}
    data |= {"created_at": "2026-03-12T10:00:00Z"} | more
    return {"event": {"event_type": f"incident.{what}", "occurred_at": f"2026-03-12T{time}:00Z", "data": data}}


STORY = [
    incident("triggered", "10:00"),
    incident("priority_updated", "10:05"),
    incident("resolved", "10:40"),
    incident("reopened", "11:00"),
    incident("resolved", "12:30"),
]


def spans(wheel: Wheel) -> list[tuple[str, str | None]]:
    found = ((each.opened, each.closed) for each in wheel.incidents)
    return [(f"{moment(opened):%H:%M}", None if end is None else f"{moment(end):%H:%M}") for opened, end in found]


def test_an_incident_runs_from_its_trigger_to_its_last_resolution_in_any_order() -> None:
    for order in permutations(STORY):
        assert spans(wheel_of("pagerduty", *order)) == [("10:00", "12:30")]


def test_an_incident_that_was_moved_to_another_service_is_that_ones_from_its_beginning() -> None:
    """Triggered on triage, which nobody here owns; moved at 10:10; resolved as one of the checkout at 11:00."""
    triage = {"service": {"id": "PT", "summary": "Triage"}}
    story = [incident("triggered", "10:00", **triage), incident("service_updated", "10:10")]
    story += [incident("priority_updated", "10:20", priority={"summary": "P1"}), incident("resolved", "11:00")]
    for order in permutations(story):
        assert spans(wheel_of("pagerduty", *order)) == [("10:00", "11:00")]
    assert spans(wheel_of("pagerduty", story[0], story[3])) == []


def test_an_update_that_does_not_say_when_the_incident_was_made_counts_for_nothing() -> None:
    untold = incident("service_updated", "10:10")
    del untold["event"]["data"]["created_at"]
    assert translation("pagerduty", untold).ignored == "it does not say when the incident was made"


def test_while_it_is_open_again_an_incident_is_open() -> None:
    assert spans(wheel_of("pagerduty", *STORY[:3])) == [("10:00", "10:40")]
    assert spans(wheel_of("pagerduty", *STORY[:4])) == [("10:00", None)]


def flag(id: str, time: int, before: dict[str, Any], after: dict[str, Any]) -> Any:
    return {
        "_id": id,
        "date": time,
        "kind": "flag",
        "accesses": [{"action": "updateOn", "resource": "proj/shop:env/production:flag/gift-cards"}],
        "previousVersion": {"environments": {"production": before}},
        "currentVersion": {"environments": {"production": after}},
    }


OFF: dict[str, Any] = {"on": False, "offVariation": 1, "fallthrough": {"variation": 0}}
ON: dict[str, Any] = OFF | {"on": True}
DAY = 86_400_000
SWITCHED_ON = flag("a", 1_772_323_200_000, OFF, ON)
SWITCHED_OFF = flag("b", 1_772_323_200_000 + 3 * DAY, ON, OFF)


def test_a_flag_switched_on_releases_its_feature_and_closes_after_the_soak() -> None:
    (turn,) = wheel_of("launchdarkly", SWITCHED_ON).turns
    assert (turn.turn, turn.state) == ("gift-cards", "delivered")


def test_a_flag_switched_off_within_the_soak_stops_its_turn() -> None:
    for order in permutations([SWITCHED_ON, SWITCHED_OFF]):
        (turn,) = wheel_of("launchdarkly", *order).turns
        assert (turn.turn, turn.state) == ("gift-cards", "stopped")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (OFF, ON, [("Feature Released", 1.0)]),
        (OFF, OFF | {"on": True, "fallthrough": {"variation": 1}}, []),
        (ON, ON | {"fallthrough": {"variation": 1}}, [("Feature Withdrawn", None)]),
        (ON, ON | {"rules": [{"variation": 1}]}, []),
        (OFF, {"on": True}, [("Feature Released", 1.0)]),
    ],
)
def test_the_share_of_users_before_and_after_decides(before: Any, after: Any, told: list[Any]) -> None:
    found = translation("launchdarkly", flag("a", 1_772_323_200_000, before, after)).events
    assert [(event.detail_type, event.detail.get("audience")) for event in found] == told


def test_a_misspelt_canonical_event_is_refused_with_its_place_and_the_mend() -> None:
    good = {"detail-type": "Incident Opened", "detail": {"id": "1", "time": "2026-03-12T10:00:00Z", "incident": "7"}}
    for bad, field in (
        ({"detail-type": "Incident Opend", "detail": {}}, "[1].detail-type"),
        ({"detail-type": "Incident Opened", "detail": {"time": "2026-03-12T10:00:00"}}, "[1].detail.time"),
        ({"detail-type": "Turn Completed", "detail": {}}, "[1].detail-type"),
        (7, "[1]"),
    ):
        with pytest.raises(UnreadableDeliveryError) as caught:
            translation("standard-webhooks", [good, bad])
        assert caught.value.field == field


def test_a_delivery_of_nothing_or_of_very_many_events_is_refused() -> None:
    for body in ([], [{"type": "invoice.paid"}] * 101):
        with pytest.raises(UnreadableDeliveryError):
            translation("standard-webhooks", body)
