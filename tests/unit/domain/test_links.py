"""Links that facts keep: `https`, without a user, without what nobody sees, short enough to show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.flywheel.facts.fact import BlockerOpened, OutcomeRecorded, TurnStopped
from shared.flywheel.facts.links import _USUAL, LENGTH, _examined, link_of
from tests.unit.domain.histories import History, facts_of


@pytest.mark.parametrize(
    "url",
    [
        "https://ci.example/runs/7",
        "https://ci.example:8443/runs/7?attempt=2#step",
        "https://ci.example",
        "https://ci.example/" + "a" * (LENGTH - len("https://ci.example/")),
    ],
)
def test_a_link_is_kept_as_it_was_sent(url: str) -> None:
    assert link_of(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "http://ci.example/runs/7",
        "javascript:alert(1)",
        "//ci.example/runs/7",
        "https:///runs/7",
        "https://someone@ci.example/runs/7",
        "https://someone:secret@ci.example/runs/7",
        "https://ci.example/runs/\x1b[31m7",
        "https://ci.example/runs/7\n",
        "https://ci.example/runs/\u202e7",
        "https://cí.example/runs/7",
        "https://ci.example/<!channel>",
        "https://ci.example/a|b",
        "https://ci.example\\@evil.example/",
        "https://ci.example:port/",
        "https://[ci.example/",
        "https://ci.example/" + "a" * LENGTH,
    ],
)
def test_what_could_mislead_or_give_away_is_no_link(url: str | None) -> None:
    assert link_of(url) is None


@given(st.from_regex(_USUAL, fullmatch=True) | st.text("htps:/.@[]?#%-~:0aZ \n", max_size=20).map("https://".__add__))
def test_what_is_seen_to_be_a_link_at_once_is_one_when_it_is_examined(url: str) -> None:
    assert not _USUAL.fullmatch(url) or _examined(url) == url


def test_a_fact_says_who_sent_it_where_it_is_seen_and_what_it_is_called() -> None:
    told = History(source="tracker")
    told.blocked("03-02", "SEC-77", title="Review of the payment scope", url="https://tracker.example/SEC-77?view=1")
    told.outcome("03-03", idea="cart", result="missed", note="n" * 300)
    told.stopped("03-04", "list", reason="the market was gone", url="javascript:alert(1)")

    blocker, outcome, stop = facts_of([each | {"account": "111122223333"} for each in told.events])

    assert isinstance(blocker, BlockerOpened)
    assert isinstance(outcome, OutcomeRecorded)
    assert isinstance(stop, TurnStopped)
    assert (blocker.source, blocker.account, blocker.url) == (
        "tracker",
        "111122223333",
        "https://tracker.example/SEC-77?view=1",
    )
    assert blocker.title == "Review of the payment scope"
    assert outcome.note == "n" * 201, "one character more than is shown, so that it can be said that it was cut"
    assert (stop.reason, stop.url) == ("the market was gone", None)
