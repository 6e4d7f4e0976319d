"""When a summary is made, from which figures, and that nothing but the past can change it."""

import random
from typing import Any

import pytest

from shared.flywheel.report.report import report_of, told_figures
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.summaries import phases_and_turns
from shared.flywheel.summaries.figures import MAX_FIGURES
from shared.flywheel.summaries.phases_and_turns import Summary, Transition, brief_of, summary_of, transitions
from shared.flywheel.wheel.fold import fold
from tests.unit.domain.histories import FLYWHEEL, History, commit, facts_of, moment
from tests.unit.summaries.wheels import AS_OF, at, barely_wired, first_turn, healthy, struggling
from tests.unit.tenets import everything


def found(history: History, settings: Settings | None = None) -> list[Transition]:
    return transitions(fold(facts_of(history.events), FLYWHEEL, settings or Settings(), AS_OF))


def summaries(history: History, settings: Settings | None = None) -> list[Summary]:
    facts, chosen = facts_of(history.events), settings or Settings()
    return [summary_of(each, facts, FLYWHEEL, chosen) for each in found(history, settings)]


def test_a_turn_gives_a_summary_per_observed_phase_and_one_of_its_own() -> None:
    assert [(each.phase, each.outcome) for each in found(first_turn())] == [
        (1, "completed"),
        (2, "completed"),
        (3, "completed"),
        (4, "completed"),
        (0, "delivered"),
    ]


def test_a_turn_that_is_stopped_completes_no_phase_by_stopping() -> None:
    history = History().proposed(at(0), "x").challenged(at(1), "c", at(3), idea="x", decision="stop")
    assert [(each.phase, each.outcome) for each in found(history)] == [(1, "completed"), (0, "stopped")]
    closing = summaries(history)[-1]
    assert closing.heading.startswith("“x” was stopped after 3 d")
    assert closing.headline == "Stopped: the challenge “c” decided so; a turn to learn from."


def test_an_outcome_after_the_close_is_a_transition_of_its_own_for_everyone() -> None:
    history = first_turn().outcome(at(40), idea="one-page", result="missed", note="Nobody pays twice.")
    assert [(each.phase, each.outcome, each.at) for each in found(history)][-2:] == [
        (0, "delivered", moment(at(12))),
        (5, "missed", moment(at(40))),
    ]
    closing, late = summaries(history)[-2:]
    assert "missed" not in closing.headline.casefold()
    assert (late.heading, late.persona) == (
        "The outcome of “Checkout in one page” is known · checkout",
        closing.persona,
    )
    assert late.headline == "Missed: “Nobody pays twice.”"
    assert Settings().channel_of(FLYWHEEL, 5) == Settings().channel_of(FLYWHEEL, 0)


def test_a_later_outcome_takes_the_place_of_an_earlier_one() -> None:
    history = first_turn().outcome(at(40), idea="one-page", result="missed").outcome(at(50), idea="one-page")
    assert [(each.outcome, each.at) for each in found(history) if each.phase == 5] == [("met", moment(at(50)))]


def test_an_outcome_that_closes_the_turn_is_told_with_it() -> None:
    history = first_turn().outcome(at(7), idea="one-page", result="learned")
    assert [each.phase for each in found(history)] == [1, 2, 3, 4, 0]
    assert summaries(history)[-1].headline == "Learned."


def test_a_phase_is_summarised_at_the_moment_it_was_left() -> None:
    assert [each.at for each in found(first_turn())] == [moment(at(day)) for day in (1, 2, 5, 12, 12)]


def test_each_phase_is_for_its_persona() -> None:
    assert [each.persona for each in summaries(first_turn())] == [
        "CEO",
        "engineers",
        "product leaders",
        "CTO",
        "everyone on the wheel",
    ]


def test_the_vocabulary_changes_words_and_no_number() -> None:
    scaling = Settings(flywheels={FLYWHEEL: FlywheelSettings(id=FLYWHEEL, vocabulary="scaling")})
    book, other = summaries(first_turn())[2], summaries(first_turn(), scaling)[2]
    assert "Exploitation" in other.heading
    assert "Next Best Action" in book.heading
    assert other.figures == book.figures


def test_minimum_wiring_says_what_was_not_observed() -> None:
    closing = summaries(barely_wired())[-1]
    assert closing.missing[0] == (
        "phases 1 and 2 not observed: work shipped with no stated purpose and no recorded challenge"
    )


def test_a_release_with_nothing_linked_still_reads_well() -> None:
    closing = summaries(History().released(at(0), "lonely"))[-1]
    assert closing.heading == "“lonely” was delivered · checkout"
    assert closing.headline == "Too early to tell: there is no earlier window to compare with."
    assert closing.missing[0].endswith("no stated purpose, no recorded challenge and no linked deployment")


@pytest.mark.slow
@pytest.mark.parametrize("history", [healthy(), struggling(), barely_wired(), first_turn()])
def test_every_summary_has_at_most_six_figures_and_one_action(history: History) -> None:
    for each in summaries(history):
        assert len(each.figures) <= MAX_FIGURES
        assert each.action
        assert each.headline.count(".") >= 1
        assert not each.headline.endswith("..")


def test_the_previous_value_is_the_same_figure_one_period_earlier() -> None:
    facts, settings = facts_of(healthy().events), Settings()
    newest = [each for each in found(healthy()) if each.phase == 3][-1]
    figure = summary_of(newest, facts, FLYWHEEL, settings).figures[0]
    assert (figure.label, figure.value, figure.previous, figure.arrow, figure.trend) == (
        "Change lead time (median)",
        "16 h",
        "22 h",
        "↓",
        "better",
    )


def test_without_an_earlier_period_there_is_no_comparison() -> None:
    for each in summaries(first_turn()):
        assert all(figure.previous is None and figure.arrow == "" for figure in each.figures)


def test_events_after_the_transition_change_nothing() -> None:
    history = first_turn()
    before = [each.digest for each in summaries(history)][:3]
    history.deployed(at(20), "d2", commit("c2", at(19)), remediates="d1", kind="rollback")
    history.proposed(at(21), "another")
    assert [each.digest for each in summaries(history)][:3] == before


def test_the_order_and_the_repetition_of_facts_change_nothing() -> None:
    facts, settings = facts_of(struggling().events), Settings()
    shuffled = [*facts, *facts[::3]]
    random.Random(7).shuffle(shuffled)
    for each in found(struggling())[-6:]:
        assert summary_of(each, facts, FLYWHEEL, settings) == summary_of(each, shuffled, FLYWHEEL, settings)


def test_a_correction_of_the_past_changes_the_digest() -> None:
    history = first_turn()
    before = summaries(history)[-1]
    history.incident(at(4.5), "late", at(4.6), cause={"deployment": "d1"})
    after = summaries(history)[-1]
    assert before.digest != after.digest
    assert ", with a failed change" in after.heading


@pytest.mark.slow
def test_times_are_told_in_the_flywheels_zone() -> None:
    dublin = Settings(flywheels={FLYWHEEL: FlywheelSettings(id=FLYWHEEL, time_zone="Europe/Dublin")})
    summer = summaries(healthy(), dublin)[-1]
    assert "09:00 Europe/Dublin" in summer.context


def test_a_brief_summary_needs_no_facts_and_shows_no_figures() -> None:
    closing = found(first_turn())[-1]
    brief = brief_of(closing, Settings().flywheel(FLYWHEEL))
    assert brief.headline == "“Checkout in one page” was delivered in 12 d."
    assert (brief.figures, brief.action) == ((), None)
    assert brief.id == summaries(first_turn())[-1].id


def test_an_idea_and_a_feature_of_one_name_have_summaries_of_their_own() -> None:
    history = History().released(at(0), "x").proposed(at(1), "x").released(at(2), "y", idea="x")
    ids = [each.id for each in summaries(history)]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("vocabulary", ["scaling", "data"])
@pytest.mark.parametrize("history", [healthy(), struggling(), first_turn()])
def test_no_vocabulary_changes_a_number_of_any_summary(history: History, vocabulary: Any) -> None:
    chosen = Settings(flywheels={FLYWHEEL: FlywheelSettings(id=FLYWHEEL, vocabulary=vocabulary)})
    facts, newest = facts_of(history.events), found(history)[-4:]
    book = [summary_of(each, facts, FLYWHEEL, Settings()) for each in newest]
    other = [summary_of(each, facts, FLYWHEEL, chosen) for each in newest]
    assert [(e.id, e.figures, e.tenets) for e in book] == [(e.id, e.figures, e.tenets) for e in other]
    if vocabulary == "scaling":
        assert [each.heading for each in book] != [each.heading for each in other]


@pytest.mark.parametrize("flywheel", [FLYWHEEL, "shop"])
@pytest.mark.parametrize("seed", range(4))
def test_a_summary_tells_the_same_from_its_part_of_the_report(
    seed: int, flywheel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts, settings = facts_of(everything.random_history(seed, 120)), everything.FAMILY
    wheel = fold(facts, flywheel, settings, AS_OF)
    told, whole = told_figures(wheel, 28.0), report_of(wheel, 28.0)
    for name, part in told.items():
        assert part == (
            whole[name] if name not in {"receipt", "context"} else {each: whole[name][each] for each in part}
        )
    passed = transitions(fold(facts, FLYWHEEL, settings, AS_OF))[-6:]
    brief = [summary_of(each, facts, flywheel, settings) for each in passed]
    monkeypatch.setattr(phases_and_turns, "told_figures", report_of)
    assert passed
    assert [summary_of(each, facts, flywheel, settings) for each in passed] == brief


def test_what_was_news_before_is_looked_up_only_where_a_change_is_news(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(phases_and_turns, "news_a_week_before", asked)
    assert summaries(first_turn())
