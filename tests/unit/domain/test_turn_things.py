"""What a card shows of a turn beside its entry: its address from the first event on, and the blockers that hold it."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.flywheel.report.turn_things import turn_things
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from tests.unit.domain.histories import FLYWHEEL, History, facts_of, moment

TRACKER = "https://tracker.example.com/"


def things(history: History, day: str = "03-01") -> dict[str, Any]:
    wheel = fold(facts_of(history.events), FLYWHEEL, Settings(), moment(day))
    return {name: each for (_, name), each in turn_things(wheel).items()}


def blocked(history: History, opened: str, blocker: str, closed: str | None = None, **fields: Any) -> History:
    history.add("Blocker Opened", opened, blocker=blocker, **fields)
    return history if closed is None else history.add("Blocker Closed", closed, blocker=blocker)


def test_an_idea_has_its_address_from_its_proposal_on_and_a_feature_from_its_release() -> None:
    history = History().proposed("02-01", "wallets", url=f"{TRACKER}SHOP-7?secret=1")
    history.released("02-02", "bare", url=f"{TRACKER}releases/bare")
    assert things(history, "02-03") == {
        "wallets": {"url": f"{TRACKER}SHOP-7", "held": None},
        "bare": {"url": f"{TRACKER}releases/bare", "held": None},
    }


def test_what_holds_an_open_turn_is_told_with_the_oldest_first_and_when_it_changed_last() -> None:
    history = History().proposed("02-01", "a").proposed("02-01", "b", id="b")
    blocked(history, "02-05", "SEC-77", idea="a", title="Threat model", url=f"{TRACKER}SEC-77")
    blocked(history, "02-03", "legal", idea="a")
    blocked(history, "02-04", "gone", "02-06", idea="a")
    assert things(history) == {
        "b": {"held": None},
        "a": {
            "held": {
                "at": "2026-02-06T00:00:00Z",
                "by": [
                    {"blocker": "legal", "title": None, "url": None, "since": "2026-02-03T00:00:00Z"},
                    {
                        "blocker": "SEC-77",
                        "title": "Threat model",
                        "url": f"{TRACKER}SEC-77",
                        "since": "2026-02-05T00:00:00Z",
                    },
                ],
            }
        },
    }


def test_nothing_holds_a_turn_that_is_closed_and_it_is_remembered_that_something_did() -> None:
    history = blocked(History().proposed("02-01", "a"), "02-03", "SEC-77", idea="a").stopped("02-05", "a")
    assert things(history) == {"a": {"held": {"at": "2026-02-03T00:00:00Z", "by": []}}}


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(2, 20), st.integers(0, 9), st.sampled_from("ab")), max_size=6))
def test_whatever_opens_and_closes_a_turn_is_held_by_just_what_is_open(runs: list[tuple[int, int, str]]) -> None:
    """`runs`: the day on which each blocker opens, for how many days (0: it stays open), and whose it is."""
    history = History().proposed("02-01", "a").proposed("02-01", "b", id="b")
    for number, (day, days, idea) in enumerate(runs):
        closed = f"02-{day + days:02}" if days and day + days <= 28 else None
        blocked(history, f"02-{day:02}", f"b{number}", closed, idea=idea)
    found = things(history)
    for idea in "ab":
        mine = [(number, day, days) for number, (day, days, whose) in enumerate(runs) if whose == idea]
        held = found[idea]["held"] or {"by": []}
        still = sorted((day, f"b{number}") for number, day, days in mine if not days or day + days > 28)
        assert [each["blocker"] for each in held["by"]] == [name for _, name in still]
        assert bool(mine) == ("at" in held)
