"""What a digest says: a period beside the one before, for whom, from what; and that only the past can change it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from shared.flywheel.facts.fact import Fact
from shared.flywheel.settings.digest_schedule import Period, periods
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.digest import digest_of, digests_of
from shared.flywheel.summaries.digest_names import phases_with_digests
from shared.flywheel.summaries.length import words
from shared.flywheel.summaries.summary import Figure, Summary
from shared.flywheel.vocabularies import GOALS
from shared.store.projections.summary_packing import pack_summary
from tests.unit.domain.histories import FLYWHEEL, History, commit, facts_of, moment, rules
from tests.unit.summaries.wheels import AS_OF, at, barely_wired, doom_loop, first_turn, healthy, struggling


def period_of(as_of: datetime, settings: Settings) -> Period:
    return periods(settings.flywheel(FLYWHEEL), as_of, 1)[0]


def digest(history: History, as_of: str, phase: int = 0, **flywheel: Any) -> Summary:
    settings = rules(**flywheel)
    found = digest_of(facts_of(history.events), FLYWHEEL, settings, period_of(moment(as_of), settings), phase)
    assert found
    return found


def busy() -> History:
    """One turn in the week to Monday 12 January, three in the week after it."""
    history = History().proposed(at(0), "first")
    for name, day in (("a", 0.5), ("b", 7.5), ("c", 8), ("d", 9)):
        history.deployed(at(day), f"d-{name}", commit(name, at(day)))
        history.released(at(day), name, deployments=[f"d-{name}"]).outcome(at(day + 1), feature=name)
    return history


def test_a_digest_tells_the_period_and_the_one_before() -> None:
    shown = digest(busy(), at(14.5))
    assert shown.figures[:2] == (
        Figure(label="Turns delivered in the week", value="3", previous="1"),
        Figure(label="Deployments in the week", value="3", previous="1"),
    )
    assert shown.context.startswith("the wheel is turning; 84 days to 19 Jan 09:00 UTC; 4 turns, 4 deployments")


def test_what_was_retracted_meanwhile_is_in_the_period_before_no_more() -> None:
    history = busy().deployed(at(6), "mistaken", id="mistaken").retracted(at(13), "mistaken")
    deployments = digest(history, at(14.5)).figures[1]
    assert (deployments.value, deployments.previous) == ("3", "1")


def test_its_other_figures_are_those_of_the_window_beside_those_a_window_earlier() -> None:
    shown = digest(healthy(), at(170), 3)
    before = healthy().report(at(168 - 84), 84)
    figure = next(each for each in shown.figures if each.label == "Time in this phase (median)")
    assert (figure.value, figure.previous, figure.trend) == ("1 d 15 h", "2 d 5 h", None)
    assert before["turns"]["phase_hours"]["3"]["p50"] == pytest.approx(2.21 * 24, abs=1)


def test_a_month_is_compared_with_the_month_before() -> None:
    history = History()
    for day in ("01-10", "02-10", "02-20"):
        history.deployed(day, f"d{day}").released(day, f"f{day}", deployments=[f"d{day}"]).outcome(
            day, feature=f"f{day}"
        )
    shown = digest(history, "03-01 12:00", digest="monthly")
    assert shown.figures[0] == Figure(label="Turns delivered in the month", value="2", previous="1")


def test_the_first_digest_compares_with_nothing() -> None:
    late = digest(History().proposed(at(2.9), "x"), at(3.1), digest="daily", digest_hour=9)
    assert "Turns delivered in the day" in [figure.label for figure in late.figures]
    assert late.headline == "Too early to tell: there is no earlier window to compare with."
    assert late.context.startswith("no turn has closed yet; ")
    assert all(figure.previous is None for figure in late.figures)


def test_where_there_is_an_earlier_window_with_few_cases_nobody_says_that_there_is_none() -> None:
    history = History().released(at(70), "f1").released(at(100), "f2")
    shown = digest(history, at(170.5), digest="daily", digest_hour=9)
    assert shown.headline == "Too little to tell: too few cases in this window or in the one before."


def test_personas_have_digests_only_where_they_have_channels() -> None:
    assert phases_with_digests(rules().flywheel(FLYWHEEL)) == (0,)
    settings = rules(personas={"cto": "#technology", "ceo": "#leadership"})
    assert phases_with_digests(settings.flywheel(FLYWHEEL)) == (0, 1, 4)
    found = digests_of(facts_of(busy().events), FLYWHEEL, settings, period_of(moment(at(14.5)), settings))
    assert [(each.phase, each.persona) for each in found] == [(0, "everyone on the wheel"), (1, "CEO"), (4, "CTO")]
    assert len({each.id for each in found}) == 3


def test_a_persona_reads_the_figures_and_tenets_of_its_phase() -> None:
    shown = digest(healthy(), at(170), 4)
    assert shown.figures[0].label == "Change fail rate"
    assert shown.heading == "Weekly digest for the CTO · checkout"


@pytest.mark.parametrize(
    ("vocabulary", "phase", "reader"),
    [
        ("book", "Challenge & Landscape", "engineers"),
        ("scaling", "Inertia", "engineers"),
        ("data", "Challenge & Landscape", "technology leads and data engineers"),
    ],
)
def test_a_vocabulary_changes_labels_and_no_number(vocabulary: str, phase: str, reader: str) -> None:
    shown, usual = (digest(struggling(), at(170), 2, vocabulary=words) for words in (vocabulary, "book"))
    assert shown.context.startswith(f"{phase}: {GOALS[vocabulary][2]}; 84 days")
    assert shown.heading == f"Weekly digest for {reader} · checkout"
    assert (shown.figures, shown.tenets) == (usual.figures, usual.tenets)


def test_a_doom_loop_is_told() -> None:
    shown = digest(doom_loop(), at(106))
    assert shown.headline.startswith("Doom loop: changes of direction followed disappointing results")
    assert "the wheel is" not in shown.context


def test_the_receipt_tells_what_was_counted_and_what_was_left_out() -> None:
    history = busy().deployed(at(8), "staged", environment="staging")
    history.released(at(9), "oops", id="wrong").retracted(at(10), "wrong")
    history.incident(at(9), "i", at(9.1), cause={"deployment": "d-c"})
    missing = digest(history, at(14.5)).missing
    counted = len(busy().events) + 2
    assert f"{counted} events counted, 2 left out (1 retracted and 1 not of production)" in missing


def test_a_kind_of_event_that_has_stopped_coming_is_named() -> None:
    history = busy()
    for day in range(0, 12, 2):
        history.add("Metric Measured", at(day), metric="orders", value=day)
    told = "no Metric Measured for 11 d 1 h, usually every 2 d"
    assert told in digest(history, at(21.5)).missing
    assert told not in digest(history, at(14.5)).missing
    (silent,) = history.report(at(21), settings=Settings())["context"]["silent"]
    assert (silent["kind"], silent["hours"], silent["usual_hours"]) == ("Metric Measured", 11 * 24, 48)


def test_what_nobody_owns_is_named() -> None:
    history = busy()
    for number, service in enumerate(("pay", "pay", "ship", "zoo", "ark")):
        history.deployed(at(8), f"lost-{number}", flywheel=None, service=service)
    missing = digest(history, at(14.5)).missing
    assert "5 events that no flywheel owns (ark, pay, ship and 1 more): map them in flywheel.toml" in missing


def test_kinds_that_count_for_nothing_are_named() -> None:
    settings = Settings()
    [shown] = digests_of(
        facts_of(busy().events),
        FLYWHEEL,
        settings,
        period_of(moment(at(14.5)), settings),
        not_counted={"github star", "github fork"},
    )
    assert "received and not counted: github fork and github star" in shown.missing


def test_phases_that_no_delivered_turn_shows_are_missing() -> None:
    missing = digest(barely_wired(), at(100)).missing
    assert missing[-1].endswith("turns delivered with no stated purpose and no recorded challenge")
    assert not any("not observed" in line for line in digest(healthy(), at(100)).missing)


def test_a_wheel_that_is_silent_for_a_whole_window_gets_none() -> None:
    facts, settings = facts_of(first_turn().events), Settings()
    late = period_of(moment(at(5)) + timedelta(days=95), settings)
    assert digest_of(facts, FLYWHEEL, settings, late) is None
    assert digest_of([], FLYWHEEL, settings, late) is None


def test_what_comes_after_the_period_or_in_another_order_changes_nothing() -> None:
    facts, settings = facts_of(struggling().events), Settings()
    period = period_of(moment(at(100)), settings)
    until = [fact for fact in facts if fact.time <= round(period.end.timestamp() * 1e6)]
    assert len(until) < len(facts)
    shuffled = [*facts, *facts[::3]]
    Random(7).shuffle(shuffled)
    assert digest_of(until, FLYWHEEL, settings, period) == digest_of(shuffled, FLYWHEEL, settings, period)


def test_a_correction_of_the_past_changes_it() -> None:
    before = digest(busy(), at(14.5))
    after = digest(busy().incident(at(8.1), "late", at(8.2), cause={"deployment": "d-c"}), at(14.5))
    assert before.id == after.id
    assert before.digest != after.digest


@pytest.mark.parametrize("history", [healthy, struggling, barely_wired, doom_loop])
def test_a_digest_fits_its_item(history: Any) -> None:
    settings = rules(personas={"ceo": "#a", "engineers": "#b", "product_leaders": "#c", "cto": "#d"})
    found = digests_of(facts_of(history().events), FLYWHEEL, settings, period_of(AS_OF - timedelta(days=60), settings))
    for each in found:
        assert len(each.figures) <= 6
        assert each.action
        assert words(each) <= 140
        assert len(pack_summary(each)) < 700


def test_environments_that_are_not_production_and_do_not_say_so_are_named() -> None:
    history = busy()
    for number, name in enumerate(("Production – shop-web", "Production – shop-web", "staging", "preview/pr-12")):
        history.deployed(at(10), f"elsewhere-{number}", environment=name)
    shown = " ".join(digest(history, at(14.5)).missing)
    assert "2 deployments to Production – shop-web, counted nowhere" in shown
    assert "staging" not in shown


class Read(list[Fact]):
    """Facts that count how often they are read."""

    times = 0

    def __iter__(self) -> Iterator[Fact]:
        self.times += 1
        return super().__iter__()


def test_the_folds_of_a_digest_and_of_those_before_it_share_what_they_sort_out() -> None:
    facts, settings = Read(facts_of(healthy().events)), rules()
    assert digests_of(facts, FLYWHEEL, settings, periods(settings.flywheel(FLYWHEEL), AS_OF, 1)[0])
    assert facts.times == 1
