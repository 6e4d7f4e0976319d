"""Three ways to arrive: the bot, an incoming webhook, Amazon Q by a topic; each channel has one."""

import json
import re
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from engine import FakeSlack
from shared.flywheel.settings.file import ConfigError, load
from shared.slack.blocks import message_of
from shared.slack.client import SlackClient
from shared.slack.errors import (
    SlackBlocksError,
    SlackError,
    SlackMessageGoneError,
    SlackRateLimitedError,
    SlackRefusedError,
    SlackTokenError,
    SlackUnavailableError,
)
from shared.slack.escaping import mrkdwn, plain
from shared.slack.stamps import NOWHERE, is_ts
from shared.slack.topic import Topic, notification
from shared.slack.ways import Ways
from shared.slack.webhook import Webhook
from tests.fakes.amazon_q import NotShownError, notification_in
from tests.fakes.errors import refusal
from tests.hostile import HOSTILE
from tests.unit.slack.post import Sns
from tests.unit.summaries.situations import SITUATIONS

ARN = "arn:aws:sns:eu-west-1:123456789012:leads"
SETTINGS = load(f'[slack]\nwebhooks = ["#ops"]\ntopics = {{ "#leads" = "{ARN}" }}\n')
BUTTONS: list[dict[str, Any]] = [
    {"type": "header", "text": {"type": "plain_text", "text": "Checkout turns"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Delivered* in 9 d"}},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Useful"}},
            {
                "type": "button",
                "action_id": "b",
                "text": {"type": "plain_text", "text": "Board"},
                "url": "https://b.example",
            },
        ],
    },
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "84 days"}]},
]


class Around:
    """Slack, SNS, and the ways into channels."""

    def __init__(self, slack: FakeSlack) -> None:
        self.slack, self.sns = slack, Sns()
        self.addresses = {"#ops": slack.webhook("#ops")}
        self.webhook = Webhook(lambda _fresh: self.addresses, slack.url)
        self.topic = Topic(lambda: self.sns, SETTINGS.slack.topics)
        bot = SlackClient(lambda _fresh: slack.token, slack.url)
        self.ways = Ways(SETTINGS, bot, self.webhook, self.topic)


@pytest.fixture
def made(slack: FakeSlack) -> Around:
    return Around(slack)


def test_each_channel_is_posted_to_by_its_own_way(made: Around) -> None:
    for channel in ("#team", "#ops", "#leads"):
        made.ways.post(channel, "x", [])
    assert [call.method for call in made.slack.calls] == ["chat.postMessage", "webhook"]
    assert [arn for arn, _ in made.sns.published] == [ARN]


def test_what_went_by_a_webhook_or_a_topic_cannot_be_found_again(made: Around) -> None:
    for channel in ("#ops", "#leads"):
        place, stamp = made.ways.post(channel, "x", [])
        assert (place, is_ts(stamp)) == (channel, False)
        with pytest.raises(SlackMessageGoneError):
            made.ways.permalink(place, stamp)
    place, stamp = made.ways.post("#team", "x", [])
    assert is_ts(stamp)


def test_a_thread_that_began_another_way_is_none_for_the_bot(made: Around) -> None:
    for stamp in (NOWHERE, "thread-1"):
        made.ways.post("#team", "x", [], thread=stamp, broadcast=True)
    assert [(call.body.get("thread_ts"), call.body.get("reply_broadcast")) for call in made.slack.calls] == [
        (None, None)
    ] * 2


def test_a_webhook_has_no_buttons_and_keeps_their_links(made: Around) -> None:
    assert made.ways.post("#ops", "x", BUTTONS) == ("#ops", NOWHERE)
    kinds = [block["type"] for block in made.slack.messages[0].blocks]
    assert kinds == ["header", "section", "section", "context"]
    assert "<https://b.example|Board>" in json.dumps(made.slack.messages[0].blocks)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 429, "retry_after": 7}, SlackRateLimitedError),
        ({"status": 503}, SlackUnavailableError),
        ({"error": "no_service"}, SlackRefusedError),
        ({"error": "invalid_blocks"}, SlackBlocksError),
    ],
)
def test_what_a_webhook_answers_is_told_apart_by_type(made: Around, fault: Any, error: type[SlackError]) -> None:
    made.slack.fail_next(method="webhook", **fault)
    with pytest.raises(error) as caught:
        made.webhook.post("#ops", "x", [])
    assert type(caught.value) is error
    assert getattr(caught.value, "retry_after", 7) == 7


def test_an_archived_channel_is_refused_by_its_webhook(made: Around) -> None:
    made.slack.channel("#ops").is_archived = True
    with pytest.raises(SlackRefusedError, match="channel_is_archived"):
        made.webhook.post("#ops", "x", [])


@pytest.mark.parametrize(
    "address", ["", "https://evil.example/services/T1/B1/abcdefghij", "http://hooks.slack.com/services/x"]
)
def test_an_address_that_is_no_webhook_of_slacks_is_none(made: Around, address: str) -> None:
    made.addresses["#ops"] = address
    with pytest.raises(SlackTokenError, match="no webhook"):
        made.webhook.post("#ops", "x", [])


def test_a_notification_of_amazon_q_has_the_heading_and_the_lines(made: Around) -> None:
    made.ways.post("#leads", "Checkout turns. More.", BUTTONS)
    [(_, message)] = made.sns.published
    assert (message["version"], message["source"]) == ("1.0", "custom")
    assert message["content"] == {
        "textType": "client-markdown",
        "title": "Checkout turns",
        "description": "*Delivered* in 9 d\n<https://b.example|Board>\n84 days",
    }


def test_notifications_of_one_thread_name_it_and_others_begin_their_own(made: Around) -> None:
    _, card = made.ways.post("#leads", "Card.", [])
    made.ways.post("#leads", "Milestone.", [], thread=card)
    made.ways.post("#leads", "End.", [], thread="1700000000.000100")  # of the bot, whose channel it was before
    first, second, third = (message["metadata"]["threadId"] for _, message in made.sns.published)
    assert first == second == card
    assert third not in {card, "1700000000.000100"}


@pytest.mark.parametrize("name", SITUATIONS)
def test_amazon_q_shows_every_message_with_what_to_do_as_next_steps(name: str) -> None:
    for _, summary in SITUATIONS[name]():
        message = message_of(summary, interactive=True)
        shown = notification_in(json.dumps(notification(message.text, message.blocks, "thread-1"))).content
        assert shown.title
        assert bool(shown.next_steps) is (summary.action is not None)
        assert not any(summary.action.text[:20] in line for line in [shown.description] if summary.action)
        assert all(f"*{figure.label}*: " in shown.description for figure in summary.figures if figure.label.isalpha())
        assert bool(summary.chart) is (f"*{summary.chart.title}:*" in shown.description if summary.chart else False)


@pytest.mark.parametrize(
    "wrong",
    [
        "a text",
        "[]",
        {"version": "2.0"},
        {"source": "aws"},
        {"content": {"title": "x"}},
        {"content": {"description": ""}},
        {"content": {"description": "x", "textType": "html"}},
        {"content": {"description": "x", "nextSteps": "one"}},
        {"metadata": {"thread": "x"}},
    ],
)
def test_what_amazon_q_would_not_show_is_told(wrong: Any) -> None:
    right = notification("x", [], "thread-1")
    with pytest.raises(NotShownError):
        notification_in(wrong if isinstance(wrong, str) else json.dumps({**right, **wrong}))


@pytest.mark.parametrize(
    "text", [HOSTILE, "<!channel> <@U1> *b* `c` ~d~ &lt;", "@channel look", "ask @ada.", "(@here)"]
)
def test_nothing_from_outside_mentions_anybody_or_marks_anything_in_a_notification(text: str) -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": plain(text, 150) or "x"}}
    blocks = [header, {"type": "section", "text": {"type": "mrkdwn", "text": f"*Next:* {mrkdwn(text, 900)}"}}]
    content = notification(mrkdwn(text, 900), blocks, "thread-1")["content"]
    for part in (content["title"], content["description"], *content["nextSteps"]):
        assert not re.search(r"(?<![\w.])@\w", part)
        assert not re.search("[<>*~`]", part)


def test_a_notification_is_cut_to_what_it_takes() -> None:
    content = notification("x" * 9000, [], "thread-1")["content"]
    assert (len(content["title"]), len(content["description"])) == (250, 8000)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (refusal("Throttling"), SlackUnavailableError),
        (refusal("NotFound"), SlackRefusedError),
        (refusal("AuthorizationError"), SlackRefusedError),
        (EndpointConnectionError(endpoint_url="https://sns"), SlackUnavailableError),
    ],
)
def test_what_sns_refuses_is_told_apart_by_type(made: Around, fault: Exception, error: type[SlackError]) -> None:
    made.sns.fault = fault
    with pytest.raises(error) as caught:
        made.topic.post("#leads", "x", [])
    assert type(caught.value) is error


@pytest.mark.parametrize(
    "line", ['webhooks = ["ops"]', 'topics = { "#leads" = "leads" }', 'topics = { "leads" = "x" }']
)
def test_a_wrong_channel_or_topic_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(ConfigError, match=r"flywheel\.toml:2"):
        load(f"[slack]\n{line}\n")
