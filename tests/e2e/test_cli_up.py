"""`flywheel up` as a process of its own: events go in by the CLI, figures come out, and kill -9 loses nothing."""

import json
import os
import select
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.stage import PROJECT
from shared.sources.verifiers import signature
from tests.e2e.webhooks import pushed

pytestmark = pytest.mark.takes(35)

SECONDS = 240
"""To synthesise, deploy and answer, on a machine that is busy."""


class Up:
    """A running `flywheel up`."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, "-m", "cli", "up", "--port", "0", "--data", str(data), "--json"]
        self.process = subprocess.Popen(
            command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=quiet()
        )
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], SECONDS)[0], "no address in time"
        started = json.loads(self.process.stdout.readline())
        self.url: str = started["endpoint_url"]
        self.board_url: str = started["board_url"]

    def settle(self) -> None:
        """Until the engine has nothing left to do."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            with urllib.request.urlopen(f"{self.url}/_engine/status", timeout=SECONDS) as answer:
                look = json.load(answer)
            assert look["failures"] == []
            if look["quiet"]:
                return
            time.sleep(0.2)
        raise AssertionError("not quiet in time")

    def flywheel(self, *arguments: str) -> Any:
        ran = subprocess.run(
            [sys.executable, "-m", "cli", *arguments, "--endpoint-url", self.url, "--json"],
            cwd=PROJECT, capture_output=True, text=True, check=False, timeout=SECONDS, env=quiet(),
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    def post_pushed(self, secret: str) -> tuple[int, Any]:
        """A push as GitHub sends and signs it; the status, and the events it was understood as."""
        body = json.dumps(pushed("c" * 40, "2026-03-05T09:00:00Z", "SHOP-1: pay")).encode()
        signed = f"sha256={signature(secret.encode(), body, 'hex')}"
        headers = {"content-type": "application/json", "x-github-event": "push", "x-hub-signature-256": signed}
        request = urllib.request.Request(f"{self.url}/_http/hooks/github", body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return answer.status, json.load(answer).get("events")
        except urllib.error.HTTPError as error:
            return error.code, json.load(error).get("events")

    def board(self, path: str) -> str:
        """A page of the board."""
        with urllib.request.urlopen(self.board_url + path, timeout=SECONDS) as answer:
            assert answer.headers["Refresh"] == "10", "it follows events as they arrive"
            return str(answer.read(), "utf-8")

    def stop(self, how: int) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(timeout=SECONDS)


def quiet() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FLYWHEEL_"))}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[list[Up]]:
    ups: list[Up] = []
    yield ups
    for up in ups:
        up.stop(signal.SIGKILL)


def test_killing_it_and_replaying_changes_nothing(running: list[Up], tmp_path: Path) -> None:
    recorded = tmp_path / "recorded.jsonl"
    recorded.write_text("".join(json.dumps(event) + "\n" for event in turn()))
    running.append(Up(tmp_path / "data"))
    first = running[0]
    assert first.flywheel("replay", str(recorded)) == {"bus": "flywheel-dev", "sent": 3, "skipped": 0, "invalid": 0}
    first.settle()
    asked = ("report", "--flywheel", "shop", "--as-of", "2026-03-30T00:00:00Z")
    before = first.flywheel(*asked)
    assert before["turns"]["delivered"] == 1
    assert 'href="/shop"' in first.board("")
    assert "Are we winning?" in first.board("shop")
    checks = {check["name"]: check["state"] for check in first.flywheel("doctor")["checks"]}
    assert {checks[name] for name in ("stack", "Slack", "Slack scopes", "Slack signing secret")} == {"ok"}
    status = first.flywheel("slack", "ask", "status", "shop")["text"]
    assert "the first report follows" in status or "delivered" in status  # it comes with the quarter hour
    assert "/flywheel unblock" in first.flywheel("slack", "ask", "help")["text"]
    assert {check["state"] for check in first.flywheel("slack", "test", "#value-flywheel")} == {"ok"}
    secret = first.flywheel("hook", "add", "github")["secret"]
    assert first.flywheel("hook", "test", "github")["status"] == 200
    first.stop(signal.SIGKILL)

    running.append(Up(tmp_path / "data"))
    second = running[1]
    assert second.flywheel(*asked) == before
    second.flywheel("replay", str(recorded))
    second.settle()
    assert second.flywheel(*asked) == before
    from_files = subprocess.run(
        [sys.executable, "-m", "cli", *asked, str(recorded), "--json"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(from_files.stdout) == before
    assert [hook["name"] for hook in second.flywheel("hook", "list")["hooks"] if hook["since"]] == ["github"]
    assert second.post_pushed("another secret") == (401, None)
    assert second.post_pushed(secret) == (202, ["Change Recorded"])
    second.settle()
    counts = second.flywheel("doctor")["counts"]
    assert (counts["accepted"], counts["rejected"], counts["dead_lettered"]) == (4, 0, 0)
    assert second.stop(signal.SIGTERM) == 0


def turn() -> list[dict[str, Any]]:
    common = {"flywheel": "shop", "idea": "SHOP-1"}
    return [
        {"source": "plan", "detail-type": "Idea Proposed",
         "detail": {"id": "i1", "time": "2026-03-01T10:00:00Z", **common}},
        {"source": "ci", "detail-type": "Deployment Finished",
         "detail": {"id": "d1", "time": "2026-03-05T10:00:00Z", "deployment": "d1", "service": "web",
                    "environment": "production", "outcome": "succeeded", **common}},
        {"source": "flags", "detail-type": "Feature Released",
         "detail": {"id": "r1", "time": "2026-03-06T10:00:00Z", "feature": "pay", **common}},
    ]  # fmt: skip


def refused(data: Path) -> str:
    """What another `flywheel up` on a directory says before it gives up."""
    command = [sys.executable, "-m", "cli", "up", "--port", "0", "--data", str(data)]
    ran = subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=SECONDS, env=quiet()
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    return ran.stderr


def test_a_directory_that_it_cannot_use_ends_it_with_one_sentence(running: list[Up], tmp_path: Path) -> None:
    running.append(Up(tmp_path / "data"))
    assert f"--data: {tmp_path}/data is in use by process {running[0].process.pid}: stop that one" in refused(
        tmp_path / "data"
    )
    assert running[0].stop(signal.SIGTERM) == 0
    with (tmp_path / "data" / "journal.jsonl").open("a") as journal:
        journal.write("what an editor left\n")
    said = refused(tmp_path / "data")
    assert "journal.jsonl line " in said
    assert "move the file away to start with nothing" in said
    assert "Traceback" not in said
