"""The real CDK command line where `flywheel up` runs: `cdk bootstrap`, `cdk diff`, `cdk deploy`.

Into an empty account it deploys, and from it takes away, in `test_live.py`.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.embedded.assembly import CONTEXT
from cli.embedded.assembly import assembly as synthesised
from engine import ACCOUNT, REGION, Engine, FakeSlack, Server
from infra import node
from infra.stage import PROJECT

pytestmark = pytest.mark.takes(45)

CDK = PROJECT / "node_modules" / ".bin" / "cdk"

Run = Callable[..., str]


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
