"""`flywheel slack`: the link, the secrets that nobody sees, and what a channel lacks, said exactly."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from cli.slack.manifest import SCOPES
from engine import FakeSlack
from shared.slack.token import credentials_in
from tests.unit.cli.slack.conftest import REQUEST_URL, SIGNING, Aws

Run = Callable[..., Any]


@pytest.fixture
def slack(aws: Aws) -> Any:
    with FakeSlack(channels={"#flywheel", "#old", "#closed"}) as server:
        aws.secret = server.token
        yield server


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))


def states(output: str) -> dict[str, str]:
    return {check["name"]: check["state"] for check in json.loads(output)}


def test_the_link_makes_an_app_with_every_scope_and_address(flywheel: Run, aws: Aws) -> None:
    ran = flywheel("slack", "setup")
    assert ran.code == 0
    start, _, encoded = ran.out.strip().partition("manifest_json=")
    assert start == "https://api.slack.com/apps?new_app=1&"
    manifest = json.loads(unquote(encoded))
    assert manifest["features"]["slash_commands"][0]["url"] == REQUEST_URL
    assert manifest["settings"]["interactivity"] == {"is_enabled": True, "request_url": REQUEST_URL}
    assert manifest["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert all(len(each["name"]) <= 24 and each["type"] == "message" for each in manifest["features"]["shortcuts"])


def test_token_and_signing_secret_are_kept_with_the_workspace_and_never_shown(
    flywheel: Run, aws: Aws, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, slack.token, SIGNING)
    ran = flywheel("slack", "setup", "--from-stdin", "--slack-url", slack.url)
    assert ran.code == 0
    kept = credentials_in(str(aws.secret))
    assert (kept.token, kept.signing_secrets, kept.team) == (slack.token, (SIGNING,), "T0LOOPBACK")
    assert slack.token not in ran.out + ran.err
    assert SIGNING not in ran.out + ran.err


def test_a_new_token_leaves_the_signing_secret_as_it_is(
    flywheel: Run, aws: Aws, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.secret = json.dumps({"token": "xoxb-old", "signing_secret": SIGNING})
    typed(monkeypatch, slack.token)
    flywheel("slack", "setup", "--from-stdin", "--slack-url", slack.url)
    assert credentials_in(str(aws.secret)).signing_secrets == (SIGNING,)


@pytest.mark.parametrize(
    ("lines", "field"), [(("nonsense", SIGNING), "token"), (("xoxb-1", "short"), "signing secret")]
)
def test_what_is_no_token_or_secret_is_refused_by_name(
    flywheel: Run, aws: Aws, monkeypatch: pytest.MonkeyPatch, lines: tuple[str, ...], field: str
) -> None:
    typed(monkeypatch, *lines)
    ran = flywheel("slack", "setup", "--from-stdin")
    assert (ran.code, aws.secret) == (2, None)
    assert field in ran.err


def test_a_token_that_slack_refuses_is_not_kept(
    flywheel: Run, aws: Aws, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.secret = None
    typed(monkeypatch, "xoxb-wrong", SIGNING)
    ran = flywheel("slack", "setup", "--from-stdin", "--slack-url", slack.url)
    assert (ran.code, aws.secret) == (1, None)
    assert "invalid_auth" in ran.out


def test_a_message_is_posted_edited_and_deleted(flywheel: Run, slack: FakeSlack) -> None:
    ran = flywheel("slack", "test", "#flywheel", "--slack-url", slack.url, "--json")
    assert ran.code == 0
    assert states(ran.out) == dict.fromkeys(("token", "scopes", "channel #flywheel", "post", "edit", "delete"), "ok")
    assert slack.messages == []
    assert [call.method for call in slack.calls][-3:] == ["chat.postMessage", "chat.update", "chat.delete"]


def lacking(flywheel: Run, slack: FakeSlack, channel: str) -> str:
    ran = flywheel("slack", "test", channel, "--slack-url", slack.url)
    assert ran.code == 1
    return str(ran.out)


def test_a_channel_that_the_bot_is_not_in_says_how_to_invite_it(flywheel: Run, slack: FakeSlack) -> None:
    slack.channel("#flywheel").is_member = False
    assert "/invite @Value Flywheel" in lacking(flywheel, slack, "#flywheel")
    assert "not_in_channel" in lacking(flywheel, slack, slack.channel("#flywheel").id)


def test_an_archived_channel_is_called_so(flywheel: Run, slack: FakeSlack) -> None:
    slack.channel("#old").is_archived = True
    assert "archived" in lacking(flywheel, slack, "#old")


def test_a_wrong_name_is_told_with_the_nearest(flywheel: Run, slack: FakeSlack) -> None:
    assert "nearest: #flywheel" in lacking(flywheel, slack, "#flywhel")


def test_a_missing_scope_is_named_with_what_it_is_for(flywheel: Run, slack: FakeSlack) -> None:
    slack.scopes = frozenset({"channels:read", "groups:read"})
    out = lacking(flywheel, slack, "#flywheel")
    assert "chat:write (post, edit and delete its own messages)" in out


def test_a_bare_token_with_chat_write_alone_still_posts(flywheel: Run, slack: FakeSlack) -> None:
    slack.scopes = frozenset({"chat:write"})
    ran = flywheel("slack", "test", "#flywheel", "--slack-url", slack.url, "--json")
    assert ran.code == 0
    assert states(ran.out)["scopes"] == "warning"
    assert states(ran.out)["delete"] == "ok"


def test_a_revoked_token_is_called_so(flywheel: Run, slack: FakeSlack) -> None:
    slack.fail_next(2, error="token_revoked")
    assert "install it again" in lacking(flywheel, slack, "#flywheel")


def test_edits_that_the_workspace_forbids_are_told_and_the_message_is_deleted(flywheel: Run, slack: FakeSlack) -> None:
    slack.close_edit_window()
    assert "edit_window_closed" in lacking(flywheel, slack, "#flywheel")
    assert slack.messages == []


def test_without_a_token_the_command_that_puts_one_in_is_named(flywheel: Run, aws: Aws) -> None:
    ran = flywheel("slack", "test", "#flywheel")
    assert ran.code == 1
    assert "flywheel slack setup" in ran.err


def test_a_webhooks_address_is_kept_beside_the_token_and_never_shown(
    flywheel: Run, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.secret = json.dumps({"token": "xoxb-old", "signing_secret": SIGNING})
    address = "https://hooks.slack.com/services/T0001/B0001/abcdefghijklmn"
    typed(monkeypatch, address)
    ran = flywheel("slack", "setup", "--webhook", "#ops", "--from-stdin")
    kept = credentials_in(str(aws.secret))
    assert (ran.code, kept.webhooks, kept.token) == (0, {"#ops": address}, "xoxb-old")
    assert address not in ran.out + ran.err
    typed(monkeypatch, "https://evil.example/services/x")
    assert flywheel("slack", "setup", "--webhook", "#ops", "--from-stdin").code == 2


def test_a_channel_of_a_webhook_is_posted_to_by_it(flywheel: Run, aws: Aws, slack: FakeSlack, tmp_path: Path) -> None:
    config = tmp_path / "flywheel.toml"
    config.write_text('[slack]\nwebhooks = ["#flywheel"]\n')
    options = ("--config", str(config), "--slack-url", slack.url)
    ran = flywheel("slack", "test", "#flywheel", *options)
    assert (ran.code, "slack setup --webhook" in ran.out) == (1, True)
    aws.secret = json.dumps({"webhooks": {"#flywheel": slack.webhook("#flywheel")}})
    assert flywheel("slack", "test", "#flywheel", *options).code == 0
    assert len(slack.in_channel("#flywheel")) == 1
