"""The history beside a report: 26 weeks, each number a function of the events, and the same after a store."""

from datetime import datetime, timedelta
from math import isclose

import msgspec
from hypothesis import given, settings

from shared.flywheel.distribution import wilson
from shared.flywheel.figures.momentum import momentum
from shared.flywheel.history.history import history_of
from shared.flywheel.history.values import History as Values
from shared.flywheel.history.variation import of_counts
from shared.flywheel.moments import micros
from shared.flywheel.report.report import report_of
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from tests.unit.domain.histories import (
    FLYWHEEL,
    MOMENTS,
    SETTINGS,
    WINDOWS,
    Envelope,
    History,
    commit,
    facts_of,
    histories,
    moment,
)


def values(history: History, as_of: str, window: float = 84, rules: Settings | None = None) -> Values:
    chosen = rules or Settings()
    wheel = fold(facts_of(history.events), FLYWHEEL, chosen, moment(as_of))
    return history_of(wheel, chosen, window)


@settings(max_examples=40)
@given(histories(), MOMENTS, SETTINGS, WINDOWS)
def test_a_history_is_the_same_after_a_store_and_agrees_with_the_report(
    events: list[Envelope], as_of: datetime, rules: Settings, window: float
) -> None:
    wheel = fold(facts_of(events), FLYWHEEL, rules, as_of)
    history, report = history_of(wheel, rules, window), report_of(wheel, window)
    assert msgspec.json.decode(msgspec.json.encode(history), type=Values) == history
    assert history.weeks[-1] == as_of
    assert len(history.weeks) == 26
    five = report["dora"]
    assert history.series["dora.lead_time_hours"].now.value == five["lead_time_hours"]["p50"]
    assert history.series["dora.recovery_minutes"].now.value == five["recovery_minutes"]["p50"]
    assert history.series["dora.per_week"].now.n == five["deployments"]
    for path, rate in (("dora.change_fail_rate", five["change_fail_rate"]), ("dora.rework_rate", five["rework_rate"])):
        assert history.series[path].now.value == rate["value"]
    assert history.momentum.releases[-1].value == report["momentum"]["value"]
    assert history.momentum.value[-1].value == report["value"]["momentum"]["value"]
    assert sum(phase.open for phase in history.phases) == sum(report["turns"]["open"].values())


def test_weeks_without_an_event_before_the_first_are_unknown_and_later_ones_are_none() -> None:
    history = History().deployed("03-02", "d1", commit("a", "03-01")).deployed("03-24", "d2", commit("b", "03-23"))
    spans = values(history, "03-30").series["dora.per_week"].spans
    assert [span.value for span in spans][:21] == [None] * 21
    assert [span.value for span in spans][21:] == [1, 0, 0, 0, 1]


def test_a_share_comes_with_its_interval_over_four_weeks() -> None:
    history = History()
    for day in range(1, 25):
        history.deployed(f"03-{day:02}", f"d{day}", kind="hotfix" if day % 6 == 0 else "planned")
    rework = values(history, "03-30").series["dora.rework_rate"]
    newest = rework.spans[-1]
    assert (newest.n, newest.value) == (22, 4 / 22)
    assert [newest.low, newest.high] == wilson(4, 22)
    assert rework.now.low is not None
    assert wilson(4, 24)[0] < rework.now.low, "80% is narrower than 95%"


def test_counts_vary_as_poisson_counts_do() -> None:
    """scipy.stats.poisson.ppf(0.1 and 0.9, 3) is 1 and 5; of 20, 14 and 26."""
    assert of_counts(3) == (1, 5)
    assert of_counts(20) == (14, 26)
    assert of_counts(0) == (0, 0)
    low, high = of_counts(2000)
    assert isclose(low or 0, 1943, abs_tol=1)
    assert isclose(high or 0, 2057, abs_tol=1)


def test_momentum_has_a_corner_on_either_side_of_each_push() -> None:
    history = History().proposed("03-01", "i1").released("03-10", "f1", idea="i1")
    corners = values(history, "03-30").momentum.releases
    pushed = [each for each in corners if each.at == moment("03-17")]
    assert [each.value for each in pushed] == [0, 1]
    wheel = fold(facts_of(history.events), FLYWHEEL, Settings(), moment("03-30"))
    for each in corners:
        if each not in pushed:
            assert each.value == momentum(wheel, micros(each.at))


def test_a_turn_is_known_by_its_title_what_held_it_and_what_happened_on_its_way() -> None:
    history = History().proposed("03-01", "i1", title="Pay in one tap").worked("03-03", idea="i1")
    history.blocked("03-04", "b1", "03-06", idea="i1", title="Vault").blocked("03-20", "b2", idea="i1")
    history.deployed("03-08", "d1", commit("c1", "03-07", "i1")).incident(
        "03-08 02:00", "x", cause={"deployment": "d1"}
    )
    history.released("03-10", "f1", idea="i1", audience=0.25)
    (turn,) = values(history, "03-30").turns
    assert turn.title == "Pay in one tap"
    assert [(hold.blocker, hold.title, hold.until is None) for hold in turn.holds] == [
        ("b1", "Vault", False),
        ("b2", None, True),
    ]
    assert [each.text for each in turn.moments] == [
        "proposed",
        "work started",
        "deployed, failed",
        "incident opened",
        "released to 25%",
        "delivered",
    ]


def test_maps_tell_what_moved_what_is_new_and_what_is_gone() -> None:
    before = "component Vault [0.5, 0.3] inertia\ncomponent Mail [0.4, 0.8]"
    after = "component vault [0.5, 0.75] inertia\ncomponent Search [0.6, 0.2]\nevolve Search 0.5"
    history = History().add("Map Submitted", "02-01", map="solution", text=before)
    drawn = values(history.add("Map Submitted", "03-01", map="solution", text=after), "03-30").maps["solution"]
    assert drawn.before_at == moment("02-01")
    assert {each.name: (each.fate, each.was, each.now, each.foreseen, each.inertia) for each in drawn.components} == {
        "vault": ("stays", 0.3, 0.75, None, True),
        "Mail": ("gone", 0.8, None, None, False),
        "Search": ("new", None, 0.2, 0.5, False),
    }


def test_the_newest_eighty_turns_are_kept() -> None:
    history = History()
    for number in range(100):
        history.proposed((moment("01-01") + timedelta(hours=number * 12)).strftime("%m-%d %H:%M"), f"i{number:03}")
    turns = values(history, "03-30").turns
    assert [turn.turn for turn in turns] == [f"i{number:03}" for number in range(20, 100)]
