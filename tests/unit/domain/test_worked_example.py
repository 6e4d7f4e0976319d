"""The worked example that the figures were agreed on: four weeks of one small flywheel, number by number."""

from typing import Any

import pytest

from shared.flywheel.figures.dora import lead_times
from shared.flywheel.moments import HOUR
from shared.flywheel.wheel.window import window_of

approx = pytest.approx

AS_OF = "03-30 00:00"


@pytest.fixture
def example(history: Any) -> Any:
    history.deploy("d1", "03-03 10:00", "03-03 08:00", "03-02 10:00")
    history.deploy("d2", "03-05 12:00", "03-05 06:00")
    history.deploy("d3", "03-05 14:30", "03-05 13:30", kind="hotfix")
    history.deploy("d4", "03-12 09:00", "03-10 09:00", "03-11 21:00")
    history.deploy("d5", "03-19 16:00", "03-19 12:00")
    history.deploy("d6", "03-19 17:00", kind="rollback")
    history.deploy("d7", "03-26 11:00", "03-25 11:00")
    history.deploy("d8", "03-26 15:00", "03-26 14:00", outcome="failed")
    history.incident("i1", "03-05 12:30", "03-05 14:30", cause={"deployment": "d2"})
    history.incident("i2", "03-19 16:10", "03-19 17:00", cause={"deployment": "d5"})
    history.incident("i3", "03-14 00:00", "03-14 06:00", cause={"external": True})
    history.send("Feature Released", "03-06 09:00", feature="F1", deployments=["d2", "d3"])
    history.send("Feature Released", "03-13 09:00", feature="F2", deployments=["d4"])
    history.send("Feature Released", "03-26 12:00", feature="F3", deployments=["d7"])
    return history


def test_the_five_of_dora(example: Any) -> None:
    dora = example.report(AS_OF)["dora"]
    assert dora["deployments"] == 7
    assert dora["per_day"] == 0.25
    assert dora["per_week"] == 1.75
    assert dora["days_with_deployment"] == 5
    assert dora["lead_time_hours"] == {"n": 8, "p50": 9, "p85": 24, "values": None}
    assert dora["change_fail_rate"] == {
        "value": 2 / 7,
        "count": 2,
        "n": 7,
        "interval": approx([0.0822, 0.6411], abs=5e-5),
    }
    assert dora["rework_rate"]["value"] == approx(0.2857, abs=5e-5)
    assert dora["recovery_minutes"] == {"n": 2, "p50": 85, "p85": approx(109.5), "values": [50, 120]}
    assert dora["recovery_open"] == []


def test_the_quick_check(example: Any) -> None:
    check = example.report(AS_OF)["dora"]["quick_check"]
    assert check == {
        "throughput": approx(7.333, abs=5e-4),
        "stability": approx(7.143, abs=5e-4),
        "overall": approx(7.257, abs=5e-4),
    }


def test_the_eight_lead_times(example: Any) -> None:
    wheel = example.wheel(AS_OF)
    hours = sorted(each.length / HOUR for each in lead_times(wheel, window_of(wheel, 28)))
    assert hours == [1, 2, 4, 6, 12, 24, 24, 48]


def test_time_to_value_from_the_first_commit(example: Any) -> None:
    times = example.report(AS_OF)["turns"]["time_to_value_hours"]
    assert times["first_commit"] == {"n": 3, "p50": 27, "p85": approx(58.5), "values": [25, 27, 72]}
    assert times["idea"] == {"n": 0, "p50": None, "p85": None, "values": None}


def test_the_three_turns(example: Any) -> None:
    shown = [
        (turn["turn"], turn["key"], turn["state"], turn["phase"], turn["turn_time_hours"], turn["weight"])
        for turn in example.report(AS_OF)["turn_list"]
    ]
    assert shown == [
        ("F1", "feature", "delivered", None, 195, 0.5),
        ("F2", "feature", "delivered", None, 240, 1),
        ("F3", "feature", "open", 4, None, None),
    ]


def test_the_wheel(example: Any) -> None:
    report = example.report(AS_OF)
    turns = report["turns"]
    assert turns["rate_per_28d"] == 2.0
    assert (turns["delivered"], turns["stopped"]) == (2, 0)
    assert turns["open"] == {"1": 0, "2": 0, "3": 0, "4": 1}
    assert turns["turn_time_hours"]["p50"] == 217.5
    assert turns["constraint"] is None
    assert turns["stalled"] == []
    assert report["momentum"]["value"] == approx(1.1193, abs=5e-5)
    assert report["momentum"]["rate_equivalent"] == approx(0.7758, abs=5e-5)
    assert report["momentum"]["trend"] is None
    assert report["momentum"]["state"] == "turning"


def test_the_drag(example: Any) -> None:
    assert example.report(AS_OF)["drag"] == {
        "rework_rate": approx(0.2857, abs=5e-5),
        "stalled_share": 0,
        "incident_time_share": 530 / 40320,
        "blocked_share": None,
        "map_inertia_share": None,
        "largest": "rework_rate",
        "incidents_opened": 3,
    }


def test_the_receipt(example: Any) -> None:
    report = example.report(AS_OF)
    assert report["doom_loop"] == "unknown"
    assert report["receipt"] == {
        "counted": 17,
        "excluded": {},
        "links": {"explicit": 2, "inferred": 0, "external": 1, "unlinked": 0},
        "notes": [],
    }


def test_the_shape_that_others_script_against(example: Any) -> None:
    report = example.report(AS_OF)
    assert list(report) == [
        "flywheel", "as_of", "window_days", "turns", "momentum", "drag", "dora", "doom_loop", "receipt", "turn_list",
        "value", "trends", "flywheel_effect", "context", "tenets", "unfinished", "actions",
    ]  # fmt: skip
    assert (report["flywheel"], report["as_of"], report["window_days"]) == ("wheel", "2026-03-30T00:00:00Z", 28)
    assert list(report["turn_list"][0]) == [
        "turn", "key", "title", "state", "phase", "started_at", "released_at", "closed_at", "turn_time_hours",
        "time_to_value_hours", "basis", "weight", "completeness", "outcome", "phases", "note", "reason", "chain",
    ]  # fmt: skip
    assert report["turn_list"][0]["phases"] == {
        "1": {"entered_at": None, "hours": None, "evidence": "none"},
        "2": {"entered_at": None, "hours": None, "evidence": "none"},
        "3": {"entered_at": "2026-03-05T06:00:00Z", "hours": 27, "evidence": "explicit"},
        "4": {"entered_at": "2026-03-06T09:00:00Z", "hours": 168, "evidence": "explicit"},
    }
