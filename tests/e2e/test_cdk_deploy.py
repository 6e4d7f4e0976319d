"""The README's way to deploy, with the real CDK command line: `cdk bootstrap`, then `cdk deploy`."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from cli.embedded.assembly import CONTEXT
from cli.embedded.assembly import assembly as synthesised
from engine import ACCOUNT, REGION, Engine, FakeSlack, Server
from infra import node
from infra.stage import PROJECT
from shared.store.table import names

CDK = PROJECT / "node_modules" / ".bin" / "cdk"
PATIENCE_SECONDS = 60
IDEA = {"id": "i-1", "time": "2026-03-03T10:00:00Z", "flywheel": "lighting", "idea": "LAMP-7", "title": "Dim at dusk"}

Run = Callable[..., str]
Client = Callable[[str], Any]


@pytest.fixture
def server() -> Iterator[Server]:
    """An account in which nothing is deployed yet."""
    with Server(Engine.empty()) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Client:
    """Any client of that account."""

    def made(service: str) -> Any:
        return boto3.client(service, endpoint_url=server.url, region_name=REGION)

    return made


@pytest.fixture
def cdk(server: Server, tmp_path: Path) -> Run:
    """Runs the command line against that account."""
    return runner(server, tmp_path)


def runner(server: Server, tmp_path: Path) -> Run:
    """Runs the command line that package-lock.json pins, against a server; gives what it says."""
    assert CDK.exists(), "the pinned CDK command line is not here: run `npm ci`"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))},
        "AWS_ACCESS_KEY_ID": "embedded",
        "AWS_SECRET_ACCESS_KEY": "embedded",
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": server.url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "no-credentials"),
        "CDK_HOME": str(tmp_path / "home"),
        "NO_COLOR": "1",
        "PATH": f"{node().parent}:{os.environ['PATH']}",
    }

    def run(*arguments: str) -> str:
        command = [str(CDK), *arguments, "--no-notices", "--ci"]
        done = subprocess.run(
            command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def kinds(client: Client, table: str) -> set[str]:
    """The kinds of item in the table."""
    return {item[names.KIND]["S"] for item in client("dynamodb").scan(TableName=table)["Items"]}


def test_what_the_command_line_deploys_records_events_and_is_gone_after_destroy(
    cdk: Run, client: Client, tmp_path: Path
) -> None:
    assembly = str(tmp_path / "cdk.out")
    cdk("synth", "--quiet", "--output", assembly)
    assert f"aws://{ACCOUNT}/{REGION} bootstrapped" in cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}", "--app", assembly)
    deployed = cdk("deploy", "--require-approval", "never", "--app", assembly)
    assert "✅  flywheel-dev" in deployed
    assert "flywheel-dev.BusName = flywheel-dev" in deployed

    told = client("ssm").get_parameters_by_path(Path="/flywheel-dev")["Parameters"]
    known = {parameter["Name"].rpartition("/")[2]: parameter["Value"] for parameter in told}
    entry = {"EventBusName": known["bus-name"], "Source": "test.tracker", "DetailType": "Idea Proposed"}
    assert client("events").put_events(Entries=[{**entry, "Detail": json.dumps(IDEA)}])["FailedEntryCount"] == 0
    until = time.monotonic() + PATIENCE_SECONDS
    while names.TURN not in kinds(client, known["table-name"]) and time.monotonic() < until:
        time.sleep(0.5)
    assert {names.EVENT, names.SEGMENT, names.WHEEL, names.TURN} <= kinds(client, known["table-name"])

    assert "no changes" in cdk("deploy", "--app", assembly)
    cdk("destroy", "--force", "--app", assembly)
    assert client("events").list_event_buses(NamePrefix="flywheel")["EventBuses"] == []


@pytest.fixture
def up(assembly: Path, slack: FakeSlack) -> Iterator[Server]:
    """The stack as `flywheel up` serves it: deployed already, by the engine and not by the command line."""
    with Server(Engine.from_template(assembly, endpoints={"SLACK_API_URL": slack.url})) as running:
        yield running


def test_where_flywheel_up_runs_the_command_line_bootstraps_tells_differences_and_deploys_them(
    up: Server, assembly: Path, tmp_path: Path
) -> None:
    cdk, app = runner(up, tmp_path), str(assembly)
    assert "There were no differences" in cdk("diff", "--app", app)
    assert f"aws://{ACCOUNT}/{REGION} bootstrapped" in cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}", "--app", app)
    assert "There were no differences" in cdk("diff", "--app", app)
    changed = str(synthesised({**CONTEXT, "archive_days": "31"}))
    assert "RetentionDays" in cdk("diff", "--app", changed)
    assert "✅  flywheel-dev" in cdk("deploy", "--require-approval", "never", "--app", changed)
    assert "There were no differences" in cdk("diff", "--app", changed)
    assert [archive.retention for archive in up.do(lambda engine: engine.cloud.events.archives.values())] == [31]
