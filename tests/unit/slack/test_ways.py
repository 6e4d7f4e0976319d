"""Three ways to arrive: the bot, an incoming webhook, Amazon Q by a topic; each channel has one."""

import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from engine import FakeSlack
from shared.flywheel.settings.file import ConfigError, load
from shared.slack.client import SlackClient
from shared.slack.errors import (
    SlackBlocksError,
    SlackError,
    SlackRateLimitedError,
    SlackRefusedError,
    SlackTokenError,
    SlackUnavailableError,
)
from shared.slack.topic import Topic, notification
from shared.slack.ways import Ways
from shared.slack.webhook import NOWHERE, Webhook
from tests.fakes.errors import refusal

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


class Sns:
    """What was published; `fault` is raised instead while it is set."""

    def __init__(self) -> None:
        self.published: list[tuple[str, dict[str, Any]]] = []
        self.fault: Exception | None = None

    def publish(self, *, TopicArn: str, Message: str) -> None:
        if self.fault:
            raise self.fault
        self.published.append((TopicArn, json.loads(Message)))


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


def test_what_went_by_a_webhook_or_a_topic_is_never_edited(made: Around) -> None:
    for channel in ("#ops", "#leads"):
        place, ts = made.ways.post(channel, "x", [])
        made.ways.update(place, ts, "y", [])
    assert [call.method for call in made.slack.calls] == ["webhook"]
    assert len(made.sns.published) == 1


def test_a_webhook_has_no_buttons_and_keeps_their_links(made: Around) -> None:
    assert made.ways.post("#ops", "x", BUTTONS) == ("#ops", NOWHERE)
    kinds = [block["type"] for block in made.slack.messages[0].blocks]
    assert kinds == ["header", "section", "section", "context"]
    assert "<https://b.example|Board>" in json.dumps(made.slack.messages[0].blocks)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 429}, SlackRateLimitedError),
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


def test_a_notification_is_cut_to_what_it_takes() -> None:
    content = notification("x" * 9000, [])["content"]
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
