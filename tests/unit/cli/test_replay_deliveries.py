"""`flywheel replay --hook`: vendors' deliveries through the intake again, each line answered."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli import deliveries
from cli.deliveries import Desk, replay_deliveries
from cli.failure import CommandError
from shared.sources.catalogue import SOURCES
from tests.unit.intake.conftest import Desk as IntakeDesk
from tests.unit.intake.requests import request

SAMPLES = Path(__file__).parents[3] / "events" / "samples"
NOW = datetime(2026, 3, 12, 15, tzinfo=UTC)
SECRETS = {"github": "s3cret", "standard-webhooks": "c2VjcmV0"}


class Line:
    """The way to the intake: what was sent over it, and what it answers while it is in trouble."""

    def __init__(self, hook: str) -> None:
        self.hook, self.trouble = hook, list[int]()
        self.intake = IntakeDesk()
        self.intake.secrets(hook, SECRETS[hook])

    def post(self, url: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, object]]:
        assert url == "https://here/hooks"
        if self.trouble:
            return self.trouble.pop(0), {"error": "not now"}
        return self.intake.post(request(self.hook, body.decode(), headers))


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr("cli.deliveries.time.sleep", waited.append)
    return waited


def sample(source: str, name: str, **more: Any) -> str:
    found = json.loads((SAMPLES / source / f"{name}.json").read_text())
    return json.dumps({"headers": found["headers"], "body": found["body"], **more})


def replayed(line: Line, monkeypatch: pytest.MonkeyPatch, path: Path, *lines: str, skip: int = 0) -> dict[str, int]:
    monkeypatch.setattr(deliveries, "post", line.post)
    path.write_text("\n".join(lines) + "\n")
    desk = Desk(SOURCES[line.hook], "https://here/hooks", SECRETS[line.hook])
    return replay_deliveries(desk, [str(path)], skip, lambda: NOW)


def counted(**counts: int) -> dict[str, int]:
    return {"sent": 0, "nothing": 0, "refused": 0, "skipped": 0, "invalid": 0} | counts


def test_each_delivery_is_signed_anew_and_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], waits: list[float]
) -> None:
    line, broken = Line("github"), json.dumps({"headers": {"X-GitHub-Event": "push"}, "body": {"ref": 7}})
    form = json.dumps(
        {"headers": {"X-GitHub-Event": "ping", "X-Hub-Signature-256": "sha256=0"}, "body": '{"zen": "x"}'}
    )
    counts = replayed(
        line, monkeypatch, tmp_path / "r.jsonl", sample("github", "deployment-status-success"), form, broken, "7", "{}"
    )
    assert counts == counted(sent=1, nothing=1, refused=1, invalid=2)
    assert [each.source for each in line.intake.bus.taken] == ["github/github"]
    told = capsys.readouterr().err
    assert "r.jsonl:3: 422: " in told
    assert "r.jsonl:4: no delivery" in told
    assert waits == []


def test_what_an_api_handed_over_in_base64_is_read_and_the_senders_own_message_id_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    detail = {"time": "2026-03-12T14:58:00Z", "idea": "x", "flywheel": "a"}
    body = base64.b64encode(json.dumps({"detail-type": "Idea Proposed", "detail": detail}).encode()).decode()
    headers = {"Webhook-Id": "msg_7", "webhook-timestamp": "1", "webhook-signature": "v1,old", "Host": "old"}
    line = Line("standard-webhooks")
    sent = json.dumps({"version": "2.0", "headers": headers, "body": body, "isBase64Encoded": True})
    assert replayed(line, monkeypatch, tmp_path / "r.jsonl", sent) == counted(sent=1)
    assert line.intake.bus.taken[0].detail["id"] == "msg_7"


def test_passing_trouble_is_waited_for_and_lasting_trouble_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    line, lines = Line("github"), [sample("github", "deployment-status-success")] * 3
    line.trouble = [503, 429]
    assert replayed(line, monkeypatch, tmp_path / "r.jsonl", *lines) == counted(sent=3)
    assert waits == [1, 2]
    line.trouble = [503] * 9
    with pytest.raises(CommandError, match=r"r.jsonl:2: not taken \(503\); --skip 1 goes on here"):
        replayed(line, monkeypatch, tmp_path / "r.jsonl", *lines, skip=1)


def test_a_secret_that_does_not_fit_stops_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line("github")
    line.trouble = [401]
    with pytest.raises(CommandError, match="the secret does not fit"):
        replayed(line, monkeypatch, tmp_path / "r.jsonl", sample("github", "ping"))
