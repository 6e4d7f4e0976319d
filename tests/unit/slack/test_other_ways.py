"""What goes by a webhook or a topic: said once, never edited, and the ledger says so."""

import pytest
from botocore.exceptions import ReadTimeoutError

from engine.slack.messages import Message
from shared.flywheel.settings.values import Way
from shared.slack.stamps import NOWHERE, thread_of
from shared.slack.subject import STANDS
from shared.store.outbox.ledger import entries
from shared.store.outbox.outbox_items import SENT
from tests.unit.slack.post import CHANNEL, Post
from tests.unit.slack.turn import Turn

pytestmark = pytest.mark.slow

OTHERS = ("webhook", "topic")


def said(post: Post) -> list[str]:
    """What arrived, by whichever way."""
    notifications = [message["content"]["title"] for _, message in post.sns.published]
    return [*(message.text.partition(".")[0] for message in post.slack.messages), *notifications]


def edits(post: Post) -> list[Message]:
    return [message for message in post.slack.messages if message.edits]


@pytest.mark.parametrize("way", OTHERS)
def test_a_corrected_digest_stands_as_it_was_said_and_the_ledger_says_why(post: Post, way: Way) -> None:
    post.goes_by(way)
    assert post.announce(post.kept("a")) == "posted"
    post.pass_time(60)
    ref = post.kept("a", "It went better.", version=2)
    assert post.announce(ref) == "stands"
    [entry] = entries(post.table, "checkout")
    assert (entry.state, entry.reason, entry.updated_at) == (SENT, STANDS, None)
    assert len(said(post)) == 1
    assert edits(post) == []
    assert post.announce(ref) == "unchanged"


@pytest.mark.parametrize("way", OTHERS)
def test_a_withdrawn_digest_stands_too(post: Post, way: Way) -> None:
    post.goes_by(way)
    post.announce(post.kept("a"))
    post.pass_time(60)
    assert post.announce(post.kept("a", version=2, vanished=1)) == "stands"
    assert [entry.reason for entry in entries(post.table, "checkout")] == [STANDS]


def told_turn(post: Post) -> Turn:
    """A turn with a card, a phase that was corrected, and its end."""
    turn = Turn(post)
    turn.is_in(1)
    turn.begins()
    turn.is_in(2)
    post.pass_time(60)
    turn.completed(1)
    post.pass_time(60)
    turn.completed(1, version=2, headline="Another finding.")
    post.pass_time(60)
    turn.is_over()
    turn.completed(0)
    return turn


def test_without_edits_a_turns_milestones_are_messages_and_nothing_is_called_updated(post: Post) -> None:
    post.goes_by("webhook")
    turn = told_turn(post)
    assert said(post) == [
        "Card wallets is in Clarity of Purpose",
        "Card wallets is in Challenge &amp; Landscape",
        said(post)[2],
    ]
    by_phase = {entry.phase: (entry.state, entry.reason) for entry in entries(post.table, "checkout")}
    assert by_phase == {9: (SENT, None), 1: (SENT, STANDS), 0: (SENT, None)}
    assert turn.entry.ts == NOWHERE
    assert edits(post) == []


def test_amazon_q_has_the_milestones_in_a_thread_and_the_end_in_the_channel(post: Post) -> None:
    post.goes_by("topic")
    turn = told_turn(post)
    card, phase, end = (message["metadata"]["threadId"] for _, message in post.sns.published)
    assert card == phase == thread_of(turn.entry.ts)
    assert end != card


@pytest.mark.parametrize("way", OTHERS)
def test_a_card_of_a_turn_that_never_was_stands_and_the_ledger_says_why(post: Post, way: Way) -> None:
    post.goes_by(way)
    turn = Turn(post)
    turn.is_in(1)
    turn.begins()
    post.pass_time(60)
    turn.vanishes()
    assert turn.begins() == "stands"
    assert [(entry.state, entry.reason) for entry in entries(post.table, "checkout")] == [(SENT, STANDS)]


def test_a_card_that_a_webhook_posted_is_followed_by_the_bot_once_the_bot_may(post: Post) -> None:
    post.goes_by("webhook")
    turn = Turn(post)
    turn.is_in(1)
    turn.begins()
    post.goes_by("bot")
    turn.is_in(2)
    post.pass_time(60)
    assert turn.completed(1) == "posted"
    reply = post.slack.messages[-1]
    assert (reply.thread_ts, len(post.slack.messages)) == (None, 2)
    assert [call.method for call in post.slack.calls] == ["webhook", "chat.postMessage"]


def test_a_lost_answer_of_a_webhook_costs_one_duplicate(post: Post) -> None:
    post.goes_by("webhook")
    post.slack.fail_next(method="webhook", lost=True)
    assert post.announce(post.kept("a")) == "deferred"
    assert post.wake_all() == ["posted"]
    assert len(post.slack.in_channel(CHANNEL)) == 2


def test_a_lost_answer_of_sns_costs_one_duplicate(post: Post) -> None:
    post.goes_by("topic")
    post.sns.lost = ReadTimeoutError(endpoint_url="https://sns")
    assert post.announce(post.kept("a")) == "deferred"
    assert post.wake_all() == ["posted"]
    assert len(post.sns.published) == 2


def test_a_webhook_that_slack_slows_down_waits_as_long_as_it_says(post: Post) -> None:
    post.goes_by("webhook")
    post.slack.fail_next(method="webhook", status=429, retry_after=30)
    ref = post.kept("a")
    began = post.now
    assert post.announce(ref) == "deferred"
    assert post.wake_all() == ["posted"]
    assert (post.now - began).total_seconds() >= 30
    assert len(post.slack.messages) == 1


@pytest.mark.parametrize("way", ["bot", *OTHERS])
def test_a_channel_gets_a_message_a_second_by_every_way(post: Post, way: Way) -> None:
    post.slack.clock = lambda: post.now.timestamp()  # noqa: PLW0108  of that moment, not of now
    post.slack.paced = True
    post.goes_by(way)
    for number in range(8):
        post.announce(post.kept(f"turn {number}"))
    post.wake_all()
    assert len(said(post)) == 8
    assert not [call for call in post.slack.calls if call.answer == "429"]
