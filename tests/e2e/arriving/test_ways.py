"""Channels that a topic or a webhook leads to, by the stack synthesised for them: bundle, role, queue, SNS, Slack."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import boto3
import pytest

from cli.embedded.assembly import assembly as synthesised
from engine import ACCOUNT, REGION, Engine, FakeSlack
from shared.flywheel.settings.file import load
from shared.slack.token import Credentials, secret_of
from shared.store.table import names
from tests.e2e.story import BEGIN, END, Event, dead_letters, event, items, one_turn, pass_days, put, replay, told
from tests.fakes.amazon_q import notification_in

HERE = Path(__file__).parent
CONFIG = "tests/e2e/arriving/ways.toml"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:flywheel-channel"

MANY = 60
"""Cards: more than the 50 edits a minute that Slack takes."""

pytestmark = [pytest.mark.slow, pytest.mark.takes(20)]


@pytest.fixture
def engine(slack: FakeSlack) -> Iterator[Engine]:
    """The stack with these channels; the topic is a person's own, and stands beside it."""
    assembly = synthesised({"stage": "dev", "retain_data": "false", "config": CONFIG})
    with Engine.from_template(assembly, clock=BEGIN, endpoints={"SLACK_API_URL": slack.url}) as made:
        webhooks = {"#hooked": slack.webhook("#hooked")}
        secret = secret_of(Credentials(token=slack.token, webhooks=webhooks))
        made.put_secret(made.outputs["SlackSecretArn"], secret)
        slack.clock = lambda: made.clock.now().timestamp()
        yield made


def make_topic() -> None:
    boto3.client("sns", region_name=REGION).create_topic(Name="flywheel-channel")


def of(flywheel: str, events: list[Event]) -> list[Event]:
    return [{**each, "detail": {**each["detail"], "flywheel": flywheel}} for each in events]


def test_the_settings_lead_to_this_topic() -> None:
    assert load((HERE / "ways.toml").read_bytes(), CONFIG).slack.topics == {"#topical": TOPIC}


def test_a_turn_of_a_topics_channel_is_shown_by_amazon_q_and_never_touches_slack(
    engine: Engine, slack: FakeSlack
) -> None:
    make_topic()
    replay(engine, one_turn())
    shown = [notification_in(message) for message in engine.cloud.published(TOPIC)]
    titles = [each.content.title for each in shown]
    assert titles[0] == "Dim at dusk is in Clarity of Purpose"
    assert any("was delivered in 9 d 23 h" in title for title in titles)
    assert any(each.content.next_steps for each in shown)
    threads = [each.metadata.thread_id for each in shown]
    card = threads.count(threads[0])
    assert 1 < card < len(threads)
    assert len(set(threads)) == len(threads) - card + 1
    assert slack.calls == []
    assert {item["state"]["S"] for item in items(engine, names.LEDGER)} <= {"sent", "suppressed"}
    assert dead_letters(engine) == 0


def test_a_topic_that_is_not_there_yet_is_waited_for(engine: Engine) -> None:
    replay(engine, one_turn()[:1], until=BEGIN)
    waiting = [item for item in items(engine, names.LEDGER) if item["state"]["S"] == "failed"]
    assert [item["reason"]["S"] for item in waiting] == ["NotFound"]
    make_topic()
    pass_days(engine, END)
    assert len(engine.cloud.published(TOPIC)) >= 1
    assert "failed" not in {item["state"]["S"] for item in items(engine, names.LEDGER)}


def test_a_webhook_slowed_down_lost_and_down_tells_everything_with_one_duplicate_a_loss(
    engine: Engine, slack: FakeSlack
) -> None:
    slack.fail_next(method="webhook", status=429, retry_after=30)
    slack.fail_next(method="webhook", refused=True)
    slack.fail_next(method="webhook", lost=True)
    replay(engine, of("heating", one_turn()))
    assert {call.method for call in slack.calls} == {"webhook"}
    assert len(told(slack)) == len(set(told(slack))) + 1
    first, second, *_ = slack.calls
    assert (first.answer, second.at - first.at >= 30) == ("429", True)
    assert dead_letters(engine) == 0


def ideas(count: int, detail_type: str, minute: int, **detail: str) -> list[Event]:
    """The same of many ideas within one minute."""
    return [
        event(detail_type, f"03T10:{minute:02}", f"{detail_type} {number}", idea=f"LAMP-{number}", **detail)
        for number in range(count)
    ]


@pytest.mark.parametrize("flywheel", ["heating", "cooling"])
def test_many_messages_of_one_channel_go_out_at_slacks_pace(engine: Engine, slack: FakeSlack, flywheel: str) -> None:
    slack.paced = True
    engine.advance_to(BEGIN.replace(day=3, hour=10))
    put(engine, of(flywheel, ideas(12, "Idea Proposed", 0)))
    engine.advance_to(BEGIN.replace(day=3, hour=11))
    assert len(slack.messages) == 12
    assert "429" not in {call.answer for call in slack.calls}
    assert min(later.at - earlier.at for earlier, later in pairwise(slack.calls)) >= 1


def test_more_cards_than_slack_takes_edits_in_a_minute_change_at_once_and_slack_need_refuse_none(
    engine: Engine, slack: FakeSlack
) -> None:
    engine.advance_to(BEGIN.replace(day=3, hour=10))
    put(engine, of("cooling", ideas(MANY, "Idea Proposed", 0)))
    engine.advance_to(BEGIN.replace(day=3, hour=10, minute=30))
    slack.paced = True
    put(engine, of("cooling", ideas(MANY, "Work Started", 30)))
    engine.advance_to(BEGIN.replace(day=3, hour=12))
    cards = [message for message in slack.messages if message.thread_ts is None]
    assert len(cards) == MANY
    assert {"is in Next Best Action" in message.text for message in cards} == {True}
    assert {call.answer for call in slack.calls} == {"ok"}
    assert len([call for call in slack.calls if call.method == "chat.update"]) >= MANY
    assert dead_letters(engine) == 0
