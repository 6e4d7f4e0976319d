"""A stage with a key of its own: secrets and parameters are under it, and who reads them may use it, by them alone."""

import json
from collections.abc import Iterator

import boto3
import pytest

from cli.main import main
from engine import Engine, FakeSlack
from tests.e2e.people import give_signing_secret, use_all
from tests.e2e.story import BEGIN, one_turn, replay
from tests.e2e.upkeep.kept import KEY, kept_stack
from tests.e2e.webhooks import deployed, from_github

DECRYPT, ENCRYPT = "kms:Decrypt", "kms:Encrypt"


@pytest.fixture
def engine(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with Engine.from_template(kept_stack(), clock=BEGIN, endpoints={"SLACK_API_URL": slack.url}) as running:
        monkeypatch.setenv("AWS_DEFAULT_REGION", running.cloud.region)
        running.put_secret(running.outputs["SlackSecretArn"], slack.token)
        yield running


def test_secrets_are_read_with_the_key_by_who_needs_them_and_by_nobody_else(
    engine: Engine, slack: FakeSlack, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hook", "add", "github", "--stack", "flywheel-dev", "--json"]) == 0
    secret = json.loads(capsys.readouterr().out)["secret"]
    replay(engine, one_turn())
    answer = from_github(engine, "deployment_status", deployed("c" * 40, "2026-03-13T20:00:00Z"), secret=secret)
    engine.http("GET", "/board/lighting?s=guessed", {})
    give_signing_secret(engine, slack)
    use_all(engine, slack, "#value-flywheel", "lighting")

    assert answer.status == 202
    pages = boto3.client("ssm", region_name=engine.cloud.region).get_paginator("describe_parameters").paginate()
    kept = {each["Name"]: each["KeyId"] for page in pages for each in page["Parameters"] if "KeyId" in each}
    assert kept == {"/flywheel-dev/hooks/github": KEY, "/flywheel-dev/board/link-key": KEY}
    assert [call for call in engine.calls if not call.allowed] == []
    used = {
        (call.function.removeprefix("flywheel-dev-"), call.access.action, call.access.context["kms:ViaService"])
        for call in engine.calls
        if call.access.action.startswith("kms:")
    }
    ssm_, secrets = "ssm.us-east-1.amazonaws.com", "secretsmanager.us-east-1.amazonaws.com"
    assert used == {
        ("intake", DECRYPT, ssm_),
        ("notify", DECRYPT, secrets),
        ("notify", DECRYPT, ssm_),
        ("slack", DECRYPT, secrets),
        ("board", DECRYPT, ssm_),
        ("tick", DECRYPT, ssm_),
        ("tick", ENCRYPT, ssm_),
    }
    assert used == set(granted(engine))


def granted(engine: Engine) -> Iterator[tuple[str, str, str]]:
    """(function, action, service) of all that the roles allow with the key."""
    for function in engine.cloud.functions():
        for statement in engine.cloud.role_statements(function.role):
            actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
            for action in (each for each in actions if each.startswith("kms:")):
                assert statement["Resource"] == KEY
                via = statement["Condition"]["StringEquals"]["kms:ViaService"]
                yield function.function_name.removeprefix("flywheel-dev-"), action, via
