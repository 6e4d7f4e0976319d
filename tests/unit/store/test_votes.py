"""Votes: counted from the set of presses, whatever their order, and without anybody's name."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.store.outbox.votes import Vote, Votes, counted

NOON = datetime(2026, 3, 30, 12, tzinfo=UTC)
VOTES = st.builds(
    Vote,
    st.sampled_from(["m-1", "m-2"]),
    st.sampled_from(["useful", "noise"]),
    st.integers(0, 60).map(lambda seconds: NOON + timedelta(seconds=seconds)),
)


def vote(seconds: float, opinion: str = "useful", message: str = "m-1") -> Vote:
    return Vote(message, opinion, NOON + timedelta(seconds=seconds))


def test_presses_within_seconds_are_one_vote() -> None:
    assert counted([vote(0), vote(0.4), vote(5)]) == Votes(useful=1)
    assert counted([vote(0), vote(5.1)]) == Votes(useful=2)


def test_each_message_and_each_opinion_counts_by_itself() -> None:
    assert counted([vote(0), vote(0, "noise"), vote(0, message="m-2")]) == Votes(useful=2, noise=1)


@given(st.lists(VOTES, max_size=12), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(votes: list[Vote], chance: object) -> None:
    shuffled = [*votes, *votes]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' own Random
    assert counted(shuffled) == counted(votes)
