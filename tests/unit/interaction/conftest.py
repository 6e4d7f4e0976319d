"""The desk with a loopback Slack, people who use it, and a bus and reports in memory."""

import base64
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from aws_lambda_powertools import Logger

import events
from engine import FakeSlack, Person
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.report.report import report
from shared.flywheel.settings.file import load
from shared.flywheel.settings.values import Settings
from shared.interaction.desk import Desk
from shared.interaction.entrance import Entrance
from shared.interaction.recorder import Ways
from shared.slack.token import Credentials, SecretToken, secret_of
from shared.slack.web import Web
from shared.store.outbox.votes import Vote
from tests.fakes.eventbridge import BusInMemory

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOML = """
[flywheels.checkout]
name = "Checkout"
channel = "#checkout"
parent = "shop"

[flywheels.search]
channel = "#search"

[flywheels.tills]
channel = "#search"

[flywheels.shop]
kind = "organisation"
channel = "#shop"
"""


class Secrets:
    """A secret in memory."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.reads = 0

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:
        self.reads += 1
        return {"SecretString": self.text}


class MemoryInMemory:
    """Reports and votes."""

    def __init__(self) -> None:
        self.reports: dict[str, Mapping[str, Any]] = {}
        self.votes: list[tuple[str, Vote]] = []

    def report(self, flywheel: str) -> Mapping[str, Any] | None:
        return self.reports.get(flywheel)

    def vote(self, flywheel: str, vote: Vote) -> None:
        self.votes.append((flywheel, vote))


class Room:
    """Everything around one desk; `seconds` have passed since NOW."""

    def __init__(self, slack: FakeSlack, settings: Settings) -> None:
        self.slack, self.seconds = slack, 0.0
        slack.clock = lambda: NOW.timestamp() + self.seconds
        credentials = Credentials(token=slack.token, signing_secrets=(SIGNING_SECRET,))
        self.secrets = Secrets(secret_of(credentials))
        self.bus, self.memory = BusInMemory(), MemoryInMemory()
        self.logged = StringIO()
        log = Logger(service=f"test-{id(self)}", stream=self.logged)
        secret = SecretToken(self.secrets, "arn", lambda: self.seconds)
        web = Web(secret, slack.url)
        ways = Ways(web, self.bus, self.memory)
        self.desk = Desk(settings, Entrance(settings, secret, web, log), ways, log)
        self.takes_seconds = 0.0

    def person(self, **parts: Any) -> Person:
        return Person(self.slack, self.send, SIGNING_SECRET, clock=self.slack.clock, **parts)

    def send(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        self.seconds += self.takes_seconds
        reply = self.desk.take(request(headers, body, NOW.timestamp() + self.seconds)).http
        return reply["statusCode"], reply["body"].encode()

    @property
    def told(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and detail of what the bus took."""
        return [(each.detail_type, dict(each.detail)) for each in self.bus.taken]


def request(headers: Mapping[str, str], body: bytes, now: float) -> dict[str, Any]:
    """The payload of format 2.0, in which a form comes as base64."""
    return {
        "version": "2.0",
        "routeKey": "POST /slack",
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": {"timeEpoch": int(now * 1000), "http": {"method": "POST"}},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def a_report(settings: Settings, flywheel: str = "checkout") -> dict[str, Any]:
    """A flywheel with an open turn, a delivered one without an outcome, an open challenge and a blocker."""
    told = [
        ("Idea Proposed", 40, {"idea": "SHOP-1", "title": "Pay with one tap"}),
        (
            "Deployment Finished",
            30,
            {"deployment": "d1", "service": "w", "environment": "production", "idea": "SHOP-1"},
        ),
        ("Feature Released", 29, {"idea": "SHOP-1", "feature": "tap"}),
        ("Idea Proposed", 10, {"idea": "SHOP-2", "title": "Order again"}),
        ("Challenge Opened", 9, {"idea": "SHOP-2", "challenge": "c-1", "title": "Is it worth it?"}),
        ("Blocker Opened", 8, {"idea": "SHOP-2", "blocker": "b-1", "title": "Security review"}),
    ]
    facts = []
    for place, (kind, days, fields) in enumerate(told):
        outcome = {"outcome": "succeeded"} if kind == "Deployment Finished" else {}
        detail = {"id": str(place), "time": (NOW - timedelta(days=days)).isoformat(), "flywheel": flywheel}
        facts.append(
            fact_of(events.decode({"source": "ci", "detail-type": kind, "detail": {**detail, **fields, **outcome}}))
        )
    return report(facts, flywheel=flywheel, settings=settings, as_of=NOW)


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as server:
        yield server


@pytest.fixture
def room(slack: FakeSlack) -> Room:
    settings = load(TOML)
    made = Room(slack, settings)
    made.memory.reports["checkout"] = a_report(settings)
    return made
