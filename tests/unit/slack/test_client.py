"""One call, one answer or one typed error; the token is read again once when Slack calls it invalid."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from engine import LOOPBACK_TOKEN, FakeSlack
from shared.slack import client as edge
from shared.slack.client import (
    SlackBlocksError,
    SlackClient,
    SlackMessageGoneError,
    SlackRateLimitedError,
    SlackRefusedError,
    SlackTokenError,
    SlackUnavailableError,
)
from shared.slack.token import SecretToken


def client_of(slack: FakeSlack) -> SlackClient:
    return SlackClient(lambda _fresh: LOOPBACK_TOKEN, slack.url)


def test_a_post_answers_with_channel_and_ts(slack: FakeSlack) -> None:
    assert client_of(slack).post("#a", "x", []) == (slack.messages[0].channel_id, slack.messages[0].ts)


def test_an_edit_without_blocks_leaves_none_of_those_that_were_there(slack: FakeSlack) -> None:
    channel, ts = client_of(slack).post("#a", "x", [{"type": "divider"}])
    client_of(slack).update(channel, ts, "the text alone", [])
    assert slack.messages[0].blocks == []


def test_a_post_mentions_and_unfurls_nothing(slack: FakeSlack) -> None:
    client_of(slack).post("#a", "x", [])
    body = slack.calls[0].body
    assert (body["link_names"], body["parse"], body["unfurl_links"], body["unfurl_media"]) == (
        False,
        "none",
        False,
        False,
    )


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 429, "retry_after": 3}, SlackRateLimitedError),
        ({"error": "ratelimited"}, SlackUnavailableError),
        ({"status": 500}, SlackUnavailableError),
        ({"status": 404}, SlackUnavailableError),
        ({"refused": True}, SlackUnavailableError),
        ({"lost": True}, SlackUnavailableError),
        ({"error": "channel_not_found"}, SlackRefusedError),
        ({"error": "invalid_blocks"}, SlackBlocksError),
        ({"error": "message_not_found"}, SlackMessageGoneError),
        ({"error": "Received a response in a non-JSON format: <html>"}, SlackUnavailableError),
    ],
)
def test_each_failure_is_told_apart_by_type(slack: FakeSlack, fault: dict[str, Any], error: type[Exception]) -> None:
    slack.fail_next(**fault)
    with pytest.raises(error) as caught:
        client_of(slack).post("#a", "x", [])
    assert type(caught.value) is error


@pytest.mark.parametrize(("header", "seconds"), [(7, 7), (0, 1), (None, 30)])
def test_retry_after_is_at_least_a_second_and_half_a_minute_where_unsaid(
    slack: FakeSlack, header: int | None, seconds: int
) -> None:
    slack.fail_next(status=429, retry_after=header)
    with pytest.raises(SlackRateLimitedError) as caught:
        client_of(slack).post("#a", "x", [])
    assert caught.value.retry_after == seconds


def test_a_time_out_is_no_answer(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "TIMEOUT_SECONDS", 0.2)
    slack.fail_next(lost=True, hang_seconds=3)
    with pytest.raises(SlackUnavailableError):
        client_of(slack).post("#a", "x", [])


def test_the_client_itself_never_tries_twice(slack: FakeSlack) -> None:
    slack.fail_next(status=500)
    with pytest.raises(SlackUnavailableError):
        client_of(slack).post("#a", "x", [])
    assert len(slack.calls) == 1


class Secrets:
    """A secret in memory, in Secrets Manager's own shape."""

    def __init__(self, *values: str) -> None:
        self.values = list(values)
        self.reads = 0

    def get_secret_value(self, SecretId: str) -> dict[str, str]:
        self.reads += 1
        if not self.values:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetSecretValue")
        return {"SecretString": self.values[min(self.reads, len(self.values)) - 1]}


def test_a_rotated_token_is_read_again_once_and_the_message_goes_out(slack: FakeSlack) -> None:
    clock = [0.0]
    token = SecretToken(Secrets("xoxb-old", LOOPBACK_TOKEN), "arn", lambda: clock[0])
    assert token(False) == "xoxb-old"
    clock[0] = 60
    SlackClient(token, slack.url).post("#a", "x", [])
    assert [call.answer for call in slack.calls] == ["invalid_auth", "ok"]


def test_a_token_that_stays_invalid_is_refused_after_two_calls(slack: FakeSlack) -> None:
    client = SlackClient(SecretToken(Secrets("xoxb-old"), "arn", lambda: 0.0), slack.url)
    with pytest.raises(SlackTokenError):
        client.post("#a", "x", [])
    assert len(slack.calls) == 2


def test_a_token_is_kept_five_minutes() -> None:
    clock, secrets = [0.0], Secrets("one", "two")
    token = SecretToken(secrets, "arn", lambda: clock[0])
    assert [token(False), token(False)] == ["one", "one"]
    clock[0] = 299
    assert token(False) == "one"
    clock[0] = 300
    assert (token(False), secrets.reads) == ("two", 2)


def test_an_invalid_token_is_not_asked_for_again_by_every_message() -> None:
    secrets = Secrets("old")
    token = SecretToken(secrets, "arn", lambda: 0.0)
    for _ in range(50):
        token(True)
    assert secrets.reads == 1


@pytest.mark.parametrize("secret", ["xoxb-1", " xoxb-1\n", '{"token": "xoxb-1"}'])
def test_the_token_may_be_plain_or_json(secret: str) -> None:
    assert SecretToken(Secrets(secret), "arn")(False) == "xoxb-1"


@pytest.mark.parametrize("values", [(), ("",), ("{}",), ('{"token": 1}',), ("{",)])
def test_no_token_yet_is_something_a_person_must_mend(slack: FakeSlack, values: tuple[str, ...]) -> None:
    client = SlackClient(SecretToken(Secrets(*values), "arn"), slack.url)
    with pytest.raises(SlackTokenError, match="no token in the secret yet"):
        client.post("#a", "x", [])
