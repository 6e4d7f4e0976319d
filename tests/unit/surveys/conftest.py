"""A family of flywheels that answers surveys, and what is published of it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import events
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import FlywheelSettings, Settings

START = datetime(2026, 1, 1, tzinfo=UTC)
FAMILY = Settings(
    flywheels={
        "shop": FlywheelSettings(id="shop"),
        "web": FlywheelSettings(id="web", parent="shop"),
        "app": FlywheelSettings(id="app", parent="shop"),
        "api": FlywheelSettings(id="api", parent="web"),
    },
    window_days=28.0,
)


class Answer(NamedTuple):
    """One sheet of developer experience with one item, on a day after START."""

    flywheel: str
    day: int
    value: int


def envelopes_of(answers: Iterable[Answer]) -> list[dict[str, Any]]:
    """The sheets as they are sent, `sheet-0` and so on."""
    return [
        {
            "source": "survey",
            "detail-type": "Survey Answered",
            "detail": {
                "id": f"sheet-{number}",
                "time": (START + timedelta(days=answer.day)).isoformat(),
                "flywheel": answer.flywheel,
                "survey": "developer_experience",
                "answers": [answer.value],
            },
        }
        for number, answer in enumerate(answers)
    ]


def facts_of(answers: Iterable[Answer]) -> list[Fact]:
    return [fact_of(events.decode(sheet)) for sheet in envelopes_of(answers)]


def published(facts: list[Fact], flywheel: str, day: float, settings: Settings = FAMILY) -> dict[str, Any]:
    """The signal of developer experience, as a report some days after START shows it."""
    found = report(facts, flywheel=flywheel, settings=settings, as_of=START + timedelta(days=day))
    (signal,) = [each for each in found["tenets"][7]["signals"] if each["name"] == "developer_experience"]
    return dict(signal)
