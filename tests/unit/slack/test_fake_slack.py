"""The loopback Slack speaks as Slack does: through the real slack_sdk client."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from engine import LOOPBACK_TOKEN, FakeSlack, FaultParts
from engine.slack.pace import Pace
from shared.slack.errors import SlackRefusedError, SlackUnavailableError
from shared.slack.web import Web
from shared.slack.webhook import Webhook

DIVIDER = [{"type": "divider"}]


def error_of(call: Callable[[], object]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as server:
        yield server


def client(slack: FakeSlack, token: str = LOOPBACK_TOKEN, timeout: int = 2) -> WebClient:
    return WebClient(token, base_url=slack.url, timeout=timeout, retry_handlers=[])


def test_a_posted_message_is_kept_and_can_be_edited(slack: FakeSlack) -> None:
    posted = client(slack).chat_postMessage(channel="#a", text="one")
    client(slack).chat_update(channel=posted["channel"], ts=posted["ts"], text="two")
    [message] = slack.in_channel("a")
    assert (message.text, message.edits, message.ts) == ("two", 1, posted["ts"])


def test_a_wrong_token_is_refused_as_slack_does(slack: FakeSlack) -> None:
    with pytest.raises(SlackApiError) as caught:
        client(slack, "xoxb-other").auth_test()
    assert caught.value.response["error"] == "invalid_auth"


def test_an_edit_names_its_channel_by_id(slack: FakeSlack) -> None:
    posted = client(slack).chat_postMessage(channel="#a", text="one")
    assert error_of(lambda: client(slack).chat_update(channel="#a", ts=posted["ts"], text="two")) == "channel_not_found"


def test_an_edit_without_blocks_leaves_them_as_they_are(slack: FakeSlack) -> None:
    posted = client(slack).chat_postMessage(channel="#a", text="one", blocks=DIVIDER)
    client(slack).chat_update(channel=posted["channel"], ts=posted["ts"], text="two")
    assert slack.messages[0].blocks == DIVIDER
    client(slack).chat_update(channel=posted["channel"], ts=posted["ts"], text="two", blocks=[])
    assert slack.messages[0].blocks == []


def test_a_reply_is_in_its_thread_and_in_view_only_where_it_is_broadcast(slack: FakeSlack) -> None:
    parent = client(slack).chat_postMessage(channel="#a", text="card")
    for text, broadcast in (("evidence", False), ("delivered", True)):
        posted = client(slack).chat_postMessage(
            channel=parent["channel"], text=text, thread_ts=parent["ts"], reply_broadcast=broadcast
        )
        assert posted["message"]["thread_ts"] == parent["ts"]
    assert [message.text for message in slack.in_view("#a")] == ["card", "delivered"]
    assert [message.text for message in slack.thread("#a", parent["ts"])] == ["evidence", "delivered"]


def test_a_reply_to_a_reply_is_in_the_same_thread(slack: FakeSlack) -> None:
    parent = client(slack).chat_postMessage(channel="#a", text="card")
    reply = client(slack).chat_postMessage(channel="#a", text="one", thread_ts=parent["ts"])
    again = client(slack).chat_postMessage(channel="#a", text="two", thread_ts=reply["ts"])
    assert again["message"]["thread_ts"] == parent["ts"]


def test_a_reply_to_a_message_that_people_deleted_silently_becomes_one_of_the_channel(slack: FakeSlack) -> None:
    parent = client(slack).chat_postMessage(channel="#a", text="card")
    slack.delete("#a", parent["ts"])
    reply = client(slack).chat_postMessage(channel="#a", text="lost", thread_ts=parent["ts"])
    assert "thread_ts" not in reply["message"]
    assert [message.text for message in slack.in_view("#a")] == ["lost"]


def test_a_thread_outlives_the_deletion_of_its_first_message(slack: FakeSlack) -> None:
    parent = client(slack).chat_postMessage(channel="#a", text="card")
    client(slack).chat_postMessage(channel="#a", text="one", thread_ts=parent["ts"])
    slack.delete("#a", parent["ts"])
    reply = client(slack).chat_postMessage(channel="#a", text="two", thread_ts=parent["ts"])
    assert reply["message"]["thread_ts"] == parent["ts"]


def test_what_people_deleted_is_neither_edited_nor_linked_to(slack: FakeSlack) -> None:
    posted = client(slack).chat_postMessage(channel="#a", text="card")
    slack.delete("#a", posted["ts"])
    place = {"channel": posted["channel"]}
    assert error_of(lambda: client(slack).chat_update(**place, ts=posted["ts"], text="x")) == "message_not_found"
    assert error_of(lambda: client(slack).chat_delete(**place, ts=posted["ts"])) == "message_not_found"
    assert error_of(lambda: client(slack).chat_getPermalink(**place, message_ts=posted["ts"])) == "message_not_found"


def test_what_people_say_is_not_the_bots_to_change(slack: FakeSlack) -> None:
    theirs = slack.say("#a", "lunch?")
    channel, ts = theirs.channel_id, theirs.ts
    assert error_of(lambda: client(slack).chat_update(channel=channel, ts=ts, text="x")) == "cant_update_message"
    assert error_of(lambda: client(slack).chat_delete(channel=channel, ts=ts)) == "cant_delete_message"


def test_a_workspace_may_close_the_time_for_edits(slack: FakeSlack) -> None:
    posted = client(slack).chat_postMessage(channel="#a", text="one")
    slack.close_edit_window()
    edit = {"channel": posted["channel"], "ts": posted["ts"], "text": "two"}
    assert error_of(lambda: client(slack).chat_update(**edit)) == "edit_window_closed"


def test_a_permalink_names_channel_and_message(slack: FakeSlack) -> None:
    posted = client(slack).chat_postMessage(channel="#a", text="one")
    link = client(slack).chat_getPermalink(channel=posted["channel"], message_ts=posted["ts"])["permalink"]
    assert link.endswith(f"/archives/{posted['channel']}/p{posted['ts'].replace('.', '')}")


def test_an_archived_channel_takes_neither_posts_nor_edits(slack: FakeSlack) -> None:
    posted = client(slack).chat_postMessage(channel="#a", text="one")
    slack.channel("#a").is_archived = True
    assert error_of(lambda: client(slack).chat_postMessage(channel="#a", text="x")) == "is_archived"
    edit = {"channel": posted["channel"], "ts": posted["ts"], "text": "two"}
    assert error_of(lambda: client(slack).chat_update(**edit)) == "is_inactive"


def test_a_bot_that_was_not_invited_is_told_so(slack: FakeSlack) -> None:
    slack.channel("#a").is_member = False
    assert error_of(lambda: client(slack).chat_postMessage(channel="#a", text="x")) == "not_in_channel"


def test_a_method_beyond_the_tokens_scopes_names_the_missing_one(slack: FakeSlack) -> None:
    slack.scopes = frozenset({"chat:write"})
    with pytest.raises(SlackApiError) as caught:
        client(slack).conversations_list()
    assert (caught.value.response["error"], caught.value.response["needed"]) == (
        "missing_scope",
        "channels:read,groups:read",
    )
    assert client(slack).auth_test().headers["x-oauth-scopes"] == "chat:write"


def test_channels_are_listed_in_pages_without_those_that_the_bot_cannot_see() -> None:
    with FakeSlack(channels={"#a", "#b", "#c", "#secret"}) as slack:
        slack.channel("#b").is_archived = True
        secret = slack.channel("#secret")
        secret.is_private, secret.is_member = True, False
        types = "public_channel,private_channel"
        first = client(slack).conversations_list(limit=1, exclude_archived=True, types=types)
        rest = client(slack).conversations_list(
            limit=9, exclude_archived=True, types=types, cursor=first["response_metadata"]["next_cursor"]
        )
    assert [each["name"] for page in (first, rest) for each in page["channels"]] == ["a", "c"]


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


def test_a_channel_takes_a_message_a_second_and_another_channel_its_own() -> None:
    now = 100.0
    with FakeSlack(clock=lambda: now) as slack:
        slack.paced = True
        for _ in range(3):
            client(slack).chat_postMessage(channel="#a", text="a short burst")
        with pytest.raises(SlackApiError) as caught:
            client(slack).chat_postMessage(channel="#a", text="one too many")
        assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "1")
        client(slack).chat_postMessage(channel="#b", text="x")
        now += 1
        client(slack).chat_postMessage(channel="#a", text="in time")
    assert [message.text for message in slack.in_channel("#a")] == ["a short burst"] * 3 + ["in time"]


def test_edits_are_limited_by_the_minute() -> None:
    pace = Pace()
    assert [pace.retry_after("chat.update", "", second) for second in range(51)] == [None] * 50 + [10]
    assert pace.retry_after("chat.update", "", 60) is None


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
        posted = client(first).chat_postMessage(channel="#a", text="one")
        client(first).chat_update(channel=posted["channel"], ts=posted["ts"], text="two")
    with journal.open("ab") as file:
        file.write(b'{"channel": "#cut')
    with FakeSlack(journal=journal) as second:
        assert [(m.text, m.edits) for m in second.messages] == [("two", 1)]


def test_a_response_url_is_good_for_five_words_and_half_an_hour() -> None:
    now = 100.0
    with FakeSlack(clock=lambda: now) as slack:
        web = Web(lambda _fresh: LOOPBACK_TOKEN, slack.url)
        address, late = slack.response_url("U1"), slack.response_url("U2")
        for _ in range(5):
            web.answer(address, {"text": "x"})
        with pytest.raises(SlackRefusedError, match="used_url"):
            web.answer(address, {"text": "x"})
        now += 1801
        with pytest.raises(SlackRefusedError, match="expired_url"):
            web.answer(late, {"text": "x"})
        assert len(slack.seen) == 5


@pytest.mark.parametrize("fault", [{"lost": True}, {"refused": True}])
def test_a_webhook_and_a_response_url_may_be_left_unanswered(slack: FakeSlack, fault: FaultParts) -> None:
    slack.fail_next(method="webhook", **fault)
    with pytest.raises(SlackUnavailableError):
        Webhook(lambda _fresh: {"#a": slack.webhook("#a")}, slack.url).post("#a", "x", [])
    slack.fail_next(method="respond", **fault)
    with pytest.raises(SlackUnavailableError):
        Web(lambda _fresh: LOOPBACK_TOKEN, slack.url).answer(slack.response_url("U1"), {"text": "x"})
    assert len(slack.messages) == len(slack.seen) == bool(fault.get("lost"))
