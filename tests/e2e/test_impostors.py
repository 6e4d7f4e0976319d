"""Who may speak as whom on the bus, by the roles and the bus's own policy as the template has them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from engine import Engine
from tests.e2e.looking.callers import credentials_of
from tests.e2e.story import BEGIN

EVERYTHING = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
PROVEN = ["github/checkout", "pagerduty/ops", "launchdarkly/x", "slack/T1", "flywheel", "well-architected-tool"]


@pytest.fixture(scope="module")
def engine(assembly: Path) -> Iterator[Engine]:
    with Engine.from_template(assembly, clock=BEGIN) as engine:
        yield engine


def put(engine: Engine, credentials: Any, *sources: str) -> list[str | None]:
    """Put one event of each source in one request; the ids that the bus gave them."""
    detail = '{"id": "1", "time": "2026-03-02T09:00:00Z", "idea": "i"}'
    entries: Any = [
        {"EventBusName": engine.outputs["BusName"], "Source": source, "DetailType": "Idea Proposed", "Detail": detail}
        for source in sources
    ]
    client = boto3.client(
        "events",
        region_name=engine.cloud.region,
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.token,
    )
    return [each.get("EventId") for each in client.put_events(Entries=entries)["Entries"]]


def administrator(name: str) -> Any:
    """The credentials of a role that may do everything."""
    made = boto3.client("iam").create_policy(PolicyName=f"everything-{name}", PolicyDocument=EVERYTHING)
    return credentials_of(name, made["Policy"]["Arn"])


def assumed(engine: Engine, output: str) -> Any:
    """The credentials of a role that the stack outputs."""
    given = boto3.client("sts").assume_role(RoleArn=engine.outputs[output], RoleSessionName="test")["Credentials"]
    return boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]).get_credentials()


@pytest.mark.parametrize("source", PROVEN)
def test_an_administrator_cannot_speak_as_who_has_to_prove_it(engine: Engine, source: str) -> None:
    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        put(engine, administrator(source.replace("/", "-")), source)


def test_one_proven_source_among_others_is_enough_to_be_denied(engine: Engine) -> None:
    with pytest.raises(ClientError, match="explicit deny"):
        put(engine, administrator("mixed"), "ci", "github/checkout", "ci")


def test_canonical_sources_stay_open_to_whoever_may_put_events(engine: Engine) -> None:
    assert all(put(engine, administrator("open"), "ci", "example.pipeline", "github", "cli"))
    pipeline = credentials_of("pipeline", engine.outputs["PutEventsPolicyArn"])
    assert all(put(engine, pipeline, "ci"))
    with pytest.raises(ClientError, match="AccessDenied"):
        put(engine, pipeline, "github/checkout")


def test_who_has_no_policy_of_its_own_puts_nothing(engine: Engine) -> None:
    with pytest.raises(ClientError, match="no identity-based policy"):
        put(engine, credentials_of("nobody"), "ci")


def test_the_operator_speaks_as_hooks_and_producers_but_not_as_the_flywheel(engine: Engine) -> None:
    operator = assumed(engine, "OperatorRoleArn")
    assert all(put(engine, operator, "github/checkout", "ci", "slack/T1"))
    for own in ("flywheel", "well-architected-tool"):
        with pytest.raises(ClientError, match="AccessDenied"):
            put(engine, operator, own)
