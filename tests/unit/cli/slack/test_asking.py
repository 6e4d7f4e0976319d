"""`flywheel slack ask`: a command signed and sent as Slack does, its answer shown, and timed."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest

from cli.slack.api import SLACK, api_of
from cli.slack.asking import Answered
from cli.slack.secret import Vault
from cli.target import target_of
from engine import FakeSlack
from shared.interaction.entrance import SIGNATURE
from shared.slack.token import Credentials, secret_of
from shared.sources.delivery import Delivery
from tests.unit.cli.slack.conftest import SIGNING, Aws

Run = Callable[..., Any]
SEEN = {"response_type": "ephemeral", "text": "Turning, steady.", "blocks": []}


class Stack:
    """What answers at the address that Slack calls: it proves the signature, and keeps the form."""

    def __init__(self) -> None:
        self.forms: list[dict[str, str]] = []
        self.status = 200
        stack = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                now = float(self.headers["X-Slack-Request-Timestamp"])
                SIGNATURE.verify(Delivery({k.lower(): v for k, v in self.headers.items()}, body), [SIGNING], now)
                stack.forms.append({name: value for name, [value] in parse_qs(body.decode()).items()})
                self.send_response(stack.status)
                self.end_headers()
                self.wfile.write(json.dumps(SEEN if stack.status == 200 else {"error": "unauthorized"}).encode())

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    made = Stack()
    thread = Thread(target=made.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{made.server.server_address[1]}/slack"
    monkeypatch.setattr(Vault, "request_url", property(lambda _: url))
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def slack(aws: Aws) -> Iterator[FakeSlack]:
    with FakeSlack(channels={"#flywheel"}) as server:
        aws.secret = secret_of(Credentials(token=server.token, signing_secrets=(SIGNING,)))
        yield server


def test_a_command_is_asked_signed_from_its_channel_by_id(flywheel: Run, slack: FakeSlack, stack: Stack) -> None:
    ran = flywheel("slack", "ask", "why", "lead_time_hours", "--channel", "#flywheel", "--slack-url", slack.url)
    assert ran.code == 0
    assert "Turning, steady." in ran.out
    assert "answered after" in ran.err
    [form] = stack.forms
    assert form == {
        "command": "/flywheel",
        "text": "why lead_time_hours",
        "team_id": "T0LOOPBACK",
        "user_id": "U0LOOPBACK",
        "channel_id": slack.channel("#flywheel").id,
    }


def test_what_opens_a_form_is_left_to_slack(flywheel: Run, slack: FakeSlack, stack: Stack) -> None:
    ran = flywheel("slack", "ask", "idea", "--channel", "#flywheel", "--slack-url", slack.url)
    assert (ran.code, stack.forms) == (2, [])
    assert "WORDS: got 'idea', expected one of status, turns, tenets, why, help" in ran.err


@pytest.mark.parametrize(
    ("secret", "channel", "why"),
    [
        ("xoxb-bare", "#flywheel", "flywheel slack setup"),
        (None, "#flywheel", "flywheel slack setup"),
        ("", "#flywhel", "nearest: #flywheel"),
    ],
)
def test_what_is_missing_is_named(
    flywheel: Run,
    slack: FakeSlack,
    stack: Stack,
    aws: Aws,
    secret: str | None,
    channel: str,
    why: str,
) -> None:
    aws.secret = secret if secret or secret is None else aws.secret
    ran = flywheel("slack", "ask", "--channel", channel, "--slack-url", slack.url)
    assert (ran.code, stack.forms) == (1, [])
    assert why in ran.err


def test_a_refusal_of_the_stack_is_told(flywheel: Run, slack: FakeSlack, stack: Stack) -> None:
    stack.status = 401
    ran = flywheel("slack", "ask", "--channel", "#flywheel", "--slack-url", slack.url)
    assert ran.code == 1
    assert "answered 401: unauthorized" in ran.err


def test_an_answer_that_slack_would_not_have_waited_for_is_a_failure(
    flywheel: Run, slack: FakeSlack, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.slack.asking.ask", lambda *_: Answered(3.1, "late", []))
    ran = flywheel("slack", "ask", "--channel", "#flywheel", "--slack-url", slack.url)
    assert ran.code == 1
    assert "Slack waits 3 s" in ran.err


def test_slack_is_slacks_own_but_beside_an_engine() -> None:
    assert api_of(target_of("flywheel-prod"), None) == SLACK
    assert api_of(target_of("flywheel-prod"), "http://127.0.0.1:1/") == "http://127.0.0.1:1/"
    assert api_of(target_of(None, endpoint_url="http://127.0.0.1:9"), None) is None
