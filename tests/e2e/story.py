"""The events of one turn of the wheel, how they are put, and what must have come of them."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from engine import Engine, FakeSlack
from shared.store.table import names

Event = dict[str, Any]
Resources = dict[str, Any]
Change = Callable[[Resources], object]
Started = Callable[..., Engine]

BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
END = datetime(2026, 3, 14, 8, 5, tzinfo=UTC)
"""A day after the turn closes: released on the 6th at 09:00, it soaks for seven days.

Off the quarter hours of the tick, so that what it wakes is done by then."""

TOLD = [
    "Dim at dusk was delivered in 9 d 23 h, with a failed change",
    "Clarity of Purpose is complete, in 1 d 5 h",
    "Next Best Action is complete, in 1 d 18 h",
    "Weekly digest · lighting",
    "“Dim at dusk” was delivered in 9 d 23 h, with a failed change · lighting",
]
"""How the messages of the turn begin once it is over, in the order in which they were due: its card, what was said in
its thread, the digest, and its end."""


RUNNING = "Dim at dusk is in Next Best Action"
"""The card of the turn after its deployment."""


def event(detail_type: str, time: str, name: str, **detail: Any) -> Event:
    """An event as EventBridge carries it, in March 2026."""
    moment = f"2026-03-{time}:00Z"
    return {
        "source": "test.pipeline",
        "detail-type": detail_type,
        "time": moment,
        "detail": {"id": name, "time": moment, "flywheel": "lighting", **detail},
    }


def one_turn() -> list[Event]:
    """An idea, a deployment of it, its release, and an incident that the deployment caused."""
    commits = [{"sha": "c" * 40, "time": "2026-03-04T15:00:00Z", "ideas": ["LAMP-7"]}]
    deployed = {"deployment": "d-1", "service": "lamps", "environment": "production", "outcome": "succeeded"}
    released = {"idea": "LAMP-7", "feature": "dusk", "deployments": ["d-1"]}
    return [
        event("Idea Proposed", "03T10:00", "idea", idea="LAMP-7", title="Dim at dusk"),
        event("Deployment Finished", "05T11:00", "deployed", commits=commits, **deployed),
        event("Feature Released", "06T09:00", "released", **released),
        event("Incident Opened", "07T20:00", "opened", incident="i-1", cause={"deployment": "d-1"}),
        event("Incident Resolved", "07T21:30", "resolved", incident="i-1"),
    ]


def moment_of(sent: Event) -> datetime:
    return datetime.fromisoformat(sent["time"])


def put(engine: Engine, events: Iterable[Event]) -> None:
    """Onto the stack's bus, all at once, and then processed."""
    for each in events:
        engine.put_event(each, engine.outputs["BusName"])
    engine.drain()


def replay(engine: Engine, events: Sequence[Event], until: datetime = END) -> None:
    """Puts events at their own times, then lets the days pass."""
    for each in events:
        engine.advance_to(moment_of(each) + timedelta(seconds=30), coalesce=True)
        put(engine, [each])
    pass_days(engine, until)


def pass_days(engine: Engine, until: datetime) -> None:
    """One tick a day instead of 96: what a day changes is told within it."""
    while engine.clock.now() < until:
        engine.advance_to(min(engine.clock.now() + timedelta(days=1), until), coalesce=True)


def told(slack: FakeSlack) -> list[str]:
    """The beginnings of what was posted, in order."""
    return [message.text.partition(".")[0] for message in slack.messages]


def items(engine: Engine, kind: str) -> list[dict[str, Any]]:
    """The stored items of a kind, as DynamoDB has them."""
    return [item for item in engine.table_items() if item[names.KIND]["S"] == kind]


def turns(engine: Engine) -> list[dict[str, Any]]:
    """What is stored of the turns."""
    return [json.loads(item["shows"]["S"]) for item in items(engine, names.TURN)]


def dead_letters(engine: Engine) -> int:
    """Messages in queues that nobody polls."""
    return sum(len(engine.messages(part)) for part in ("inbox-dead", "outbox-dead", "failures"))


def resource(resources: Resources, type_name: str, part: str) -> dict[str, Any]:
    """The one resource of a type whose logical id contains this."""
    found = [body for logical, body in resources.items() if body["Type"] == type_name and part in logical]
    assert len(found) == 1, f"{len(found)} resources of {type_name} match {part}"
    properties: dict[str, Any] = found[0]["Properties"]
    return properties
