"""`make live`, run whole against the engine's server as if that were AWS: deployed by the CDK, checked, taken away."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest

from engine import ACCOUNT, REGION, Engine, FakeSlack, Server
from infra.stage import PROJECT
from tests.e2e.conftest import SHOWN
from tests.live.checks import CHECKS

pytestmark = pytest.mark.takes(60)

STAGE = "live"
Make = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def server(slack: FakeSlack) -> Iterator[Server]:
    """An account in which nothing is deployed yet."""
    with Server(Engine.empty(endpoints={"SLACK_API_URL": slack.url})) as running:
        yield running


@pytest.fixture
def make(server: Server, tmp_path: Path) -> Make:
    """Runs a target as somebody who has an account, whom a variable may leave out, and not as a part of `make test`."""
    others = ("AWS_", "CDK_", "FLYWHEEL_", "MAKE", "MFLAGS")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(others)},
        "AWS_ACCESS_KEY_ID": "embedded",
        "AWS_SECRET_ACCESS_KEY": "embedded",
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": server.url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "no-credentials"),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_HOME": str(tmp_path / "home"),
        "CI": "",
        "NO_COLOR": "1",
    }

    def run(*arguments: str, without: str = "") -> "subprocess.CompletedProcess[str]":
        given = {name: value for name, value in environment.items() if not without or not name.startswith(without)}
        return subprocess.run(
            ["make", *arguments], cwd=PROJECT, env=given, capture_output=True, text=True, timeout=900, check=False
        )

    return run


def test_the_live_suite_deploys_checks_and_takes_away_a_stack_of_its_own(
    server: Server, make: Make, record_property: Callable[[str, object], None]
) -> None:
    booted = make("bootstrap", f"ARGS=aws://{ACCOUNT}/{REGION}")
    assert booted.returncode == 0, booted.stdout + booted.stderr
    ran = make("live", f"STAGE={STAGE}")
    lines = [line for line in ran.stdout.splitlines() if line.startswith(("✓", "✗"))]
    record_property(SHOWN, "\n".join(lines))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len([line for line in lines if line.startswith("✓ ")]) >= len(CHECKS) + 1
    assert re.search(r"✓ flywheel-live is gone, and all that it made", ran.stdout)
    assert "✅  flywheel-live" in ran.stdout + ran.stderr
    assert "flywheel-live.BusName = flywheel-live" in ran.stdout + ran.stderr
    assert server.do(lambda engine: list(engine.cloud.dynamodb.tables)) == []


def test_it_refuses_before_anything_is_made_who_is_nobody_and_what_is_there_already(server: Server, make: Make) -> None:
    nobody = make("live", without="AWS_")
    assert nobody.returncode != 0
    assert "AWS_REGION" in nobody.stderr
    assert "Deploying" not in nobody.stdout
    template = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    client = boto3.client("cloudformation", endpoint_url=server.url, region_name=REGION)
    client.create_stack(StackName="flywheel-live", TemplateBody=template)
    there = make("live")
    assert there.returncode != 0
    assert "flywheel-live is there already" in there.stderr
    assert client.describe_stacks(StackName="flywheel-live")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
