"""The bus's denial alone, judged as IAM judges it: who may speak as whom, one request after another."""

from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from engine import Access
from engine.iam.policies import is_denied
from infra.bus_policy import keep_out_impostors

OURS = "arn:aws:iam::111122223333:role/ours"
BUS = "arn:aws:events:eu-west-1:111122223333:event-bus/bus"
OTHERS = (
    "arn:aws:iam::111122223333:role/ours-too",
    "arn:aws:iam::111122223333:user/admin",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::444455556666:role/ours",
)


@pytest.fixture(scope="module")
def statement() -> dict[str, Any]:
    """The one statement, as CloudFormation gets it."""
    stack = Stack(App(), "stack")
    role = iam.Role.from_role_arn(stack, "Ours", OURS)
    keep_out_impostors(events.EventBus(stack, "Bus"), publishers=[role])
    (policy,) = Template.from_stack(stack).find_resources("AWS::Events::EventBusPolicy").values()
    found: dict[str, Any] = policy["Properties"]["Statement"]
    return {**found, "Resource": BUS}


def denied(statement: dict[str, Any], who: str | None, *sources: str) -> bool:
    context: dict[str, Any] = {"events:source": list(sources)} | ({"aws:PrincipalArn": who} if who else {})
    return is_denied([statement], Access("events:PutEvents", BUS, who or "events.amazonaws.com", context))


@pytest.mark.parametrize("source", ["github/x", "pagerduty/y", "slack/T1", "flywheel", "well-architected-tool"])
def test_a_proven_source_is_denied_to_everybody_but_the_roles_that_are_named(
    statement: dict[str, Any], source: str
) -> None:
    assert not denied(statement, OURS, source)
    for who in (*OTHERS, None):
        assert denied(statement, who, source), who
        assert denied(statement, who, "ci", source, "ci"), who


@pytest.mark.parametrize("source", ["ci", "github", "githubs/x", "aws.codepipeline", "flywheels", "example.flywheel"])
def test_any_other_source_is_nothing_of_its_business(statement: dict[str, Any], source: str) -> None:
    assert not any(denied(statement, who, source) for who in (OURS, *OTHERS, None))


def test_it_says_nothing_of_anything_but_putting_events(statement: dict[str, Any]) -> None:
    context = {"events:source": "github/x"}
    assert not is_denied([statement], Access("events:PutRule", BUS, OTHERS[0], context))
