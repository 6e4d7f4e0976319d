"""The quick way to Slack: one call, one answer or one typed error."""

from typing import Any

import pytest

from engine import FakeSlack
from shared.slack.errors import (
    SlackError,
    SlackMessageGoneError,
    SlackRateLimitedError,
    SlackRefusedError,
    SlackScopeError,
    SlackUnavailableError,
)
from shared.slack.web import Web


def web_of(slack: FakeSlack) -> Web:
    return Web(lambda _fresh: slack.token, slack.url)


def test_a_call_is_answered_and_its_scopes_are_told(slack: FakeSlack) -> None:
    web = web_of(slack)
    assert web.call("auth.test")["team_id"] == "T0LOOPBACK"
    assert "chat:write" in web.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 429, "retry_after": 3}, SlackRateLimitedError),
        ({"status": 500}, SlackUnavailableError),
        ({"refused": True}, SlackUnavailableError),
        ({"error": "channel_not_found"}, SlackRefusedError),
        ({"error": "message_not_found"}, SlackMessageGoneError),
    ],
)
def test_each_failure_is_told_apart_by_type(slack: FakeSlack, fault: dict[str, Any], error: type[SlackError]) -> None:
    slack.fail_next(**fault)
    with pytest.raises(error) as caught:
        web_of(slack).call("auth.test")
    assert type(caught.value) is error


def test_a_missing_scope_says_which(slack: FakeSlack) -> None:
    slack.scopes = frozenset({"chat:write"})
    with pytest.raises(SlackScopeError) as caught:
        web_of(slack).call("users.info", user="U1")
    assert caught.value.needed == "users:read"


def test_a_refused_token_is_asked_for_once_more(slack: FakeSlack) -> None:
    web = Web(lambda fresh: slack.token if fresh else "xoxb-old", slack.url)
    assert web.call("auth.test")["ok"]


def test_a_connection_that_slack_closed_meanwhile_is_made_again(slack: FakeSlack) -> None:
    web = web_of(slack)
    web.call("auth.test")
    slack.fail_next(refused=True)
    assert web.call("auth.test")["ok"]


@pytest.mark.parametrize(
    "address", ["https://evil.example/respond", "http://hooks.slack.com/x", "ftp://slack.com/", ""]
)
def test_nothing_is_told_at_an_address_that_is_not_slacks(slack: FakeSlack, address: str) -> None:
    with pytest.raises(SlackRefusedError, match="invalid_response_url"):
        web_of(slack).answer(address, {"text": "x"})


def test_one_person_is_told_something(slack: FakeSlack) -> None:
    web_of(slack).answer(slack.response_url("U1"), {"text": "x"})
    assert [(seen.user, seen.text) for seen in slack.seen] == [("U1", "x")]
