"""Region and credentials as AWS's own tools have them; whatever answers in AWS's place, a sentence and no traceback."""

import json
import os
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from botocore.loaders import JSONFileLoader

from cli.bus import Sender
from cli.failure import CommandError
from cli.figures.from_stack import store_of, telling_errors
from cli.target import target_of

Run = Callable[..., Any]
PAGE = b"<html><body>Sign in to the guest network</body></html>"
READ_MODEL = JSONFileLoader.load_file
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "of-nobody"}


@cache
def read_model(file: str) -> Any:
    """botocore's description of a service, read once for all sessions."""
    return READ_MODEL(JSONFileLoader(), file)


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
    monkeypatch.setattr(JSONFileLoader, "load_file", lambda _, file: read_model(file))
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
        self.query_body = b""
        """What services are answered that speak XML, where it is something else."""
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                is_query = self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
                body = proxy.query_body if is_query and proxy.query_body else proxy.body
                self.send_response(proxy.status)
                self.send_header("Content-Type", proxy.kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    for name, value in {**KEYS, "AWS_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(name, value)
    answering = Proxy()
    thread = Thread(target=answering.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield answering
    answering.server.shutdown()
    answering.server.server_close()
    thread.join()


EVENT = {
    "source": "ci",
    "detail-type": "Idea Proposed",
    "detail": {"id": "1", "time": "2026-03-01T10:00:00Z", "idea": "A-1"},
}
COMMANDS = (
    "emit idea --idea A-1 --strict --unsent kept.jsonl",
    "emit idea --idea A-1 --wait --strict --unsent kept.jsonl",
    "emit --resend --strict",
    "replay events.jsonl",
    "replay deliveries.jsonl --hook github",
    "hook list",
    "hook add github",
    "hook rotate github",
    "hook test github",
    "report",
    "board --out board.html",
    "explain dora.deployments",
    "preview",
    "trace idea-1",
    "ledger",
    "redrive --dry-run",
    "rebuild",
    "delete-flywheel checkout",
    "doctor",
    "slack setup",
    "slack test #checkout",
)
"""Every command that asks AWS."""
HERE = "the proxy's address"
EXPIRED = "Signature expired: 20260301T100000Z is now earlier than …"
SKEWED = json.dumps({"__type": "InvalidSignatureException", "message": EXPIRED})
SKEWED_XML = (
    f"<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>{EXPIRED}</Message></Error></ErrorResponse>"
)
TROUBLES: dict[str, tuple[dict[str, str], int, bytes]] = {
    "a page": ({**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": HERE}, 200, PAGE),
    "a page and an error": ({**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": HERE}, 407, PAGE),
    "an error of a gateway": ({**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": HERE}, 502, PAGE),
    "a sentence": ({**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": HERE}, 200, b"blocked by policy"),
    "nothing": ({**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": HERE}, 200, b""),
    "no answer of this service": ({**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": HERE}, 200, b"{}"),
    "a list": ({**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": HERE}, 200, b"[1]"),
    "a wrong clock": ({**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": HERE}, 400, SKEWED.encode()),
    "nobody there": ({**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, 0, b""),
    "a proxy that is not there": ({**KEYS, "AWS_REGION": "eu-west-1", "HTTPS_PROXY": "http://127.0.0.1:9"}, 0, b""),
    "an address that is none": ({**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "nonsense"}, 0, b""),
    "an expired session": ({"AWS_PROFILE": "sso"}, 0, b""),
    "an unknown profile": ({"AWS_PROFILE": "nobody"}, 0, b""),
    "no credentials": ({"AWS_REGION": "eu-west-1"}, 0, b""),
    "a region that is none": ({**KEYS, "AWS_REGION": "eu west"}, 0, b""),
    "no region": ({**KEYS, "AWS_CONFIG_FILE": "nowhere"}, 0, b""),
    "a configuration that is none": ({**KEYS, "AWS_CONFIG_FILE": "events.jsonl"}, 0, b""),
    "a token's file that is not there": (
        {"AWS_REGION": "eu-west-1", "AWS_ROLE_ARN": "arn:aws:iam::1:role/r", "AWS_WEB_IDENTITY_TOKEN_FILE": "nowhere"},
        0,
        b"",
    ),
    "certificates that are not there": ({**KEYS, "AWS_REGION": "eu-west-1", "AWS_CA_BUNDLE": "nowhere.pem"}, 0, b""),
}


@pytest.mark.slow
@pytest.mark.parametrize("trouble", TROUBLES)
def test_whatever_is_in_the_way_every_command_ends_in_a_sentence_and_an_event_is_kept(
    flywheel: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, proxy: Proxy, trouble: str
) -> None:
    for name in ("AWS_REGION", *KEYS):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "events.jsonl").write_text(json.dumps(EVENT))
    (tmp_path / "deliveries.jsonl").write_text(json.dumps({"headers": {}, "body": {}}))
    variables, proxy.status, proxy.body = TROUBLES[trouble]
    proxy.query_body = SKEWED_XML.encode() if trouble == "a wrong clock" else b""
    for name, value in variables.items():
        monkeypatch.setenv(name, proxy.url if value is HERE else value)
    for command in COMMANDS:
        (tmp_path / "unsent.jsonl").write_text(json.dumps(EVENT) + "\n")
        (tmp_path / "kept.jsonl").unlink(missing_ok=True)
        ran = flywheel(*command.split())
        assert ran.code in {1, 2, 4}, (command, ran)
        assert "Traceback" not in ran.err + ran.out, (command, ran)
        assert len([line for line in ran.err.splitlines() if line.startswith("error: ")]) == (command != "doctor")
        if command.startswith("emit"):
            of_the_command = "unsent.jsonl" if "--resend" in command else "kept.jsonl"
            assert kept(tmp_path, of_the_command) == "A-1", (command, ran)
        if command == "doctor":
            assert "→" in ran.out, "a failure has its mend"


def kept(folder: Path, file: str = "unsent.jsonl") -> str:
    return str(json.loads((folder / file).read_text())["detail"]["idea"])


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


def test_an_expired_session_is_not_taken_for_a_stack_that_is_not_there(
    flywheel: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "sso")
    ran = flywheel("report")
    assert ran.code == 4
    assert "aws sso login" in ran.err


def test_the_address_of_one_service_counts_before_that_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:2")
    assert target_of().client("ssm").meta.endpoint_url == "http://127.0.0.1:2"
    assert target_of(endpoint_url="http://127.0.0.1:3").client("ssm").meta.endpoint_url == "http://127.0.0.1:3"


def test_whoever_says_who_they_are_is_not_taken_for_nobody_beside_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "token")
    target_of()
    assert "AWS_ACCESS_KEY_ID" not in os.environ
    monkeypatch.delenv("AWS_WEB_IDENTITY_TOKEN_FILE")
    target_of()
    assert os.environ["AWS_ACCESS_KEY_ID"] == "embedded"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


def test_what_is_answered_by_the_table_and_is_none_of_its_answers_is_a_sentence(proxy: Proxy) -> None:
    store = store_of(target_of(endpoint_url=proxy.url), "flywheel-dev")
    with pytest.raises(CommandError, match="is there a proxy in between"), telling_errors(target_of()):
        store.hints.wheels()
