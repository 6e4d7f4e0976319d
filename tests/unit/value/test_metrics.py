"""North star, inputs and effort: whose they are, what was measured of them, and which way they go (value.md §2)."""

from typing import Any

import pytest
from msgspec.structs import replace

from shared.flywheel.facts.fact import MetricMeasured
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.value.heading import change_from, heading
from tests.unit.domain.histories import FLYWHEEL, History, facts_of, measured

FAMILY = Settings(
    flywheels={
        "shop": FlywheelSettings(id="shop"),
        FLYWHEEL: FlywheelSettings(id=FLYWHEEL, parent="shop"),
        "search": FlywheelSettings(id="search", parent="shop"),
    }
)


def value(history: History, as_of: str = "06-30", settings: Settings | None = None, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = measured(history.events, as_of, 84, settings, **more)["value"]
    return found


def weekly(history: History, metric: str, values: list[float], month: int = 1, **more: Any) -> History:
    """One value every week from the first of a month on."""
    for week, each in enumerate(values):
        day = week * 7 + 1
        history.add(
            "Metric Measured",
            f"{month + (day - 1) // 28:02}-{(day - 1) % 28 + 1:02}",
            metric=metric,
            value=each,
            **more,
        )
    return history


def star(history: History, as_of: str = "06-30", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = value(history, as_of, **more)["north_star"]
    return found


def test_a_metric_is_told_with_its_value_and_that_of_a_month_before() -> None:
    history = History().add(
        "Metric Defined", "05-01", metric="orders", role="north_star", unit="orders a week", target=200, cadence_days=7
    )
    history.add("Metric Measured", "05-02", metric="orders", value=100).add(
        "Metric Measured", "05-09", metric="orders", value=110
    )
    history.add("Metric Measured", "06-05", metric="orders", value=150)
    assert star(history, "06-10") == {
        "metric": "orders", "of": FLYWHEEL, "role": "north_star", "unit": "orders a week", "target": 200.0,
        "direction": "up", "value": 150.0, "measured_at": "2026-06-05T00:00:00Z", "previous": 110.0,
        "previous_at": "2026-05-09T00:00:00Z", "change": 40.0, "heading": "towards", "reached": False,
        "gap_closed": 40 / 90, "stale": False,
    }  # fmt: skip


def test_nothing_defined_is_no_north_star_and_no_metric() -> None:
    found = value(History().proposed("06-01", "A"))
    assert (found["north_star"], found["inputs"], found["effort"]) == (None, [], [])


@pytest.mark.parametrize(
    ("direction", "before", "after", "heading", "reached", "closed"),
    [
        ("up", 10, 15, "towards", False, 0.5),
        ("up", 10, 40, "towards", True, 1.0),
        ("up", 10, 5, "away", False, -0.5),
        ("up", 10, -100, "away", False, -1.0),
        ("up", 30, 25, "away", True, None),
        ("down", 30, 25, "towards", False, 0.5),
        ("down", 30, 20, "towards", True, 1.0),
        ("down", 10, 15, "away", True, None),
        ("up", 10, 10, "level", False, 0.0),
    ],
)
def test_a_metric_goes_towards_its_target_or_away(
    direction: str, before: float, after: float, heading: str, reached: bool, closed: float | None
) -> None:
    history = History().add("Metric Defined", "05-01", metric="m", role="north_star", target=20, direction=direction)
    history.add("Metric Measured", "05-01", metric="m", value=before).add(
        "Metric Measured", "06-01", metric="m", value=after
    )
    found = star(history)
    assert (found["heading"], found["reached"], found["gap_closed"]) == (heading, reached, closed)


def test_a_change_within_twice_the_usual_wobble_is_level() -> None:
    history = History().add("Metric Defined", "01-01", metric="m", role="north_star", target=50)
    weekly(history, "m", [10, 12, 10, 12, 10, 12, 10, 13.9])
    assert star(history, "03-01")["heading"] == "level"
    assert star(history, "03-01")["change"] == pytest.approx(1.9)


def test_with_fewer_than_six_steps_nothing_is_known_of_its_wobble() -> None:
    history = History().add("Metric Defined", "01-01", metric="m", role="north_star", target=50)
    weekly(history, "m", [10, 12, 10, 12, 10, 11.9])
    assert star(history, "03-01")["heading"] == "away"


def test_a_metric_that_rises_steadily_is_not_level() -> None:
    history = History().add("Metric Defined", "01-01", metric="m", role="north_star", target=50)
    weekly(history, "m", [10, 11, 12, 13, 14, 15, 16, 17])
    assert star(history, "03-01")["heading"] == "towards"


@pytest.mark.parametrize(("as_of", "stale"), [("06-12", False), ("06-11 12:00", False), ("06-11 12:01", True)])
def test_a_metric_is_stale_one_and_a_half_cadences_after_its_last_measurement(as_of: str, stale: bool) -> None:
    history = History().add("Metric Defined", "05-01", metric="m", role="north_star", cadence_days=7)
    history.add("Metric Measured", "06-01", metric="m", value=1)
    if as_of == "06-12":
        history.add("Metric Defined", "05-02", metric="m", role="north_star")
    assert star(history, as_of)["stale"] is stale


def test_what_was_never_measured_is_stale_after_its_first_definition() -> None:
    history = History().add("Metric Defined", "05-01", metric="m", role="north_star", cadence_days=7)
    history.add("Metric Defined", "06-01", metric="m", role="north_star", cadence_days=7)
    assert (star(history, "06-02")["value"], star(history, "06-02")["stale"]) == (None, True)


def test_the_nearest_flywheel_with_a_north_star_gives_it() -> None:
    history = History().add("Metric Defined", "05-01", metric="revenue", role="north_star", flywheel="shop")
    assert star(history, settings=FAMILY)["of"] == "shop"
    history.add("Metric Defined", "04-01", metric="orders", role="north_star")
    found = star(history, settings=FAMILY)
    assert (found["metric"], found["of"]) == ("orders", FLYWHEEL)
    assert star(history, settings=FAMILY, flywheel="search")["metric"] == "revenue"


def test_a_former_north_star_is_none_once_another_metric_is() -> None:
    history = History().add("Metric Defined", "05-01", metric="old", role="north_star")
    history.add("Metric Defined", "05-10", metric="new", role="north_star")
    assert star(history, "05-05")["metric"] == "old"
    assert star(history)["metric"] == "new"
    history.add("Metric Defined", "05-20", metric="new", role="input")
    assert star(history)["metric"] == "old"


def test_inputs_are_those_of_the_scope_by_nearness_and_name() -> None:
    history = History()
    for name in ("b", "a"):
        history.add("Metric Defined", "05-01", metric=name, role="input")
    for name in ("d", "c", "a"):
        history.add("Metric Defined", "05-01", metric=name, role="input", flywheel="shop")
    found = value(history, settings=FAMILY)["inputs"]
    assert [(each["metric"], each["of"]) for each in found] == [
        ("a", FLYWHEEL), ("b", FLYWHEEL), ("c", "shop"), ("d", "shop"),
    ]  # fmt: skip


def test_a_nearer_metric_of_any_role_hides_a_farther_one() -> None:
    history = History().add("Metric Defined", "05-01", metric="a", role="input", flywheel="shop")
    history.add("Metric Defined", "05-01", metric="a", role="effort")
    found = value(history, settings=FAMILY)
    assert (found["inputs"], [each["of"] for each in found["effort"]]) == ([], [FLYWHEEL])


def test_a_measurement_belongs_to_the_nearest_flywheel_above_it_that_defines_the_metric() -> None:
    history = History().add("Metric Defined", "05-01", metric="m", role="north_star", flywheel="shop")
    history.add("Metric Measured", "06-01", metric="m", value=7, flywheel="search")
    for flywheel in ("shop", FLYWHEEL, "search"):
        assert star(history, settings=FAMILY, flywheel=flywheel)["value"] == 7
    history.add("Metric Defined", "05-01", metric="m", role="input", flywheel="search")
    assert star(history, settings=FAMILY)["value"] is None
    [found] = value(history, settings=FAMILY, flywheel="search")["inputs"]
    assert found["value"] == 7


def test_a_revised_measurement_is_the_one_that_counts() -> None:
    history = History().add("Metric Defined", "05-01", metric="m", role="north_star")
    history.add("Metric Measured", "06-01", metric="m", value=7, id="one")
    history.add("Metric Measured", "06-01", metric="m", value=8, id="one", revision=2)
    assert star(history)["value"] == 8


def test_values_at_the_ends_of_what_a_double_holds_give_no_change() -> None:
    """As events could carry them before they were bounded."""
    history = History().add("Metric Measured", "01-01", metric="m", value=1)
    [measurement] = [fact for fact in facts_of(history.events) if isinstance(fact, MetricMeasured)]
    low, high = replace(measurement, value=-1.7e308), replace(measurement, value=1.7e308)
    assert change_from(low, high) is None
    assert heading(1.0, "up", [low, high] * 4, measurement.time) == "towards"


def test_what_a_child_measured_of_its_parents_north_star_disappoints_the_parent() -> None:
    history = History().add("Metric Defined", "05-01", metric="m", role="north_star", target=10, flywheel="shop")
    for day, value in (("05-02", 5), ("05-20", 4)):
        history.add("Metric Measured", day, metric="m", value=value)
    for day, unit in (("05-05", "a"), ("05-25", "b")):
        history.add("Metric Defined", day, metric="m", role="north_star", target=10, unit=unit, flywheel="shop")
    assert measured(history.events, "06-30", 84, FAMILY, "shop")["doom_loop"] == "doom_loop"
    assert measured(history.events, "06-30", 84, FAMILY)["doom_loop"] == "unknown"
