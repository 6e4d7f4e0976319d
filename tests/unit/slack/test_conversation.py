"""A turn in its team's channel: one card, edited in place, its thread, one message at its end."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.summaries.noise import ABSORBED
from shared.slack.client import Poster
from shared.slack.conversation import ENDED, GONE
from shared.slack.outbox import TurnMissingError
from shared.store.outbox.outbox_items import SENT, SUPPRESSED
from tests.unit.slack.post import CHANNEL, NOON, Post
from tests.unit.slack.turn import REF, Turn, z_of

pytestmark = pytest.mark.slow


@pytest.fixture
def turn(post: Post) -> Turn:
    return Turn(post)


def test_a_turn_has_one_card_from_its_first_event_to_its_end(turn: Turn) -> None:
    post = turn.post
    turn.is_in(1)
    assert turn.begins() == "posted"
    for phase in (1, 2, 3):
        post.pass_time(3600)
        turn.is_in(phase + 1)
        assert turn.completed(phase) == "posted"
    post.pass_time(3600)
    turn.is_over()
    outcomes = [turn.completed(4), turn.completed(0)]
    post.wake_all()

    assert set(outcomes) <= {"posted", "updated", "paced"}
    assert [each.thread_ts for each in post.slack.messages].count(None) == 1
    assert "was delivered in 35 d" in turn.card.text
    assert turn.card.edits == 4
    assert [each.text.partition(",")[0] for each in turn.replies[:3]] == [
        "Phase 1 is complete",
        "Phase 2 is complete",
        "Phase 3 is complete",
    ]
    assert {each.thread_ts for each in turn.replies} == {turn.card.ts}
    assert [each.broadcast for each in turn.replies] == [False, False, False, True]
    assert turn.parts[4].rule == ABSORBED
    assert turn.entry.state == SENT


def test_announced_again_nothing_is_posted_or_edited(turn: Turn) -> None:
    turn.is_in(2)
    turn.begins()
    turn.post.pass_time(60)
    turn.completed(1)
    calls = len(turn.post.slack.calls)
    assert [turn.begins(), turn.post.announce(REF.summary(1))] == ["unchanged", "unchanged"]
    assert len(turn.post.slack.calls) == calls


def test_a_card_shows_what_holds_its_turn_before_any_phase_ends_and_that_it_holds_it_no_more(turn: Turn) -> None:
    address = "https://tracker.example.com/browse/"
    turn.is_in(1, {"url": f"{address}SHOP-7"})
    turn.begins()
    assert f"<{address}SHOP-7|Card wallets>" in str(turn.card.blocks)
    blocker = {"blocker": "SEC-77", "title": "Threat model", "url": f"{address}SEC-77", "since": z_of(NOON)}
    turn.post.pass_time(60)
    turn.is_in(1, {"held": {"at": z_of(NOON), "by": [blocker]}})
    assert turn.begins() == "updated"
    assert f"<{address}SEC-77|Threat model> (tracker.example.com) has held it since 30 Mar." in str(turn.card.blocks)
    assert "Threat model has held it" in turn.card.text
    turn.post.pass_time(60)
    turn.is_in(1, {"held": {"at": z_of(NOON), "by": []}})
    assert turn.begins() == "updated"
    assert "Threat model" not in str(turn.card.blocks)
    assert len(turn.post.slack.messages) == 1


def test_a_turn_that_nobody_proposed_has_a_card_once_something_holds_it(turn: Turn) -> None:
    phases = {str(phase): {"entered_at": z_of(NOON) if phase == 3 else None, "hours": None} for phase in range(1, 5)}
    turn.is_in(3, {"phases": phases})
    assert turn.begins() == "suppressed"
    held = {"at": z_of(NOON), "by": [{"blocker": "SEC-77", "title": None, "url": None, "since": z_of(NOON)}]}
    turn.is_in(3, {"phases": phases, "held": held})
    assert turn.begins() == "posted"
    assert "“SEC-77” has held it since 30 Mar." in str(turn.card.blocks)


def test_a_card_shows_the_state_at_the_time_of_sending(turn: Turn) -> None:
    turn.is_in(1)
    turn.post.slack.down()
    assert turn.begins() == "deferred"
    turn.is_in(3)
    turn.post.slack.up()
    turn.post.wake_all()
    assert "is in Next Best Action" in turn.card.text
    assert turn.card.edits == 0


def test_what_is_announced_while_slack_is_down_is_said_in_order_once_it_is_up(turn: Turn) -> None:
    turn.is_in(1)
    turn.post.slack.down()
    turn.begins()
    turn.is_in(4)
    assert [turn.completed(phase) for phase in (3, 1, 2)] == ["waiting"] * 3
    turn.post.slack.up()
    turn.post.wake_all()
    assert [each.text[:7] for each in turn.replies] == ["Phase 1", "Phase 2", "Phase 3"]
    assert [each.thread_ts for each in turn.post.slack.messages].count(None) == 1


def test_cards_begin_with_a_turns_next_live_transition_and_never_for_the_past(turn: Turn) -> None:
    turn.is_in(3)
    assert turn.completed(1, historical=1) == "historical"
    assert turn.post.slack.messages == []
    assert turn.completed(2) == "posted"
    turn.post.wake_all()
    assert "is in Next Best Action" in turn.card.text
    assert [each.text[:7] for each in turn.replies] == ["Phase 2"]


def test_a_turn_that_is_over_when_it_is_first_heard_of_has_one_message_and_no_card(turn: Turn) -> None:
    turn.is_over()
    assert turn.begins() == "suppressed"
    assert (turn.entry.state, turn.entry.reason) == (SUPPRESSED, ENDED)
    outcomes = [turn.completed(phase) for phase in (1, 2, 3, 4, 0)]
    assert outcomes == ["suppressed"] * 4 + ["posted"]
    [message] = turn.post.slack.messages
    assert message.thread_ts is None
    assert {phase: part.rule for phase, part in turn.parts.items() if part.rule} == {
        **dict.fromkeys((1, 2, 3), ENDED),
        4: ABSORBED,
    }


@pytest.mark.parametrize("losses", [1, 2])
def test_a_lost_answer_to_a_reply_costs_one_duplicate_and_the_card_none(turn: Turn, losses: int) -> None:
    turn.is_in(1)
    turn.begins()
    turn.post.pass_time(60)
    turn.is_in(2)
    turn.post.slack.fail_next(losses, method="chat.postMessage", lost=True)
    turn.completed(1)
    turn.post.wake_all()
    assert len(turn.replies) == 1 + losses
    assert [each.thread_ts for each in turn.post.slack.messages].count(None) == 1
    assert "is in Challenge" in turn.card.text


def test_a_lost_answer_to_an_edit_costs_nothing_and_it_never_goes_backwards(turn: Turn) -> None:
    turn.is_in(1)
    turn.begins()
    turn.post.pass_time(60)
    turn.is_in(2)
    turn.post.slack.fail_next(method="chat.update", lost=True)
    assert turn.completed(1) == "deferred"
    turn.is_in(3)
    assert turn.completed(2) == "waiting"
    turn.post.wake_all()
    assert "is in Next Best Action" in turn.card.text
    assert [each.text[:7] for each in turn.replies] == ["Phase 1", "Phase 2"]


@pytest.mark.parametrize("method", ["chat.update", "chat.postMessage"])
def test_a_rate_limit_in_the_middle_repeats_nothing(turn: Turn, method: str) -> None:
    turn.is_in(1)
    turn.begins()
    turn.post.pass_time(60)
    turn.is_in(2)
    turn.post.slack.fail_next(method=method, status=429, retry_after=30)
    assert turn.completed(1) == "deferred"
    turn.post.wake_all()
    assert len(turn.post.slack.messages) == 2
    assert "is in Challenge" in turn.card.text


@pytest.mark.parametrize("reason", ["message_not_found", "cant_update_message", "edit_window_closed"])
def test_a_card_that_can_be_edited_no_more_is_never_posted_again_and_the_end_is_still_told(
    turn: Turn, reason: str
) -> None:
    turn.is_in(1)
    turn.begins()
    turn.post.pass_time(60)
    turn.is_in(2)
    turn.post.slack.fail_next(method="chat.update", error=reason)
    turn.completed(1)
    turn.post.wake_all()
    turn.post.pass_time(60)
    turn.is_over()
    turn.completed(0)
    turn.post.wake_all()
    assert turn.parts[9].rule == GONE
    assert [turn.parts[phase].rule for phase in (1, 0)] == [GONE, ""]
    assert len(turn.post.slack.messages) == 2
    assert turn.post.slack.messages[1].thread_ts is None


def test_a_turn_that_never_was_is_withdrawn_on_its_card(turn: Turn) -> None:
    turn.is_in(1)
    turn.begins()
    turn.post.pass_time(60)
    turn.vanishes()
    assert turn.begins() == "withdrawn"
    assert "is withdrawn" in turn.card.text


def test_a_corrected_phase_edits_its_reply(turn: Turn) -> None:
    turn.is_in(2)
    turn.begins()
    turn.post.pass_time(60)
    turn.completed(1)
    turn.post.pass_time(60)
    turn.completed(1, version=2, headline="Another finding.", evidence=())
    [reply] = turn.replies
    assert reply.edits == 1
    assert "ADR-31" not in str(reply.blocks)


def test_a_message_from_before_there_were_cards_is_edited_where_it_stands(turn: Turn) -> None:
    turn.is_in(2)
    turn.completed(1, announced=False)
    turn.post.outbox._announce_single(REF.summary(1), CHANNEL, NOON)
    turn.post.pass_time(60)
    assert turn.completed(1, version=2, headline="It went better.") == "updated"
    [message] = turn.post.slack.messages
    assert "It went better." in message.text
    assert turn.entry.version == 0


def test_a_turn_that_is_not_stored_is_an_error(turn: Turn) -> None:
    with pytest.raises(TurnMissingError):
        turn.begins()


def test_of_two_senders_one_speaks_and_nothing_that_was_announced_is_forgotten(turn: Turn) -> None:
    """The second hears of another phase while the first holds the lease."""
    turn.is_in(3)
    turn.begins()
    turn.post.pass_time(60)
    entry = turn.entry
    entry.state, entry.lease_until = "sending", "2026-03-30T12:02:00.000000Z"
    turn.post.store.save_entry(entry)
    assert turn.completed(1) == "waiting"
    assert 1 in turn.parts
    turn.post.pass_time(120)
    turn.completed(2)
    turn.post.wake_all()
    assert [each.text[:7] for each in turn.replies] == ["Phase 1", "Phase 2"]


class SlackMeanwhile:
    """Slack, while something else happens before its first answer reaches whoever posted."""

    def __init__(self, slack: Poster, meanwhile: Callable[[], Any]) -> None:
        self._slack, self._meanwhile = slack, [meanwhile]

    def post(self, *message: Any, **how: Any) -> tuple[str, str]:
        posted = self._slack.post(*message, **how)
        while self._meanwhile:
            self._meanwhile.pop()()
        return posted

    def update(self, *message: Any) -> None:
        self._slack.update(*message)

    def permalink(self, channel: str, ts: str) -> str:
        return self._slack.permalink(channel, ts)


def test_what_is_announced_while_the_card_is_on_its_way_to_slack_does_not_have_it_posted_twice(turn: Turn) -> None:
    """Another sender adds a phase to the entry between the post and its writing down."""
    post, heard = turn.post, list[Any]()
    turn.is_in(3)
    turn.completed(1, announced=False)
    turn.completed(2, announced=False)

    def announced() -> None:
        heard.extend(post.another_sender().announce(REF.summary(phase), post.now) for phase in (2, 1))

    sender = post.another_sender()
    sender._slack = SlackMeanwhile(sender._slack, announced)
    assert sender.begin(REF, post.now) == "posted"
    assert heard == ["waiting"] * 2
    post.wake_all()
    post.pass_time(120)
    post.tick()
    assert [each.thread_ts for each in post.slack.messages].count(None) == 1
    assert [each.text[:7] for each in turn.replies] == ["Phase 1", "Phase 2"]
    assert turn.entry.state == SENT


def test_a_persona_with_a_channel_reads_of_the_phase_there_with_the_cards_permalink(turn: Turn) -> None:
    post = turn.post
    settings = Settings(flywheels={"checkout": FlywheelSettings(id="checkout", personas={"ceo": "#leadership"})})
    post.outbox = post.another_sender(settings)
    turn.is_in(1)
    turn.begins()
    post.pass_time(60)
    turn.is_in(2)
    turn.completed(1)
    post.wake_all()
    [own] = post.slack.in_channel("#leadership")
    [reply] = turn.replies
    address = str(own.blocks).partition("https://")[2].partition("|")[0]
    assert address.endswith(f"p{turn.card.ts.replace('.', '')}")
    assert "The card of this turn" in str(own.blocks)
    assert reply.channel == CHANNEL
