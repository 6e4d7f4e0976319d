"""Region and credentials as AWS's own tools have them; whatever answers in AWS's place, a sentence and no traceback."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from cli.bus import Sender
from cli.target import target_of

Run = Callable[..., Any]
PAGE = b"<html><body>Sign in to the guest network</body></html>"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "of-nobody"}


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with a file of profiles and nothing else of AWS."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL", *KEYS):
        monkeypatch.delenv(name, raising=False)
    config = tmp_path / "aws-config"
    config.write_text(
        "[default]\nregion = eu-central-1\n"
        "[profile sso]\nregion = eu-west-1\nsso_session = work\nsso_account_id = 111122223333\nsso_role_name = ci\n"
        "[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://work.example/start\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    monkeypatch.setattr(Sender.__init__, "__defaults__", (lambda _: None,))
    return config


@pytest.mark.parametrize(
    ("typed", "environment", "region"),
    [
        ("us-west-2", {"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "sa-east-1"}, "us-west-2"),
        (None, {"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "sa-east-1"}, "eu-north-1"),
        (None, {"AWS_DEFAULT_REGION": "sa-east-1"}, "sa-east-1"),
        (None, {"AWS_PROFILE": "sso"}, "eu-west-1"),
        (None, {}, "eu-central-1"),
    ],
)
def test_the_region_is_the_one_that_awss_own_tools_would_take(
    monkeypatch: pytest.MonkeyPatch, typed: str | None, environment: dict[str, str], region: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert target_of(region=typed).client("events").meta.region_name == region


class Proxy:
    """Something between us and AWS that answers every call with a page or an error of its own."""

    def __init__(self) -> None:
        self.status, self.body, self.kind = 200, PAGE, "text/html"
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(proxy.status)
                self.send_header("Content-Type", proxy.kind)
                self.send_header("Content-Length", str(len(proxy.body)))
                self.end_headers()
                self.wfile.write(proxy.body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    for name, value in {**KEYS, "AWS_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(name, value)
    answering = Proxy()
    thread = Thread(target=answering.server.serve_forever, daemon=True)
    thread.start()
    yield answering
    answering.server.shutdown()
    answering.server.server_close()
    thread.join()


COMMANDS = (
    ("emit", "idea", "--idea", "A-1", "--strict"),
    ("hook", "list"),
    ("report",),
    ("ledger",),
    ("redrive", "--dry-run"),
    ("doctor",),
)


@pytest.mark.parametrize("status", [200, 403, 407, 502])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_page_instead_of_awss_answer_ends_in_a_sentence(
    flywheel: Run, monkeypatch: pytest.MonkeyPatch, proxy: Proxy, command: tuple[str, ...], status: int
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    for name, value in {**KEYS, "AWS_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(name, value)
    proxy.status = status
    ran = flywheel(*command)
    assert ran.code in {1, 2, 4}
    assert "Traceback" not in ran.err + ran.out


def kept(folder: Path) -> str:
    return str(json.loads((folder / "unsent.jsonl").read_text())["detail"]["idea"])


@pytest.mark.parametrize("status", [200, 403, 407, 502])
def test_an_event_that_a_proxy_answered_is_kept(
    flywheel: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, proxy: Proxy, status: int
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    proxy.status = status
    ran = flywheel("emit", "idea", "--idea", "A-1")
    assert ran.code == 0
    assert "is there a proxy in between" in ran.err
    assert kept(tmp_path) == "A-1"


def test_a_wrong_clock_is_named_and_the_event_is_kept(
    flywheel: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, proxy: Proxy
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    proxy.status, proxy.kind = 400, "application/x-amz-json-1.1"
    proxy.body = json.dumps(
        {"__type": "InvalidSignatureException", "message": "Signature expired: 20260301T100000Z is now earlier than …"}
    ).encode()
    ran = flywheel("emit", "idea", "--idea", "A-1")
    assert ran.code == 4
    assert "clock is wrong" in ran.err
    assert kept(tmp_path) == "A-1"


@pytest.mark.parametrize("profile", ["sso", "nobody"])
def test_a_session_that_has_expired_or_a_profile_that_is_none_keeps_the_event(
    flywheel: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, profile: str
) -> None:
    monkeypatch.setenv("AWS_PROFILE", profile)
    ran = flywheel("emit", "idea", "--idea", "A-1")
    assert ran.code == 4
    assert "aws sso login" in ran.err
    assert len(ran.err.splitlines()) == 1
    assert kept(tmp_path) == "A-1"


def test_where_no_region_is_configured_the_event_is_kept_and_the_mend_told(
    flywheel: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, surroundings: Path
) -> None:
    surroundings.write_text("")
    ran = flywheel("emit", "idea", "--idea", "A-1")
    assert ran.code == 2
    assert "AWS_REGION" in ran.err
    assert kept(tmp_path) == "A-1"
