"""A sender held to some flywheels moves nothing of anybody else's, whatever it names and however it is dated."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import events
from events.catalogue import DETAIL_TYPES
from shared.flywheel.settings.values import FlywheelSettings, HookSettings, SenderSettings, Settings
from tests.unit.domain.histories import History, Report, commit, measured

SAMPLES = Path(events.__file__).parent / "samples"
AS_OF = "03-30"
SETTINGS = Settings(
    flywheels={
        "web": FlywheelSettings(id="web", services=("web",)),
        "search": FlywheelSettings(id="search", services=("index",), repositories=("search-code",)),
        "tools": FlywheelSettings(id="tools"),
        "group": FlywheelSettings(id="group"),
        "member": FlywheelSettings(id="member", parent="group"),
    },
    producers={
        "web-*": SenderSettings(flywheels=("web",)),
        "search-*": SenderSettings(flywheels=("search",)),
        "group-*": SenderSettings(flywheels=("group",)),
    },
    accounts={"444455556666": SenderSettings(flywheels=("web",))},
    hooks={"theirs": HookSettings(source="pagerduty", flywheels=("web",))},
)
NAMES: dict[str, list[Any]] = {
    "idea": ["I"], "feature": ["F"], "incident": ["i1", "i2"], "blocker": ["b"], "challenge": ["c"],
    "deployment": ["d1", "d2"], "metric": ["reach"], "goal": ["g"], "repository": ["shop", "search-code"],
    "service": ["index", "web"], "follows": ["I"], "remediates": ["d1"], "ideas": [["I"]], "features": [["F"]],
    "deployments": [["d1"]], "cause": [{"deployment": "d1"}, {"commit": "a1"}], "retracts": ["idea", "opening"],
    "head": ["h1", "h2"], "workload": ["index"], "ritual": ["walk"],
}  # fmt: skip
"""What the victim's events name."""


def victim(source: str = "pipeline") -> History:
    """Search, told by events of which some tell their flywheel and the others only what they belong to."""
    history = History(flywheel=None, source=source)
    history.add("Metric Defined", "03-01", metric="reach", role="north_star", target=5, flywheel="search")
    history.add("Metric Measured", "03-02", metric="reach", value=3, flywheel="search")
    history.add("Goal Set", "03-02", goal="g", statement="found faster", flywheel="search")
    history.proposed("03-03", "I", id="idea", flywheel="search", goal="g")
    history.worked("03-04", idea="I")
    history.challenged("03-04", "c", "03-05", idea="I")
    history.blocked("03-05", "b", "03-06", idea="I")
    history.changed("03-06", "h1", commit("a1", "03-05", "I"), commit("h1", "03-06"), flywheel="search")
    history.deployed("03-07", "d1", service="index", repository="shop", head="h1", ideas=["I"])
    history.changed("03-08", "h2", commit("b1", "03-07"), commit("h2", "03-08"), flywheel="search")
    history.deployed("03-09", "d2", service="index", repository="shop", head="h2")
    history.released("03-10", "F", idea="I", deployments=["d1"])
    history.incident("03-11", "i1", "03-12", id="opening", service="index")
    history.add("Incident Opened", "03-13", incident="i2", idea="I")
    history.add("Incident Resolved", "03-14", incident="i2")
    history.add("Incident Reviewed", "03-15", incident="i2", actions=1, actions_done=1)
    return history.outcome("03-20", idea="I")


def seen(history: History, flywheel: str = "search") -> Report:
    return measured(history.events, AS_OF, settings=SETTINGS, flywheel=flywheel)


def sample(detail_type: str) -> dict[str, Any]:
    file = SAMPLES / f"{detail_type.lower().replace(' ', '-')}.json"
    detail: dict[str, Any] = json.loads(file.read_text())["detail"]
    return detail


def attack(detail_type: str, time: str, chosen: dict[str, Any], source: str = "web-ci") -> dict[str, Any]:
    """An event that a sender held to web may send, with names of the victim's wherever its contract has a field."""
    detail = sample(detail_type)
    known = {field for field in DETAIL_TYPES[detail_type].__struct_fields__ if field in NAMES}
    names = {field: chosen[field] for field in known if field in chosen}
    if detail_type == "Outcome Recorded":
        names.pop("feature", None)
    body = {**detail, **names, "id": f"attack-{detail_type}", "time": f"2026-{time}T00:00:00Z", "flywheel": "web"}
    return {"source": source, "detail-type": detail_type, "detail": body}


TIMES = ("01-01", "03-03", "03-29")


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("detail_type", sorted(DETAIL_TYPES))
@pytest.mark.parametrize("victims_source", ["pipeline", "search-ci"])
def test_no_kind_of_event_moves_anything_of_another_flywheel(detail_type: str, time: str, victims_source: str) -> None:
    history = victim(victims_source)
    before = seen(history)
    assert before["turn_list"][0]["outcome"] == "met"

    for chosen in ({field: values[0] for field, values in NAMES.items()}, {f: v[-1] for f, v in NAMES.items()}):
        history.events.append(attack(detail_type, time, chosen))

    assert seen(history) == before


@pytest.mark.slow
@given(st.data())
def test_nor_do_many_of_them_together(data: st.DataObject) -> None:
    history = victim(data.draw(st.sampled_from(["pipeline", "search-ci"])))
    before = seen(history)
    for number in range(data.draw(st.integers(1, 12))):
        chosen = {field: data.draw(st.sampled_from(values)) for field, values in NAMES.items()}
        sent = attack(data.draw(st.sampled_from(sorted(DETAIL_TYPES))), data.draw(st.sampled_from(TIMES)), chosen)
        sent["detail"]["id"] = f"attack-{number}"
        history.events.append(sent)

    assert seen(history) == before


@pytest.mark.parametrize(
    "sender",
    [{"source": "web-ci"}, {"source": "ci", "account": "444455556666"}, {"source": "pagerduty/theirs"}],
    ids=["producer", "account", "hook"],
)
def test_whoever_is_held_to_flywheels_takes_no_name_that_another_holds(sender: dict[str, str]) -> None:
    history = victim()
    history.events.append({**attack("Idea Proposed", "01-01", {"idea": "I"}), **sender})
    assert len(seen(history, "web")["turn_list"]) == 1
    assert seen(history)["turn_list"][0]["phases"]["3"]["entered_at"] is not None


def test_who_reaches_all_decides_by_the_earliest_as_ever() -> None:
    history = victim()
    history.events.append(attack("Idea Proposed", "01-01", {"idea": "I"}, source="anybody"))
    assert seen(history)["turn_list"][0]["phases"]["3"]["entered_at"] != seen(victim())["turn_list"][0]["phases"]["3"]


def test_a_name_that_nobody_else_holds_is_its_senders_for_everybody() -> None:
    history = History(flywheel=None).proposed("03-03", "N", flywheel="web", source="web-ci").worked("03-04", idea="N")
    assert seen(history, "web")["receipt"]["counted"] == 2


def test_what_a_sender_names_decides_for_its_own_events_also_where_others_hold_the_name() -> None:
    history = (
        victim().proposed("03-20", "I", flywheel="web", source="web-ci").worked("03-21", idea="I", source="web-ci")
    )
    (turn,) = seen(history, "web")["turn_list"]
    assert turn["phases"]["3"]["entered_at"] == "2026-03-21T00:00:00Z"


def test_between_two_that_are_held_apart_a_third_decides_for_neither() -> None:
    history = History(flywheel=None).proposed("03-03", "N", flywheel="web", source="web-ci")
    history.proposed("03-04", "N", flywheel="search", source="search-ci").worked("03-05", idea="N")
    assert [seen(history, name)["receipt"]["counted"] for name in ("web", "search")] == [1, 1]
    assert seen(history)["receipt"]["excluded"] == {"unmapped": 1}


def test_a_sender_held_to_a_parent_decides_for_its_children() -> None:
    history = History(flywheel=None).proposed("03-03", "N", flywheel="member", source="group-ci")
    history.proposed("03-04", "N", flywheel="group").worked("03-05", idea="N")
    assert seen(history, "member")["receipt"]["counted"] == 2


def test_a_closing_does_not_leave_its_senders_reach() -> None:
    history = victim().add("Incident Opened", "03-25", incident="i3", flywheel="search")
    before = seen(history)
    history.add("Incident Resolved", "03-26", incident="i3", flywheel="web", source="web-ci")
    assert seen(history) == before
    assert seen(history, "web")["receipt"]["counted"] == 1


def test_pushes_of_a_sender_tell_no_deployment_beyond_its_reach_what_it_carries() -> None:
    history = victim()
    before = seen(history)["dora"]["lead_time_hours"]
    history.changed("01-02", "h1", commit("z", "01-01"), commit("h1", "01-01"), flywheel="web", source="web-ci")
    assert seen(history)["dora"]["lead_time_hours"] == before
