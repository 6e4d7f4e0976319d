"""What stands around the figures, worked out by hand; window 28 d, as_of 2026-03-30."""

from datetime import date
from typing import Any

import pytest

from shared.flywheel.settings.values import FlywheelSettings, Settings
from tests.unit.domain.histories import FLYWHEEL, History, commit, measured, rules

AS_OF = "03-30"


def context(history: History, **flywheel: Any) -> dict[str, Any]:
    return dict(history.report(AS_OF, settings=rules(soak_days=0, **flywheel))["context"])


def delivered(history: History, name: str, start: str, release: str) -> History:
    return history.proposed(start, name).released(release, f"f-{name}", idea=name)


def test_without_anything_every_part_is_unknown() -> None:
    found = context(History())
    assert {name for name, part in found.items() if part is None} == {
        "stage", "cost", "boxes", "goals", "data_domains", "children", "purpose",
    }  # fmt: skip
    assert (found["rituals"], found["re_entry"]["share"]["value"], found["innovation_space"]["value"]) == (
        [],
        None,
        None,
    )


def re_entry(history: History, soak: float = 0) -> dict[str, Any]:
    return dict(history.report(AS_OF, 84, rules(soak_days=soak))["context"]["re_entry"])


def test_an_idea_that_follows_a_turn_returns_to_purpose() -> None:
    history = delivered(delivered(History(), "one", "02-01", "02-05"), "two", "02-01", "02-06")
    delivered(history, "three", "02-01", "02-07")
    history.proposed("02-08", "next", follows="one").proposed("02-09", "after", follows="f-two")
    history.proposed("02-01", "too-early", follows="three").proposed("02-08", "two", follows="two")
    found = re_entry(history)
    assert (found["share"]["count"], found["share"]["n"], found["gap_hours_p50"]) == (2, 3, 72.0)


@pytest.mark.parametrize(
    ("proposed", "count", "gap"),
    [
        ("02-02 23:59", 0, None),
        ("02-03", 1, 0.0),
        ("02-04", 1, 0.0),
        ("02-05", 1, 0.0),
        ("02-06", 1, 24.0),
        ("03-05", 1, 672.0),
        ("03-05 00:01", 0, None),
    ],
)
def test_an_idea_follows_from_the_first_release_to_28_days_after_the_close(
    proposed: str, count: int, gap: float | None
) -> None:
    """Released 02-03, closed by its outcome 02-05."""
    history = History().proposed("02-01", "one").released("02-03", "f-one", idea="one").outcome("02-05", idea="one")
    found = re_entry(history.proposed(proposed, "next", follows="one"), soak=7)
    assert (found["share"]["count"], found["share"]["n"], found["gap_hours_p50"]) == (count, 1, gap)


def test_a_stopped_turn_that_was_never_released_is_followed_from_its_stop_on() -> None:
    history = History().proposed("02-01", "one").stopped("02-05", "one").proposed("02-04", "next", follows="one")
    assert re_entry(history)["share"]["count"] == 0
    assert re_entry(history.proposed("02-05", "after", follows="one"))["share"]["count"] == 1


@pytest.mark.parametrize(("closed", "n"), [("03-02", 1), ("03-02 00:01", 0)])
def test_a_turn_that_nothing_follows_yet_counts_once_28_days_are_over(closed: str, n: int) -> None:
    history = History().proposed("02-01", "one").stopped(closed, "one")
    assert re_entry(history)["share"]["n"] == n
    assert re_entry(history.proposed(closed, "next", follows="one"))["share"]["n"] == 1


def test_innovation_space_is_what_is_no_rework() -> None:
    history = History().deployed("03-05", "a").deployed("03-06", "b", kind="hotfix").deployed("03-07", "c")
    assert context(history.deployed("03-08", "d"))["innovation_space"]["value"] == 0.75


def test_a_delivered_turn_costs_its_part_of_the_month() -> None:
    history = delivered(delivered(History(), "one", "03-01", "03-05"), "two", "03-01", "03-06")
    found = context(history, cost_per_month=73_000.0, currency="USD")["cost"]
    assert found == {
        "currency": "USD", "of_window": 67_200.0, "delivered": 2, "per_delivered_turn": 33_600.0,
        "met": 0, "per_met_outcome": None,
    }  # fmt: skip
    assert context(History(), cost_per_month=1.0)["cost"]["per_delivered_turn"] is None


def test_a_box_has_the_declared_roles() -> None:
    history = delivered(History(), "one", "03-01", "03-05").proposed("03-02", "two").proposed("03-03", "three")
    assert context(history, roles=("product",))["boxes"] is None
    history.add("Box Formed", "03-02", idea="one", roles=["Product", "engineering", "business"])
    history.add("Box Formed", "03-03", idea="two", roles=["product"])
    found = context(history, roles=("product", "Engineering"))["boxes"]
    assert (found["count"], found["n"]) == (1, 3)
    history.add("Box Formed", "03-04", idea="two", roles=["product", "engineering"])
    assert context(history, roles=("product", "engineering"))["boxes"]["count"] == 2


def test_goals_count_as_last_stated() -> None:
    history = History().add("Goal Set", "03-01", goal="g", statement="s")
    history.add("Goal Set", "03-01", goal="h", statement="s")
    history.add("Goal Set", "03-02", goal="g", statement="s", parent="h", value_oriented=True)
    found = context(history)["goals"]
    assert (found["with_parent"]["value"], found["value_oriented"]["value"], found["value_oriented"]["n"]) == (
        0.5,
        1.0,
        1,
    )


def test_rituals_are_held_and_expected() -> None:
    history = History().add("Ritual Held", "03-05", ritual="walk").add("Ritual Held", "03-12", ritual="walk")
    history.add("Ritual Held", "02-01", ritual="walk").add("Ritual Held", "03-13", ritual="party")
    assert context(history, rituals={"walk": 7.0, "planning": 14.0})["rituals"] == [
        {"ritual": "party", "held": 1, "expected": None, "ratio": None},
        {"ritual": "planning", "held": 0, "expected": 2.0, "ratio": 0.0},
        {"ritual": "walk", "held": 2, "expected": 4.0, "ratio": 0.5},
    ]


def test_figures_before_and_after_a_stage_stand_side_by_side() -> None:
    history = delivered(delivered(History(), "one", "03-01", "03-05"), "two", "03-11", "03-12")
    delivered(history, "three", "03-13", "03-14").deployed("03-16", "d1").deployed("03-20", "d2", kind="hotfix")
    history.deployed("03-08 23:59", "d0")
    found = context(history, stage={"pilot": date(2026, 3, 2), "scale": date(2026, 3, 16)})["stage"]
    assert (found["stage"], found["since"]) == ("scale", "2026-03-16T00:00:00Z")
    before, after = found["before"], found["after"]
    assert (before["stage"], before["days"], before["delivered"], before["rate_per_28d"]) == ("pilot", 14.0, 3, 6.0)
    assert (before["deployments"], after["deployments"], after["deployments_per_week"]) == (1, 2, 1.0)
    assert (after["delivered"], after["rework_rate"]["value"], before["turn_time_hours"]["p50"]) == (0, 0.5, 24.0)


def test_a_stage_of_the_future_has_not_begun_and_the_first_is_compared_with_the_time_before() -> None:
    history = delivered(History(), "one", "03-01", "03-05")
    assert context(history, stage={"pilot": date(2026, 4, 1)})["stage"] is None
    found = context(history, stage={"pilot": date(2026, 3, 15), "scale": date(2026, 4, 1)})["stage"]
    assert (found["before"]["stage"], found["before"]["days"], found["before"]["delivered"]) == (None, 14.0, 1)


def test_a_stage_begins_at_midnight_of_the_flywheel() -> None:
    found = context(History(), stage={"pilot": date(2026, 3, 15)}, time_zone="Asia/Tokyo")["stage"]
    assert found["since"] == "2026-03-14T15:00:00Z"


def test_turns_that_span_domains() -> None:
    history = History()
    for name, services in (("one", ("orders", "lake")), ("two", ("orders",)), ("three", ("elsewhere",))):
        for service in services:
            history.deployed("03-04", f"{name}-{service}", commit(f"{name}-{service}", "03-03", name), service=service)
        delivered(history, name, "03-01", "03-05")
    found = context(history, domains={"orders": ("orders*",), "factory": ("lake",)}, central_domains=("factory",))
    domains = found["data_domains"]
    assert (domains["spanning_several"]["count"], domains["spanning_several"]["n"]) == (1, 2)
    assert domains["deployments"] == {"factory": 1, "orders": 2}
    assert (domains["central"]["turns"], domains["domain_owned"]["turns"]) == (1, 1)
    assert domains["domain_owned"]["turn_time_hours"]["p50"] == 96.0


FAMILY = Settings(
    flywheels={
        "shop": FlywheelSettings(id="shop", kind="organisation"),
        FLYWHEEL: FlywheelSettings(id=FLYWHEEL, parent="shop", soak_days=0.0),
        "search": FlywheelSettings(id="search", parent="shop", soak_days=0.0, services=("search-*",)),
    }
)


def test_a_parent_shows_its_children_side_by_side_and_adds_up_their_counts_only() -> None:
    history = delivered(History(), "one", "03-01", "03-05").deployed("03-05", "d1").incident("03-06", "i")
    history.deployed("03-07", "d2", service="search-api", flywheel=None)
    found = measured(history.events, AS_OF, settings=FAMILY, flywheel="shop")
    children = found["context"]["children"]
    assert children["counts"] == {
        "delivered": 1, "stopped": 0, "open": 0, "deployments": 2, "incidents": 1, "events": 5,
    }  # fmt: skip
    assert [each["flywheel"] for each in children["side_by_side"]] == [FLYWHEEL, "search"]
    assert [each["turn_time_hours"]["p50"] for each in children["side_by_side"]] == [96.0, None]
    assert (found["turns"]["delivered"], found["dora"]["deployments"], found["turns"]["turn_time_hours"]["p50"]) == (
        0,
        0,
        None,
    )


def test_a_childs_figures_beside_its_siblings_are_those_of_its_own_report() -> None:
    history = delivered(History(), "one", "03-01", "03-05").deployed("03-05", "d1", commit("a", "03-04"))
    parent = measured(history.events, AS_OF, settings=FAMILY, flywheel="shop")
    own = measured(history.events, AS_OF, settings=FAMILY, flywheel=FLYWHEEL)
    child = parent["context"]["children"]["side_by_side"][0]
    assert child["drag"] == own["drag"]
    assert child["turn_time_hours"] == own["turns"]["turn_time_hours"]
    assert child["change_fail_rate"] == own["dora"]["change_fail_rate"]
    assert child["lead_time_p50_hours"] == own["dora"]["lead_time_hours"]["p50"]
    assert child["counts"]["events"] == own["receipt"]["counted"]
