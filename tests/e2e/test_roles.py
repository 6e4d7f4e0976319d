"""Exact roles: whatever a function asks for it may, and whatever it may it asks for."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from engine import Engine, FakeSlack, is_allowed, like
from shared.flywheel.facts.fact import key_of
from tests.e2e.looking.callers import asked
from tests.e2e.people import give_signing_secret, use_all
from tests.e2e.story import BEGIN, event, one_turn, put, replay
from tests.e2e.webhooks import deployed, from_github, give_secret

ASKED_BY_LAMBDA_ITSELF = ("logs:", "xray:")
"""For which the engine has no place where they would be asked."""


def granted(engine: Engine) -> set[tuple[str, str, str]]:
    """(function, action, resource) of all that the roles allow."""
    return {
        (function.function_name, action, resource)
        for function in engine.cloud.functions()
        for statement in engine.cloud.role_statements(function.role)
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
        if not action.startswith(ASKED_BY_LAMBDA_ITSELF) and not resource.endswith("-failures")
    }


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def lay_dead_letters(engine: Engine) -> None:
    """One in each queue of a queue's dead letters, as if tried five times."""
    for name, queue in engine.cloud.sqs.queues.items():
        if name.endswith("-dead"):
            client = boto3.client("sqs", region_name=engine.cloud.region)
            client.send_message(QueueUrl=queue.physical_resource_id, MessageBody='{"source": "nobody"}')


@pytest.fixture(scope="module")
def busy(assembly: Path) -> Iterator[Engine]:
    """A stack that has seen it all: a turn, a full channel, a refused token, events of nobody, invalid, dead."""
    with (
        FakeSlack() as slack,
        Engine.from_template(assembly, clock=BEGIN, endpoints={"SLACK_API_URL": slack.url}) as engine,
    ):
        engine.put_secret(engine.outputs["SlackSecretArn"], slack.token)
        slack.fail_next(1, status=429, retry_after=30)
        slack.fail_next(2, error="invalid_auth")
        lay_dead_letters(engine)
        nobodys = event("Incident Resolved", "07T21:40", "again", incident="i-1", flywheel=None)
        replay(engine, [*one_turn(), nobodys])
        put(engine, [event("Incident Opened", "13T20:00", "nameless")])
        give_secret(engine, "github")
        for kind in ("deployment_status", "star"):
            from_github(engine, kind, deployed("c" * 40, "2026-03-13T20:00:00Z"))
        assert asked(engine, "/report/lighting.json").status == 200
        engine.http("GET", "/board/lighting?s=guessed", {})
        assert asked(engine, f"/events/{key_of('test.pipeline', 'deployed'):016x}").status == 200
        engine.lambdas.invoke("flywheel-dev-board", {"widgetContext": {}})
        give_signing_secret(engine, slack)
        use_all(engine, slack, "#value-flywheel", "lighting")
        yield engine


def test_nothing_that_a_function_asked_for_was_refused(busy: Engine) -> None:
    assert [call for call in busy.calls if not call.allowed] == []


def test_nothing_is_granted_that_no_function_asks_for(busy: Engine) -> None:
    asked = {(call.function, call.access.action, call.access.resource) for call in busy.calls}
    unused = {
        (function, action, resource)
        for function, action, resource in granted(busy)
        if not any(
            who == function and what == action and like(resource, on, ignore_case=False) for who, what, on in asked
        )
    }
    assert unused == set()


def test_any_action_taken_away_would_be_missed(busy: Engine) -> None:
    for function in busy.cloud.functions():
        asked = [call.access for call in busy.calls if call.function == function.function_name]
        statements = busy.cloud.role_statements(function.role)
        for action in {access.action for access in asked}:
            left = [_without(statement, action) for statement in statements]
            assert not all(is_allowed(left, access) for access in asked), (function.function_name, action)


def _without(statement: Mapping[str, Any], action: str) -> dict[str, Any]:
    return {**statement, "Action": [each for each in _listed(statement["Action"]) if each != action] or ["none:None"]}
