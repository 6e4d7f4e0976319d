"""Which tenets a summary shows, how their signals read, and when the weakest of them decides what to do next."""

import pytest

from shared.flywheel.settings.thresholds import THRESHOLDS
from shared.flywheel.summaries.phases_and_turns import Summary
from shared.flywheel.summaries.summary import TenetLine
from shared.flywheel.summaries.tenets import all_signals_of, not_wired, status_of_tenet, tenets_of
from shared.flywheel.tenets.tenets import TENETS
from shared.flywheel.tenets.wording import WORDS, signal_text
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


def page_line(history: History, phase: int, place: int) -> TenetLine:
    """A tenet as the report's page tells it, at the end of the first turn."""
    return all_signals_of(history.report(at(14), 84), phase)[place]


@pytest.mark.parametrize("phase", [1, 2, 3, 4])
def test_a_page_shows_a_phases_own_three_tenets(phase: int) -> None:
    own = [tenet.title for tenet in TENETS if tenet.phase == phase]
    assert [page_line(first_turn(), phase, place).title for place in range(3)] == own


def test_on_a_page_each_signal_that_is_sent_is_shown_with_its_status_and_the_others_are_counted() -> None:
    assert page_line(first_turn(), 2, 1) == TenetLine(
        title="The system is the asset",
        status="healthy",
        signals=("challenge open (median) 1 d (healthy)", "2 not wired"),
    )


def test_a_message_tells_of_each_tenet_what_makes_it_so_and_nothing_of_what_is_not_wired() -> None:
    assert of_phase(first_turn(), 2).tenets == (TenetLine(title="The system is the asset", status="healthy"),)


def test_what_nothing_was_sent_of_is_not_wired_and_never_zero() -> None:
    line = page_line(first_turn(), 4, 1)
    assert (line.status, line.signals) == ("not wired", ())


def test_a_tenet_is_as_urgent_as_its_most_urgent_signal() -> None:
    signals = [{"status": status} for status in ("healthy", "watch", "not_wired")]
    assert status_of_tenet({"signals": signals}) == "watch"
    assert status_of_tenet({"signals": [*signals, {"status": "act"}]}) == "act"


def test_a_tenet_that_calls_for_action_is_told_with_the_action_and_nowhere_else() -> None:
    shown = of_phase(challenged(18), 2)
    assert shown.headline.startswith("“The system is the asset” calls for action: challenge open (median) 18 d")
    assert "The system is the asset" not in [line.title for line in shown.tenets]
    assert shown.action
    assert shown.action.because == ""
    assert shown.action.rule == "tenet_to_act_on.challenge_days"


def entry(tenet: int, *statuses: str) -> dict[str, object]:
    names = list(THRESHOLDS)[: len(statuses)]
    signals = [
        {"name": name, "value": 2.0, "status": status, "unit": ""} for name, status in zip(names, statuses, strict=True)
    ]
    return {"tenet": tenet, "phase": (tenet + 2) // 3, "signals": signals}


def test_what_is_not_wired_is_one_line_that_says_what_to_send_first() -> None:
    report = {"tenets": [entry(3, "not_wired"), entry(4, "not_wired"), entry(6, "not_wired"), entry(8, "healthy")]}
    assert not_wired(report) == ("3 of 4 tenets not wired: Map Submitted gives figures to 2",)
    assert not_wired({"tenets": report["tenets"][1::2]}) == ("1 of 2 tenets not wired: send Survey Answered",)
    assert not_wired({"tenets": report["tenets"][3:]}) == ()


def test_everyone_sees_the_two_most_urgent_tenets() -> None:
    report = {
        "tenets": [entry(1, "watch"), entry(2, "healthy"), entry(5, "act"), entry(6, "act"), entry(9, "not_wired")]
    }
    assert [line.status for line in tenets_of(report, 0)] == ["act", "act"]


def test_every_signal_has_words() -> None:
    assert set(WORDS) == {signal.name for tenet in TENETS for signal in tenet.signals}


def test_an_intensity_is_told_in_the_unit_of_who_sends_it() -> None:
    assert signal_text("sci", 0.27, "gCO2e/order") == "intensity 0.27 gCO2e per order"


def test_a_value_stands_where_its_words_want_it() -> None:
    assert signal_text("north_star_age", 13.0) == "measured 13 d ago"
    assert signal_text("market_map_age", 13.0) == "map age 13 d"
    assert signal_text("psychological_safety_responses", 1.0) == "from 1 answer"


def test_slack_shows_one_line_a_tenet() -> None:
    texts = [block["text"]["text"] for block in message_of(of_phase(first_turn(), 2)).blocks if "text" in block]
    assert "*The system is the asset:* healthy" in texts
