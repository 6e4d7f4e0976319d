"""Each summary becomes one message, once, late rather than never, at the channel's pace: against a real HTTP server."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from shared.slack.outbox import SummaryMissingError
from shared.slack.queue import MOST_WAKES
from shared.store.outbox.outbox import SummaryRef, changed_since
from shared.store.outbox.outbox_items import FAILED, PENDING, SENDING, SENT, SUPPRESSED
from shared.store.projections.summary_packing import unpack_summary
from shared.store.table.keys import moment_of, stamp
from tests.unit.slack.post import CHANNEL, NOON, Post

pytestmark = pytest.mark.slow


def texts(post: Post) -> list[str]:
    return [message.text for message in post.slack.messages]


def test_a_summary_is_posted_once_however_often_it_is_announced(post: Post) -> None:
    ref = post.kept("a")
    assert [post.announce(ref), post.announce(ref), post.announce(ref)] == ["posted", "unchanged", "unchanged"]
    [message] = post.slack.in_channel(CHANNEL)
    assert "It went well." in message.text
    assert (post.entry(ref).state, post.entry(ref).ts) == (SENT, message.ts)
    assert not post.queue.sent


def test_a_sent_message_is_no_longer_due(post: Post) -> None:
    post.slack.fail_next(status=500)
    ref = post.kept("a")
    post.announce(ref)
    post.pass_time(3600)
    assert post.overdue() == [(f"L#{ref.summary}", f"LEDGER#{CHANNEL}")]
    post.wake_all()
    assert post.overdue() == []


def test_a_changed_summary_edits_the_same_message_and_says_so(post: Post) -> None:
    post.announce(post.kept("a"))
    post.pass_time(60)
    ref = post.kept("a", "It went better.", version=2)
    assert post.announce(ref) == "updated"
    [message] = post.slack.messages
    assert message.edits == 1
    assert "It went better." in message.text
    assert "Updated 2026-03-30 12:01 UTC, as the past was corrected: another finding." in message.text


def test_an_edit_tells_what_changed_since_the_message_not_since_the_last_correction(post: Post) -> None:
    post.announce(post.kept("a", "First."))
    post.kept("a", "Second.", version=2)
    ref = post.kept("a", "First.", version=3)
    assert post.announce(ref) == "unchanged"
    stored = post.store.summary(post.kept("a", "Third.", version=4))
    assert stored
    first, second = (unpack_summary(bytes(shown)) for shown in (stored.history or [])[:2])
    assert changed_since(stored, first.digest) == changed_since(stored, second.digest) == ("another finding",)
    assert changed_since(stored, "never shown") == ()


def test_the_stored_summary_keeps_what_it_showed_before(post: Post) -> None:
    post.kept("a", "First.")
    ref = post.kept("a", "Second.", version=2)
    stored = post.store.summary(ref)
    assert stored
    assert unpack_summary(stored.shows).headline == "Second."
    assert [unpack_summary(bytes(each)).headline for each in stored.history or []] == ["First."]


def test_an_older_transition_does_not_overwrite_a_newer_summary(post: Post) -> None:
    post.kept("a", "Newer.", version=2)
    stored = post.store.summary(post.kept("a", "Older.", version=1))
    assert stored
    assert unpack_summary(stored.shows).headline == "Newer."


def test_what_was_never_sent_is_sent_as_it_stands_then(post: Post) -> None:
    post.slack.down()
    ref = post.kept("a", "Old.")
    assert post.announce(ref) == "deferred"
    assert post.announce(post.kept("a", "New.", version=2)) == "waiting"
    post.slack.up()
    post.wake_all()
    assert len(post.slack.messages) == 1
    assert "New." in texts(post)[0]
    assert post.slack.messages[0].edits == 0


def test_history_is_stored_and_never_posted(post: Post) -> None:
    ref = post.kept("a", historical=1)
    assert post.announce(ref) == "historical"
    assert not post.slack.calls
    assert post.store.summary(ref)


def test_what_vanished_before_it_was_posted_is_not_posted(post: Post) -> None:
    ref = post.kept("a", vanished=1)
    assert post.announce(ref) == "suppressed"
    assert (post.entry(ref).state, post.entry(ref).reason) == (SUPPRESSED, "vanished before it was posted")
    assert not post.slack.messages


def test_what_vanished_after_it_was_posted_is_withdrawn_in_place(post: Post) -> None:
    post.announce(post.kept("a"))
    post.pass_time(60)
    assert post.announce(post.kept("a", version=2, vanished=1)) == "withdrawn"
    [message] = post.slack.messages
    assert "Withdrawn" in message.text


def test_a_summary_that_is_not_stored_is_an_error(post: Post) -> None:
    ref = SummaryRef(summary="0" * 32, flywheel="checkout", turn="a", key="idea", phase=3)
    with pytest.raises(SummaryMissingError):
        post.announce(ref)


def test_a_channel_gets_at_most_one_message_a_second(post: Post) -> None:
    refs = [post.kept(f"turn {n}") for n in range(6)]
    outcomes = [post.announce(ref) for ref in refs]
    assert outcomes == ["posted", *["paced"] * 5]
    assert post.wake_all() == ["posted"] * 5
    sent = sorted(moment_of(str(post.entry(ref).sent_at)) for ref in refs)
    gaps = [later - earlier for earlier, later in itertools.pairwise(sent)]
    assert min(gaps) >= timedelta(seconds=1)
    assert len(post.slack.messages) == 6


def test_two_channels_do_not_wait_for_each_other(post: Post) -> None:
    assert post.store.take_slot("#a", NOON) is None
    assert post.store.take_slot("#b", NOON) is None
    assert post.store.take_slot("#a", NOON) == NOON + timedelta(seconds=1)


def test_slack_down_for_an_hour_loses_nothing_and_repeats_nothing(post: Post) -> None:
    post.slack.down()
    refs = [post.kept(f"turn {n}") for n in range(5)]
    for ref in refs:
        assert post.announce(ref) in ("deferred", "paced")
    end = post.now + timedelta(hours=1)
    while post.now < end:
        post._taken()
        post.pass_time(900)
        for key in post.overdue():
            post.outbox.wake(key, post.now)
    post.slack.up()
    post.pass_time(900)
    for key in post.overdue():
        post.outbox.wake(key, post.now)
    post.wake_all()
    assert len(post.slack.messages) == 5
    assert {post.entry(ref).state for ref in refs} == {SENT}


def test_waits_double_up_to_a_quarter_of_an_hour_and_beyond_minutes_they_are_left_to_tick(post: Post) -> None:
    post.slack.down()
    ref = post.kept("a")
    post.announce(ref)
    waits, in_queue = [], []
    for _ in range(11):
        wait = moment_of(str(post.entry(ref).due_at)) - post.now
        waits.append(wait.seconds)
        in_queue += [delay for _, delay in post._taken()]
        post.now += wait
        [key] = post.overdue()
        post.outbox.wake(key, post.now)
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]
    assert in_queue == [5, 10, 20, 40, 80, 160]


def test_wakes_follow_each_other_eight_times_and_then_wait_for_tick(post: Post) -> None:
    ref = post.kept("a")
    post.slack.fail_next(100, status=429, retry_after=30)
    assert post.announce(ref) == "deferred"
    assert post.wake_all() == ["deferred"] * MOST_WAKES
    assert post.tick() == []  # not yet: it is due in half a minute
    post.pass_time(900)
    assert post.tick() == ["deferred"] * (MOST_WAKES + 1)
    post.slack.mend()
    post.pass_time(900)
    assert post.tick() == ["posted"]
    assert len(post.slack.messages) == 1


def test_a_first_try_that_another_sender_leased_is_woken_however_long_the_chain(post: Post) -> None:
    ref = post.kept("a")
    entry = post.entry(ref)
    entry.state, entry.lease_until = SENDING, stamp(NOON + timedelta(seconds=60))
    post.store.save_entry(entry)
    assert post.overdue() == []  # nor will it ever be: only its message in the queue knows of it
    post.outbox.after_wakes(MOST_WAKES)
    assert post.announce(ref) == "waiting"
    assert post.wake_all() == ["posted"]


def test_the_many_messages_of_a_channel_that_waits_for_minutes_are_posted_by_a_tick_or_two(post: Post) -> None:
    refs = [post.kept(f"turn {n}") for n in range(120)]
    outcomes = [post.announce(ref) for ref in refs]
    assert set(outcomes) == {"posted", "paced"}
    post.wake_all()
    assert 80 < len(post.slack.messages) < 120
    post.pass_time(900)
    post.tick()
    assert len(post.slack.messages) == 120
    assert {post.entry(ref).state for ref in refs} == {SENT}


def test_one_silence_is_enough_for_a_batch(post: Post) -> None:
    post.slack.down()
    for turn in ("a", "b", "c"):
        assert post.announce(post.kept(turn)) == "deferred"
    assert len(post.slack.calls) == 1


def test_a_rate_limit_moves_the_whole_channel(post: Post) -> None:
    post.slack.fail_next(status=429, retry_after=30)
    first, second = post.kept("a"), post.kept("b")
    assert post.announce(first) == "deferred"
    post.pass_time(5)
    assert post.announce(second) == "paced"
    post.wake_all()
    assert len(post.slack.messages) == 2
    for ref in (first, second):
        assert moment_of(str(post.entry(ref).sent_at)) >= NOON + timedelta(seconds=30)


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 503}, {"error": "internal_error"}, {"refused": True}])
def test_trouble_at_slack_is_tried_again(post: Post, fault: dict[str, Any]) -> None:
    post.slack.fail_next(2, **fault)
    ref = post.kept("a")
    assert post.announce(ref) == "deferred"
    assert post.entry(ref).state == PENDING
    assert post.wake_all() == ["deferred", "posted"]
    assert len(post.slack.messages) == 1


@pytest.mark.parametrize("reason", ["channel_not_found", "not_in_channel", "is_archived", "missing_scope"])
def test_what_a_person_must_mend_is_kept_visible_and_tried_hourly(post: Post, reason: str) -> None:
    post.slack.fail_next(error=reason)
    ref = post.kept("a")
    assert post.announce(ref) == "failed"
    entry = post.entry(ref)
    assert (entry.state, entry.reason) == (FAILED, reason)
    assert moment_of(str(entry.due_at)) == NOON + timedelta(hours=1)
    assert not post.queue.sent
    post.pass_time(3600)
    assert [post.outbox.wake(key, post.now) for key in post.overdue()] == ["posted"]


def test_a_refusal_is_heard_of_and_the_wait_is_counted_from_the_first_until_slack_takes_it(post: Post) -> None:
    post.slack.fail_next(error="token_revoked", times=4)
    ref = post.kept("a")
    post.announce(ref)
    post.pass_time(3600)
    assert [post.outbox.wake(key, post.now) for key in post.overdue()] == ["failed"]
    assert post.refusals == [(CHANNEL, "token_revoked")] * 2
    assert moment_of(str(post.entry(ref).waits_since)) == NOON
    post.pass_time(3600)
    assert [post.outbox.wake(key, post.now) for key in post.overdue()] == ["posted"]
    assert post.entry(ref).waits_since is None


def test_an_outage_is_waited_for_and_not_refused(post: Post) -> None:
    post.slack.down()
    ref = post.kept("a")
    post.announce(ref)
    assert moment_of(str(post.entry(ref).waits_since)) == NOON
    assert post.refusals == []


def test_a_channels_pace_is_no_wait(post: Post) -> None:
    first, second = post.kept("a"), post.kept("b")
    assert [post.announce(first), post.announce(second)] == ["posted", "paced"]
    assert post.entry(second).waits_since is None


def test_blocks_that_slack_refuses_are_left_out_and_the_text_is_posted(post: Post) -> None:
    post.slack.fail_next(error="invalid_blocks")
    assert post.announce(post.kept("a")) == "posted"
    [message] = post.slack.messages
    assert not message.blocks
    assert "It went well." in message.text


def test_a_message_that_is_gone_is_posted_anew(post: Post) -> None:
    post.announce(post.kept("a"))
    post.slack.clear()
    post.pass_time(5)
    ref = post.kept("a", "Changed.", version=2)
    assert post.announce(ref) == "posted"
    assert len(post.slack.messages) == 1


@pytest.mark.parametrize("losses", [1, 3])
def test_a_lost_acknowledgement_costs_at_most_one_duplicate(post: Post, losses: int) -> None:
    post.slack.fail_next(losses, lost=True)
    post.announce(post.kept("a"))
    post.wake_all()
    assert len(post.slack.messages) == 1 + losses


def test_a_lost_answer_to_an_edit_costs_nothing(post: Post) -> None:
    post.announce(post.kept("a"))
    post.pass_time(5)
    post.slack.fail_next(lost=True)
    post.announce(post.kept("a", "Changed.", version=2))
    post.wake_all()
    [message] = post.slack.messages
    assert "Changed." in message.text


def test_of_two_senders_at_once_one_posts(post: Post) -> None:
    ref = post.kept("a")
    mine, theirs = post.entry(ref), post.entry(ref)
    assert post.store.save_entry(theirs)
    assert not post.store.save_entry(mine)


def test_a_leased_message_is_left_to_who_leased_it_until_the_lease_is_over(post: Post) -> None:
    ref = post.kept("a")
    entry = post.entry(ref)
    entry.state, entry.lease_until = SENDING, stamp(NOON + timedelta(seconds=60))
    post.store.save_entry(entry)
    assert post.announce(ref) == "waiting"
    assert not post.slack.calls
    assert post.wake_all() == ["posted"]
    assert post.now >= NOON + timedelta(seconds=60)


def test_a_lost_wake_leaves_the_message_in_the_index_of_what_is_due(post: Post) -> None:
    post.slack.fail_next(status=500)
    ref = post.kept("a")
    post.announce(ref)
    post._taken()
    post.pass_time(3600)
    [key] = post.overdue()
    assert post.outbox.wake(key, post.now) == "posted"
    assert post.overdue() == []


def test_a_wake_of_an_unknown_entry_does_nothing(post: Post) -> None:
    assert post.outbox.wake(("L#none", "LEDGER##x"), NOON) == "unchanged"
