"""The page of the first hour does what it says: its commands, in its order, against the engine's server."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import REGION, Engine, FakeSlack, Server
from infra.stage import PROJECT

PAGE = (PROJECT / "docs" / "first-hour.md").read_text()
BLOCKS = re.findall(r"^```sh (\S+)\n(.*?)^```", PAGE, re.S | re.M)
DEPLOYING = ("make",)
"""Run for real by `test_live.py`; here the stack is deployed already, and this writes down what it gets."""


@pytest.fixture
def server(assembly: Path, slack: FakeSlack) -> Iterator[Server]:
    with Server(Engine.from_template(assembly, endpoints={"SLACK_API_URL": slack.url})) as running:
        yield running


def test_every_command_of_the_first_hour_runs_in_the_order_of_the_page(server: Server, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in DEPLOYING:
        (tools / name).write_text(f'#!/usr/bin/env bash\necho "{name} $*" >> "{tmp_path}/deployed"\n')
        (tools / name).chmod(0o755)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "activate").write_text("")  # `make setup` makes it; the path has the command already
    environment = {
        "PATH": f"{tools}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": server.url,
        "AWS_REGION": REGION,
        "FLYWHEEL_STACK": "flywheel-dev",
    }
    printed = {}
    for name, script in BLOCKS:
        ran = subprocess.run(
            ["bash", "-eu", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, f"{name}: {ran.stdout}{ran.stderr}"
        assert "Traceback" not in ran.stderr
        printed[name] = ran.stdout + ran.stderr
        until = time.monotonic() + 60
        while not server.do(lambda engine: engine.is_quiet()) and time.monotonic() < until:
            time.sleep(0.2)
    assert "flywheel-dev" in printed["doctor"]
    assert printed["events"].count("sent ") == 2
    assert "SHOP-1" in printed["look"]
    assert "counted in flywheel checkout" in printed["events"]
    assert "flywheel slack setup" in printed["doctor"]
    assert "github" in printed["hooks"]
    made = (tmp_path / "deployed").read_text().splitlines()
    assert made == ["make setup", "make bootstrap", *["make deploy STAGE=dev"] * 2, "make destroy STAGE=dev"]
    assert len(BLOCKS) == PAGE.count("\n```sh")
