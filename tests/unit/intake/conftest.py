"""Intake with a bus and a queue in memory, and secrets that a test may change."""

from typing import Any

import pytest
from aws_lambda_powertools import Logger

from events.challengers import Challengers
from shared.flywheel.settings.file import load
from shared.flywheel.settings.values import Settings
from shared.intake.intake import Intake
from shared.intake.publishing import WaysOut
from shared.intake.secrets import HookSecrets, value_of
from tests.fakes.errors import refusal
from tests.fakes.eventbridge import BusInMemory
from tests.fakes.ssm import Ssm

PREFIX = "/flywheel-dev/hooks/"


class MemoryInbox:
    """What was sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.fault: str | None = None

    def send(self, body: str) -> None:
        if self.fault:
            raise refusal(self.fault)
        self.sent.append(body)


class Desk:
    """An intake and all that it touches; time is told by `seconds`."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.ssm, self.bus, self.inbox = Ssm(), BusInMemory(), MemoryInbox()
        self.seconds = 0.0
        secrets = HookSecrets(self.ssm, PREFIX, lambda: self.seconds)
        log, challengers = Logger(service="test"), Challengers("stack")
        self.intake = Intake(settings or Settings(), secrets, WaysOut(self.bus, self.inbox), log, challengers)

    def secrets(self, hook: str, *secrets: str) -> None:
        self.ssm.values[PREFIX + hook] = value_of(secrets)

    def post(self, payload: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        reply = self.intake.take(payload)
        assert reply.http["headers"]["content-type"] == "application/json"
        return reply.status, reply.body


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.secrets("github", "s3cret")
    return made


def desk_of(text: str) -> Desk:
    """An intake with these settings, whose hooks all have the same secret."""
    settings = load(text)
    made = Desk(settings)
    for hook in settings.hooks:
        made.secrets(hook, "s3cret")
    return made
