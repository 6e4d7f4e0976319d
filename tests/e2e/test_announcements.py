"""What another subscriber of the bus hears: each of the nine kinds, each thing once."""

import re
from pathlib import Path
from typing import Any

from engine import Engine
from events import PUBLISHED_DETAIL_TYPES, PUBLISHER
from tests.e2e.story import Event, Resources, Started, event, moment_of, one_turn, replay

IDEA = "LAMP-7"
Told = tuple[str, str | None, int | None, bool]


def subscriber(resources: Resources) -> None:
    """A queue of somebody else, and his rule for all that the flywheel says."""
    [bus] = [name for name, body in resources.items() if body["Type"] == "AWS::Events::EventBus"]
    arn = {"Fn::GetAtt": ["Subscriber", "Arn"]}
    allowed = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    resources["Subscriber"] = {
        "Type": "AWS::SQS::Queue",
        "Properties": {"QueueName": "subscriber", "MessageRetentionPeriod": 1209600},
    }
    resources["SubscriberPolicy"] = {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [{"Ref": "Subscriber"}],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [{**allowed, "Resource": arn}]},
        },
    }
    resources["Subscription"] = {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "EventBusName": {"Ref": bus},
            "EventPattern": {"source": [PUBLISHER]},
            "Targets": [{"Id": "subscriber", "Arn": arn}],
        },
    }


def measured(day: str, target: int) -> list[Event]:
    """The north star is set, and an hour later falls short."""
    star = {"metric": "dark-rooms-lit", "role": "north_star", "target": target}
    return [
        event("Metric Defined", f"{day}T12:00", f"star-{target}", **star),
        event("Metric Measured", f"{day}T13:00", f"short-{target}", metric="dark-rooms-lit", value=1),
    ]


def story() -> list[Event]:
    """One turn to its end, an idea that lies since January and is held, a north star that is moved twice, unlearned."""
    forgotten = event("Idea Proposed", "03T09:00", "forgotten", idea="LAMP-1")
    forgotten["detail"]["time"] = "2026-01-12T09:00:00Z"
    held = event("Blocker Opened", "04T09:00", "held", blocker="SEC-77", category="approval", idea="LAMP-1")
    stars = [*measured("03", 80), *measured("05", 60), *measured("06", 40)]
    return sorted([forgotten, held, *one_turn(), *stars], key=moment_of)


def heard(engine: Engine) -> list[tuple[str, dict[str, Any]]]:
    return [(each["detail-type"], each["detail"]) for each in engine.bodies("subscriber")]


PAGE = Path(__file__).parents[2] / "docs" / "events.md"


def documented() -> dict[str, set[str]]:
    """The fields of each kind that the page names; "the same" is as above."""
    found: dict[str, set[str]] = {}
    above: set[str] = set()
    for row in PAGE.read_text().partition("## What the flywheel itself says")[2].partition("\n`key`")[0].splitlines():
        if row.startswith("| `"):
            name, fields = (re.findall(r"`([^`]+)`", cell) for cell in row.split("|")[1:3])
            above = above if "the same" in row.split("|")[2] else set(fields)
            found[name[0]] = above | {"id", "time", "flywheel", "historical"}
    return found


def shown(detail_type: str, detail: dict[str, Any]) -> Told:
    of_digest = detail_type == "Digest Ready"
    return detail_type, None if of_digest else detail.get("turn"), detail.get("phase"), detail["historical"]


def test_a_subscriber_hears_each_of_the_nine_kinds_once_for_each_thing(started: Started) -> None:
    engine = started(subscriber)
    replay(engine, story())
    told = heard(engine)
    phases = [("Phase Entered", IDEA, 1), ("Phase Entered", IDEA, 3), ("Phase Entered", IDEA, 4)]
    completed = [("Phase Completed", IDEA, 1), ("Phase Completed", IDEA, 3), ("Phase Completed", IDEA, 4)]
    ready = [("Phase Summary Ready", IDEA, phase) for phase in (0, 1, 3, 4)]
    expected: list[Told] = [
        *((*each, False) for each in (("Turn Started", IDEA, 1), *phases, *completed, *ready)),
        ("Turn Completed", IDEA, 0, False),
        ("Turn Started", "LAMP-1", 1, True),
        ("Phase Entered", "LAMP-1", 1, True),
        ("Turn Held", "LAMP-1", 1, False),
        ("Turn Stalled", "LAMP-1", 1, False),
        ("Doom Loop Suspected", None, None, False),
        *[("Digest Ready", None, 0, False)] * 2,  # of the weeks to the 2nd, since January is known, and to the 9th
    ]
    assert sorted(map(str, (shown(*each) for each in told))) == sorted(map(str, expected))
    assert {detail_type for detail_type, _ in told} == set(PUBLISHED_DETAIL_TYPES)
    assert len({(detail_type, detail["id"]) for detail_type, detail in told}) == len(told)
    assert {detail["flywheel"] for _, detail in told} == {"lighting"}
    assert engine.failures == []
    for detail_type, detail in told:
        assert documented()[detail_type] - {"changed"} == set(detail), detail_type


def test_entries_are_told_with_their_own_time(started: Started) -> None:
    engine = started(subscriber)
    replay(engine, one_turn())
    times = {(name, detail["phase"]): detail["time"][:16] for name, detail in heard(engine)}
    assert times["Turn Started", 1] == times["Phase Entered", 1] == "2026-03-03T10:00"
    assert times["Phase Entered", 3] == times["Phase Completed", 1] == "2026-03-04T15:00"
    assert times["Phase Entered", 4] == times["Phase Completed", 3] == "2026-03-06T09:00"
