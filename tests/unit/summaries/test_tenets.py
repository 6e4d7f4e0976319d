"""Which tenets a summary shows, how their signals read, and when the weakest of them decides what to do next."""

import pytest

from shared.flywheel.settings.thresholds import THRESHOLDS
from shared.flywheel.summaries.next_best_action import Situation, next_best_action
from shared.flywheel.summaries.phases_and_turns import Summary
from shared.flywheel.summaries.summary import TenetLine
from shared.flywheel.summaries.tenets import status_of_tenet, tenets_of, weakest
from shared.flywheel.tenets.tenets import TENETS
from shared.flywheel.tenets.wording import ACTIONS, WORDS, told
from shared.slack.blocks import message_of
from tests.unit.domain.histories import History, commit
from tests.unit.summaries.test_summaries import summaries
from tests.unit.summaries.wheels import at, first_turn


def of_phase(history: History, phase: int) -> Summary:
    return [each for each in summaries(history) if each.phase == phase][-1]


def challenged(days: float) -> History:
    """A wheel with three delivered turns, whose challenges stay open for some days."""
    history = History()
    for n in range(3):
        history.proposed(at(n * 40), f"i{n}")
        history.challenged(at(n * 40 + 1), f"c{n}", at(n * 40 + 1 + days), idea=f"i{n}", challenger=f"{n}")
        history.worked(at(n * 40 + 20), idea=f"i{n}")
        history.deployed(at(n * 40 + 21), f"d{n}", commit(f"s{n}", at(n * 40 + 20), f"i{n}"))
        history.released(at(n * 40 + 22), f"f{n}", idea=f"i{n}", deployments=[f"d{n}"])
    return history


@pytest.mark.parametrize("phase", [1, 2, 3, 4])
def test_a_phase_shows_its_own_three_tenets(phase: int) -> None:
    own = [tenet.title for tenet in TENETS if tenet.phase == phase]
    assert [line.title for line in of_phase(first_turn(), phase).tenets] == own


def test_each_signal_that_is_sent_is_shown_with_its_status_and_the_others_are_counted() -> None:
    line = of_phase(first_turn(), 2).tenets[1]
    assert line == TenetLine(
        title="The system is the asset",
        status="healthy",
        signals=("challenge open (median) 1 d (healthy)", "2 not wired"),
    )


def test_what_nothing_was_sent_of_is_not_wired_and_never_zero() -> None:
    line = of_phase(first_turn(), 4).tenets[1]
    assert (line.status, line.signals) == ("not wired", ())


def test_a_tenet_is_as_urgent_as_its_most_urgent_signal() -> None:
    signals = [{"status": status} for status in ("healthy", "watch", "not_wired")]
    assert status_of_tenet({"signals": signals}) == "watch"
    assert status_of_tenet({"signals": [*signals, {"status": "act"}]}) == "act"


def test_the_weakest_tenet_decides_what_to_do_next() -> None:
    action = of_phase(challenged(18), 2).action
    assert action
    assert action.text == "Bring the oldest open challenge to a decision: proceed, change or stop."
    assert action.rule == (
        "“The system is the asset” is the weakest tenet: challenge open (median) 18 d calls for action"
    )


def test_a_healthy_tenet_leaves_the_decision_to_the_constraint() -> None:
    action = of_phase(challenged(2), 2).action
    assert action
    assert "weakest tenet" not in action.rule


def entry(tenet: int, *statuses: str) -> dict[str, object]:
    names = list(ACTIONS)[: len(statuses)]
    signals = [{"name": name, "value": 2.0, "status": status} for name, status in zip(names, statuses, strict=True)]
    return {"tenet": tenet, "phase": (tenet + 2) // 3, "signals": signals}


def test_of_two_tenets_the_one_with_fewer_healthy_signals_is_weaker() -> None:
    report = {"tenets": [entry(1, "act", "healthy"), entry(5, "act", "watch"), entry(6, "act", "watch")]}
    found = weakest(report, 0, "act")
    assert found
    assert found[0]["tenet"] == 5
    assert weakest(report, 1, "act")
    assert weakest(report, 3, "act") is None


def test_one_signal_alone_makes_no_tenet_the_weakest() -> None:
    assert weakest({"tenets": [entry(1, "act", "not_wired")]}, 0, "act") is None


def test_everyone_sees_the_three_most_urgent_tenets() -> None:
    report = {
        "tenets": [entry(1, "watch"), entry(2, "healthy"), entry(5, "act"), entry(6, "act"), entry(9, "not_wired")]
    }
    assert [line.status for line in tenets_of(report, 0)] == ["act", "act", "watch"]


def test_what_is_only_to_be_watched_comes_after_the_constraint() -> None:
    turns: dict[str, int | None] = {"constraint": 3, "delivered": 3}
    quiet = {"dora": {"recovery_open": []}, "doom_loop": "clear", "drag": {"largest": None}}
    report = {**quiet, "turns": turns, "tenets": [entry(1, "watch", "healthy")]}
    situation = Situation(report=report, vocabulary="book", unobserved=(), entered=None)
    assert "constraint" in next_best_action(situation).rule
    turns["constraint"] = None
    assert "is worth watching" in next_best_action(situation).rule


def test_every_signal_has_words_and_every_verdict_an_action() -> None:
    names = {signal.name for tenet in TENETS for signal in tenet.signals}
    assert set(WORDS) == names
    assert set(ACTIONS) == set(THRESHOLDS)


def test_a_value_stands_where_its_words_want_it() -> None:
    assert told("north_star_age", 13.0) == "measured 13 d ago"
    assert told("market_map_age", 13.0) == "map age 13 d"
    assert told("psychological_safety_responses", 1.0) == "from 1 answer"


def test_slack_shows_one_line_a_tenet() -> None:
    texts = [block["text"]["text"] for block in message_of(of_phase(first_turn(), 2)).blocks if "text" in block]
    [lines] = [text.split("\n") for text in texts if "The system is the asset" in text]
    assert lines == [
        "*Psychological safety:* not wired",
        "*The system is the asset:* healthy · challenge open (median) 1 d (healthy) · 2 not wired",
        "*Map the organisation for enablement:* not wired",
    ]
