"""Each signal against a number worked out by hand; window 28 d, as_of 2026-03-30."""

from typing import Any

import pytest
from msgspec.structs import replace

from shared.flywheel.facts.fact import CarbonRecorded
from shared.flywheel.settings.thresholds import THRESHOLDS
from shared.flywheel.settings.values import Bounds, Settings
from shared.flywheel.tenets.carbon import intensity
from shared.flywheel.tenets.tenets import TENETS
from tests.unit.domain.histories import History, commit, facts_of, rules

AS_OF = "03-30"


def signals(history: History, settings: Settings | None = None) -> dict[str, dict[str, Any]]:
    found = history.report(AS_OF, settings=settings)["tenets"]
    return {signal["name"]: signal for tenet in found for signal in tenet["signals"]}


def told(history: History, name: str, settings: Settings | None = None) -> tuple[float | None, int | None, str]:
    signal = signals(history, settings)[name]
    return signal["value"], signal["n"], signal["status"]


MARKET = """
anchor Shopper [1, 0.5]
component Idea [0.9, 0.1]
component Search [0.8, 0.3]
component Payment [0.5, 0.8] (buy)
component Power [0.1, 0.9]
this is no line of a map
"""
ORGANISATION = """
component Desk [0.9, 0.3] inertia
component Servers [0.4, 0.8] inertia
component Mail [0.3, 0.75] (build)
component Power [0.1, 0.9] (market)
"""
EMERGING = "component A [0.5, 0.2]\nevolve A 0.6\ncomponent B [0.5, 0.1]\nevolve B 0.5\ncomponent C [0.4, 0.5]"
EMERGED = "component A [0.5, 0.4]\ncomponent B [0.5, 0.2]\nevolve B 0.5\ncomponent C [0.4, 0.5]\ncomponent D [0.3, 0.3]"


def test_with_nothing_sent_no_signal_is_wired_and_none_is_0() -> None:
    found = signals(History()).values()
    assert {(signal["status"], signal["value"], signal["n"]) for signal in found} == {("not_wired", None, None)}


def test_there_are_twelve_tenets_three_a_phase() -> None:
    found = History().report(AS_OF)["tenets"]
    assert [(each["tenet"], each["phase"]) for each in found] == [(n, (n + 2) // 3) for n in range(1, 13)]
    assert all(set(each) == {"tenet", "phase", "persona", "signals"} for each in found)
    keys = {"name", "value", "unit", "n", "status", "threshold"}
    assert all(set(signal) == keys for each in found for signal in each["signals"])


def test_names_of_signals_are_unique_and_every_threshold_belongs_to_one() -> None:
    named = [signal.name for tenet in TENETS for signal in tenet.signals]
    assert len(named) == len(set(named))
    assert set(THRESHOLDS) <= set(named)


def test_the_north_star_is_measured_against_its_cadence() -> None:
    history = History().add("Metric Defined", "01-01", metric="weekly orders", role="north_star", cadence_days=7)
    assert told(history, "north_star_age")[2] == told(history, "north_star_freshness")[2] == "not_wired"
    history.add("Metric Measured", "03-29", metric="other", value=4)
    assert told(history, "north_star_age") == (88.0, 0, "trend_only")
    assert told(history, "north_star_freshness")[2] == "act"
    history.add("Metric Measured", "02-01", metric="weekly orders", value=3)
    history.add("Metric Measured", "03-23", metric="weekly orders", value=4)
    assert told(history, "north_star_freshness") == (1.0, 1, "healthy")
    history.add("Metric Defined", "03-24", metric="weekly orders", role="north_star")
    assert told(history, "north_star_freshness") == (None, None, "not_wired")


def test_a_new_definition_of_a_north_star_that_was_never_measured_makes_it_no_younger() -> None:
    history = History().add("Metric Measured", "03-01", metric="other", value=4)
    for time in ("03-02", "03-25"):
        history.add("Metric Defined", time, metric="orders", role="north_star", cadence_days=7)
    assert told(history, "north_star_age") == (28.0, 0, "trend_only")
    assert told(history, "north_star_freshness") == (4.0, 0, "act")
    assert history.report(AS_OF)["value"]["north_star"]["stale"]


def test_inputs_are_declared_and_measured() -> None:
    history = History()
    assert (
        told(history.add("Metric Defined", "03-01", metric="m", role="north_star"), "inputs_declared")[2] == "not_wired"
    )
    for name in ("a", "b", "c"):
        history.add("Metric Defined", "03-01", metric=name, role="input")
    history.add("Metric Measured", "03-20", metric="a", value=1).add("Metric Measured", "02-20", metric="b", value=1)
    history.add("Metric Defined", "03-02", metric="c", role="effort")
    assert told(history, "inputs_declared") == (2.0, 2, "watch")
    assert told(history, "inputs_measured") == (0.5, 2, "trend_only")


def test_a_released_feature_is_linked_to_an_input_by_its_idea() -> None:
    history = History().proposed("03-01", "one", input_metric="m").released("03-10", "f1", idea="one")
    history.proposed("03-01", "two").released("03-11", "f2", idea="two").released("03-12", "f3", audience=0)
    assert told(history, "features_with_input") == (0.0, 2, "act"), "an input that nobody defined is none"
    history.add("Metric Defined", "03-11", metric="m", role="input")
    assert told(history, "features_with_input") == (0.5, 2, "watch")
    history.add("Metric Defined", "03-12", metric="m", role="input", feature="f2")
    assert told(history, "features_with_input") == (1.0, 2, "healthy")


def test_time_to_value_and_old_ideas() -> None:
    history = History().proposed("03-01", "one").released("03-03", "f1", idea="one")
    history.proposed("03-04", "two").released("03-08", "f2", idea="two")
    history.proposed("03-20", "old").proposed("03-26", "young")
    assert told(history, "time_to_value_idea_p50") == (72.0, 2, "trend_only")
    assert told(history, "time_to_value_idea_p85")[0] == pytest.approx(48 + 0.85 * 48)
    assert told(history, "old_open_ideas") == (1.0, 2, "trend_only")
    assert told(history, "time_to_value_first_commit_p50")[2] == "not_wired"


def test_the_market_map() -> None:
    history = History().add("Map Submitted", "01-01", map="market", text="component Old [0.5, 0.9]")
    history.add("Map Submitted", "02-28", map="market", text=MARKET)
    assert told(history, "market_map_age") == (30.0, 2, "healthy")
    assert told(history, "market_anchors") == (1.0, 4, "healthy")
    assert told(history, "market_differentiators") == (0.5, 4, "trend_only")
    entry = history.report(AS_OF)["context"]["maps"]["market"]
    assert entry["unread_lines"] == 1
    assert entry["change"]["removed"] == ["Old"]
    assert len(entry["differentiators"]) + len(entry["enablers"]) == 4


def test_a_first_map_has_no_change_to_tell() -> None:
    history = History().add("Map Submitted", "02-28", map="market", text=MARKET)
    assert history.report(AS_OF)["context"]["maps"]["market"]["change"] is None


def test_bounds_of_stages_are_the_flywheels_own() -> None:
    history = History().add("Map Submitted", "02-28", map="market", text=MARKET)
    assert told(history, "market_differentiators", rules(map_stages=(0.05, 0.2, 0.7)))[0] == 0.25


def test_challenges_and_reviewed_failures() -> None:
    history = History().challenged("03-05", "c1", "03-07", challenger="x").challenged("03-06", "c2", "03-16")
    history.challenged("03-07", "c3", challenger="x").challenged("02-01", "c4", "02-02", challenger="y")
    assert told(history, "challengers") == (1.0, 3, "trend_only")
    assert told(history, "challenge_days") == (6.0, 2, "healthy")
    history.deployed("03-10", "d1").deployed("03-12", "d2").deployed("03-13", "d3")
    history.incident("03-10 01:00", "i1", cause={"deployment": "d1"}).incident(
        "03-12 01:00", "i2", cause={"deployment": "d2"}
    )
    assert told(history, "failed_reviewed")[2] == "not_wired"
    history.add("Incident Reviewed", "03-20", incident="i1")
    assert told(history, "failed_reviewed") == (0.5, 2, "watch")


def test_the_organisation_map_and_what_blocks() -> None:
    history = History().add("Map Submitted", "03-01", map="organisation", text=ORGANISATION)
    assert told(history, "commodity_burden") == (0.5, 4, "trend_only")
    assert history.report(AS_OF)["drag"]["map_inertia_share"] == 0.5
    assert told(history, "offload_ratio") == (1 / 3, 3, "trend_only")
    history.proposed("03-10", "one").blocked("03-15", "b1", "03-20", idea="one", category="approval")
    history.blocked("03-18", "b2", "03-25", idea="one", category="skills")
    assert told(history, "blocked_share") == (0.5, 1, "trend_only")
    assert told(history, "approval_wait_share") == (0.25, 1, "trend_only")


def test_the_offload_ratio_is_of_the_solution_map_where_there_is_one() -> None:
    history = History().add("Map Submitted", "03-05", map="organisation", text=ORGANISATION)
    history.add("Map Submitted", "03-01", map="solution", text="component A [1, 0.9] (ecosystem)\nbuy B [1, 0.9]")
    assert told(history, "offload_ratio") == (0.5, 2, "trend_only")


def test_code_and_developer_experience() -> None:
    history = History().deployed("03-05", "d1", commit("a", "03-04"), net_lines=120, manual_steps=3)
    history.deployed("03-12", "d2", net_lines=-20, manual_steps=1).deployed(
        "03-13", "d3", outcome="failed", net_lines=9
    )
    history.deployed("02-01", "d0", net_lines=1000, manual_steps=9).released("03-14", "f", deployments=["d1"])
    assert told(history, "net_lines_per_feature") == (100.0, 1, "trend_only")
    assert told(history, "manual_steps") == (2.0, 2, "trend_only")
    assert told(history, "change_lead_time_p50") == (24.0, 1, "trend_only")
    assert told(history, "deployments_per_week") == (0.5, 2, "trend_only")


def test_of_a_deployment_that_two_systems_tell_the_lines_count_once() -> None:
    history = History().released("03-14", "f").deployed("03-12", "d1", net_lines=100, manual_steps=2)
    history.deployed("03-13", "d1", net_lines=120, manual_steps=3)
    assert told(history, "net_lines_per_feature") == (120.0, 1, "trend_only")
    assert told(history, "manual_steps") == (3.0, 1, "trend_only")


def test_where_no_deployment_of_the_window_states_its_lines_there_are_none_to_count() -> None:
    history = History().released("03-14", "f").deployed("02-01", "d0", net_lines=1000)
    history.deployed("03-12", "d1").deployed("03-13", "d2", outcome="failed", net_lines=9)
    assert told(history, "net_lines_per_feature") == (None, 1, "trend_only")


def test_turns_are_mapped_before_their_first_commit() -> None:
    history = History().add("Map Submitted", "03-02", map="solution", text=MARKET)
    history.worked("03-05", idea="one").worked("03-05", idea="two").worked("02-01", idea="long-ago")
    assert told(history, "mapped_before_commit")[2] == "not_wired"
    history.add("Map Submitted", "03-03", map="solution", text=MARKET, idea="one")
    history.add("Map Submitted", "03-06", map="solution", text=MARKET, idea="two")
    assert told(history, "mapped_before_commit") == (0.5, 2, "healthy")
    assert told(history, "solution_map_age") == (24.0, 3, "healthy")


def risks(high: int, medium: int, none: int) -> dict[str, dict[str, int]]:
    return {"security": {"high": high, "medium": medium, "none": 0, "unanswered": 9}, "cost": {"none": none}}


def test_problems_are_prevented() -> None:
    history = History().add("Review Recorded", "02-01", workload="w", risks=risks(5, 1, 4), actions_done=7)
    history.add("Review Recorded", "03-10", workload="w", risks=risks(2, 2, 4), actions_done=1)
    assert told(history, "high_risk_density") == (0.25, 8, "trend_only")
    assert told(history, "review_age") == (20.0, 2, "healthy")
    history.incident("02-12", "i3")
    assert told(history, "prevention_ratio") == (1.0, 4, "trend_only")
    history.incident("03-11", "i1").incident("03-12", "i2")
    history.add("Incident Reviewed", "03-13", incident="i1", actions_done=1)
    history.add("Incident Reviewed", "03-14", incident="i1", actions_done=2)
    assert told(history, "prevention_ratio") == (6 / 8, 8, "trend_only")
    history.add("Incident Reviewed", "03-15", incident="i1")
    assert told(history, "prevention_ratio") == (6 / 8, 8, "trend_only"), "a review that states none takes none back"
    history.add("Incident Resolved", "03-16", incident="i1").incident("03-20", "i1")
    history.add("Incident Reviewed", "03-21", incident="i1", actions_done=3)
    assert told(history, "prevention_ratio") == (9 / 12, 12, "trend_only"), "another incident of the same name"
    history.add("Incident Reviewed", "03-21", incident="i9", actions_done=5)
    assert told(history, "prevention_ratio") == (9 / 12, 12, "trend_only"), "an incident that was never opened"


def carbon(history: History, start: str, end: str, **more: Any) -> History:
    body = {"unit": "order", "units": 100, "operational_gco2e": 300, "embodied_gco2e": 100, "model_version": "1"}
    times = {"period_start": f"2026-{start}T00:00:00Z", "period_end": f"2026-{end}T00:00:00Z"}
    return history.add("Carbon Recorded", end, **(body | times | more))


def test_carbon_is_compared_within_one_model_and_unit_only() -> None:
    history = carbon(History(), "01-01", "02-01")
    assert told(history, "sci") == (4.0, 1, "trend_only")
    assert told(history, "sci_change") == (None, 1, "trend_only")
    assert signals(history)["sci"]["unit"] == "gCO2e/order"
    carbon(history, "02-01", "03-01", operational_gco2e=None, energy_kwh=2, intensity_gco2e_per_kwh=100)
    assert told(history, "sci") == (3.0, 2, "trend_only")
    assert told(history, "sci_change") == (-0.25, 2, "trend_only")
    for other in ({"model_version": "2"}, {"unit": "user"}, {"embodied_gco2e": None}):
        changed = carbon(History(), "01-01", "02-01")
        assert told(carbon(changed, "02-01", "03-01", **other), "sci_change")[0] is None


def test_numbers_that_no_double_holds_are_no_figure() -> None:
    """As events could carry them before they were bounded."""
    [fact] = facts_of(carbon(History(), "01-01", "02-01").events)
    assert isinstance(fact, CarbonRecorded)
    assert intensity(replace(fact, operational_gco2e=1e308, embodied_gco2e=1e308)) is None
    assert intensity(replace(fact, units=1e-308, operational_gco2e=1e10)) is None


def test_predicted_moves_are_looked_up_in_the_next_map() -> None:
    history = History().add("Map Submitted", "01-01", map="emerging_value", text=EMERGING)
    assert told(history, "evolving_share") == (2 / 3, 3, "trend_only")
    assert told(history, "moves_realised") == (None, 0, "trend_only")
    history.add("Map Submitted", "03-01", map="emerging_value", text=EMERGED)
    assert told(history, "moves_realised") == (0.5, 2, "trend_only")
    assert told(history, "evolving_share") == (0.25, 4, "trend_only")
    assert told(history, "emerging_map_age") == (29.0, 2, "healthy")


def test_a_flywheel_has_bounds_of_its_own() -> None:
    history = History().add("Map Submitted", "03-01", map="market", text=MARKET)
    settings = rules(thresholds={"market_map_age": Bounds(healthy=7.0, watch=14.0)})
    assert told(history, "market_map_age", settings) == (29.0, 1, "act")
    assert signals(history, settings)["market_map_age"]["threshold"] == {
        "better": "down",
        "healthy": 7.0,
        "watch": 14.0,
    }


def test_a_vocabulary_changes_words_and_no_number() -> None:
    history = History().add("Map Submitted", "03-01", map="market", text=MARKET).proposed("03-02", "one")
    book, data = (history.report(AS_OF, settings=rules(vocabulary=words)) for words in ("book", "data"))
    assert [each["signals"] for each in book["tenets"]] == [each["signals"] for each in data["tenets"]]
    assert all(one["persona"] != other["persona"] for one, other in zip(book["tenets"], data["tenets"], strict=True))
    phases, others = book["context"]["phases"], data["context"]["phases"]
    assert phases[0]["name"] == "Clarity of Purpose"
    assert {each["goal"] for each in phases}.isdisjoint(each["goal"] for each in others)


def test_staging_counts_nowhere() -> None:
    history = History().deployed("03-05", "d1", environment="staging", net_lines=5, manual_steps=2)
    assert {signal["status"] for signal in signals(history).values()} == {"not_wired"}
