"""The loopback Slack speaks as Slack does: through the real slack_sdk client."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from engine import LOOPBACK_TOKEN, FakeSlack


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as server:
        yield server


def client(slack: FakeSlack, token: str = LOOPBACK_TOKEN, timeout: int = 2) -> WebClient:
    return WebClient(token, base_url=slack.url, timeout=timeout, retry_handlers=[])


def test_a_posted_message_is_kept_and_can_be_edited(slack: FakeSlack) -> None:
    posted = client(slack).chat_postMessage(channel="#a", text="one")
    client(slack).chat_update(channel="#a", ts=posted["ts"], text="two")
    [message] = slack.in_channel("a")
    assert (message.text, message.edits, message.ts) == ("two", 1, posted["ts"])


def test_a_wrong_token_is_refused_as_slack_does(slack: FakeSlack) -> None:
    with pytest.raises(SlackApiError) as caught:
        client(slack, "xoxb-other").auth_test()
    assert caught.value.response["error"] == "invalid_auth"


def test_an_unknown_channel_is_not_found() -> None:
    with FakeSlack(channels={"#known"}) as slack, pytest.raises(SlackApiError) as caught:
        client(slack).chat_postMessage(channel="#other", text="x")
    assert caught.value.response["error"] == "channel_not_found"


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}],
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}],
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}],
        [{"type": "context", "elements": []}],
        [{"type": "divider"}] * 51,
        [{"type": "confetti"}],
    ],
)
def test_blocks_beyond_the_limits_are_invalid(slack: FakeSlack, blocks: list[dict[str, object]]) -> None:
    with pytest.raises(SlackApiError) as caught:
        client(slack).chat_postMessage(channel="#a", text="x", blocks=blocks)
    assert caught.value.response["error"] == "invalid_blocks"
    assert not slack.messages


def test_a_rate_limit_carries_retry_after(slack: FakeSlack) -> None:
    slack.fail_next(status=429, retry_after=7, error="ratelimited")
    with pytest.raises(SlackApiError) as caught:
        client(slack).chat_postMessage(channel="#a", text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    client(slack).chat_postMessage(channel="#a", text="x")
    assert len(slack.messages) == 1


def test_down_closes_the_connection_and_up_answers_again(slack: FakeSlack) -> None:
    slack.down()
    with pytest.raises(OSError, match=r"closed|reset"):
        client(slack).auth_test()
    slack.up()
    assert client(slack).auth_test()["ok"]


def test_a_lost_answer_still_posts_the_message(slack: FakeSlack) -> None:
    slack.fail_next(lost=True)
    with pytest.raises(OSError, match=r"closed|reset"):
        client(slack).chat_postMessage(channel="#a", text="x")
    assert [message.text for message in slack.messages] == ["x"]


def test_a_time_out_after_accept_still_posts_the_message(slack: FakeSlack) -> None:
    slack.fail_next(lost=True, hang_seconds=5)
    with pytest.raises(TimeoutError):
        client(slack, timeout=1).chat_postMessage(channel="#a", text="x")
    assert [message.text for message in slack.messages] == ["x"]


def test_a_fault_of_one_method_leaves_the_others_alone(slack: FakeSlack) -> None:
    slack.fail_next(method="chat.update", status=500)
    assert client(slack).chat_postMessage(channel="#a", text="x")["ok"]


def test_a_journal_keeps_the_messages_over_a_restart(tmp_path: Path) -> None:
    journal = tmp_path / "slack.jsonl"
    with FakeSlack(journal=journal) as first:
        ts = client(first).chat_postMessage(channel="#a", text="one")["ts"]
        client(first).chat_update(channel="#a", ts=ts, text="two")
    with journal.open("ab") as file:
        file.write(b'{"channel": "#cut')
    with FakeSlack(journal=journal) as second:
        assert [(m.text, m.edits) for m in second.messages] == [("two", 1)]
