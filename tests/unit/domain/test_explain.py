"""An explanation's rows, added up by hand, give the figure that the report shows: for every figure of the report."""

from collections import defaultdict
from math import isclose, log
from statistics import median
from typing import Any

import pytest

from events import decode
from shared.flywheel.explain.explanation import Explanation
from shared.flywheel.explain.figure import TELLERS, UnknownFigureError, explain
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.figures.account import event_rows

AS_OF = "03-30 00:00"


@pytest.fixture
def eventful(history: Any) -> Any:
    """A flywheel in which every figure has something behind it."""
    for number in range(1, 7):
        day = f"03-{number + 1:02}"
        history.send("Idea Proposed", f"{day} 08:00", idea=f"I{number}", feature=f"F{number}")
        history.send("Challenge Opened", f"{day} 12:00", idea=f"I{number}", challenge=f"C{number}")
        history.send("Work Started", f"{day} 18:00", idea=f"I{number}")
        history.deploy(f"d{number}", f"03-{number + 3:02} 09:00", f"{day} 20:00", features=[f"F{number}"])
        history.send("Feature Released", f"03-{number + 3:02} 10:00", feature=f"F{number}", deployments=[f"d{number}"])
    history.send("Idea Proposed", "02-02 09:00", idea="old")
    history.send("Feature Released", "02-03 09:00", idea="old", feature="old")
    history.send("Idea Proposed", "02-01 09:00", idea="stuck")
    history.send("Blocker Opened", "02-20 09:00", blocker="b1", idea="stuck")
    history.send("Blocker Closed", "03-10 09:00", blocker="b1")
    history.send("Idea Proposed", "03-20 09:00", idea="fresh")
    history.send("Idea Proposed", "03-21 09:00", idea="dropped")
    history.send("Turn Stopped", "03-22 09:00", idea="dropped")
    history.deploy("lone", "03-23 09:00", "03-22 09:00", ("skewed", "03-23 10:00"))
    history.send("Feature Released", "03-23 12:00", feature="F9", service="web")
    history.deploy("e1", "03-24 09:00", "03-23 09:00", outcome="rolled_back")
    history.deploy("e2", "03-24 10:00", "03-23 09:00", kind="hotfix", remediates="d6")
    history.deploy("e3", "03-25 10:00", "03-25 09:00", outcome="failed")
    history.deploy("e4", "03-25 11:00", "03-25 09:30", environment="staging")
    history.incident("i1", "03-04 10:00", "03-04 12:00")
    history.incident("i2", "03-05 09:30", "03-05 11:00", service="web")
    history.incident("i3", "03-05 10:00", "03-05 12:00", cause={"deployment": "d3"})
    history.incident("i4", "03-06 10:00", "03-06 12:00", cause={"external": True})
    history.incident("i5", "03-28 10:00", cause={"deployment": "e2"})
    history.send("Goal Set", "02-01 08:00", goal="g", statement="people find what they need")
    history.send("Metric Defined", "02-01 08:00", metric="m", role="north_star", target=10.0)
    history.send("Metric Measured", "03-01 08:00", metric="m", value=1.0)
    history.send("Metric Defined", "03-20 08:00", metric="m", role="north_star", target=5.0)
    for number, result in ((1, "met"), (2, "missed"), (3, "learned")):
        history.send("Outcome Recorded", f"03-{number + 20} 09:00", idea=f"I{number}", result=result)
    history.send("Metric Defined", "02-01 08:00", metric="in", role="input")
    history.send("Idea Proposed", "03-02 08:30", idea="I1", input_metric="in")
    wrong = history.send("Idea Proposed", "03-01 09:00", idea="mistaken")
    history.send("Event Retracted", "03-02 09:00", retracts=wrong["detail"]["id"])
    again = history.send("Box Formed", "03-02 09:00", idea="I1", roles=["product"])
    history.envelopes.append(again)
    history.envelopes.append({**again, "detail": {**again["detail"], "revision": 2}})
    history.send("Ritual Held", "03-03 09:00", ritual="walk", flywheel=None)
    sheet = history.send("Survey Answered", "03-03 09:00", survey="alignment", answers=[3])
    history.envelopes.append({**sheet, "detail": {**sheet["detail"], "answers": [4]}})
    return history


def told(history: Any, figure: str, window_days: float = 28) -> Explanation:
    return explain(
        history.facts(),
        figure,
        flywheel="wheel",
        settings=history.settings,
        as_of=history.at(AS_OF),
        window_days=window_days,
        from_files=True,
    )


def percentile(values: list[float], share: float) -> float:
    place = (len(values) - 1) * share
    low = int(place)
    return values[low] + (place - low) * (values[min(low + 1, len(values) - 1)] - values[low])


def added_up(explanation: Explanation) -> Any:
    """The hand's arithmetic, as the operations are documented."""
    rows = [row for row in explanation.rows if row.counted]
    values = sorted(row.value for row in rows if row.value is not None)
    match explanation.operation:
        case "count":
            return len(rows) * explanation.scale
        case "sum":
            return sum(values) * explanation.scale
        case "ratio":
            whole = sum(row.of for row in rows)
            return sum(values) / whole if whole else None
        case "distribution":
            if not values:
                return {"n": 0, "p50": None, "p85": None, "values": None}
            shown = values if len(values) < 5 else None
            return {"n": len(values), "p50": median(values), "p85": percentile(values, 0.85), "values": shown}
        case "share":
            return {"count": sum(values), "n": len(rows), "value": sum(values) / len(rows)}
        case "mean":
            return sum(values) / len(values) if values else None
        case "distinct":
            return len({row.group for row in rows})
        case "largest":
            return max(rows, key=lambda row: row.value or 0).what
        case "largest_median":
            groups: dict[str, list[float]] = defaultdict(list)
            for row in rows:
                groups[str(row.group)].append(row.value or 0.0)
            return int(max(groups, key=lambda name: float(median(groups[name])))) if groups else None
    raise AssertionError(explanation.operation)


def same(left: Any, right: Any) -> bool:
    if isinstance(left, dict):
        return all(same(value, right[name]) for name, value in left.items())
    if isinstance(left, list):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, float) and isinstance(right, int | float):
        return isclose(left, right, rel_tol=1e-12, abs_tol=1e-12)
    return bool(left == right)


WORDS = {"momentum.direction", "momentum.state", "doom_loop", "turns.stalled", "dora.recovery_open"}


@pytest.mark.parametrize("figure", [figure for figure in TELLERS if figure not in WORDS])
def test_the_rows_of_a_figure_add_up_to_it(eventful: Any, figure: str) -> None:
    explanation = told(eventful, figure)
    report: Any = eventful.report(AS_OF, 28)
    for step in figure.split("."):
        report = report.get(step, 0)
    assert explanation.value == report
    assert same(added_up(explanation), report), (added_up(explanation), report)


@pytest.mark.slow
def test_no_figure_of_the_eventful_history_is_empty(eventful: Any) -> None:
    """Guards the test above: adding up nothing would prove nothing."""
    empty = {figure for figure in TELLERS if not told(eventful, figure).rows}
    assert empty == {"drag.map_inertia_share", "turns.open.2", "turns.open.3"}


def test_rows_of_events_lie_in_one_order_whatever_was_read_first() -> None:
    """In what order facts are read may hang on what a sheet says."""
    kinds = {1: "Survey Answered", 2: "Goal Set", 3: "Survey Answered"}
    rows = event_rows(kinds, [3, 1, 2], "counted")
    assert rows == event_rows(kinds, [1, 2, 3], "counted")
    assert [row.keys for row in rows] == [(2,), (1,), (3,)]


def test_every_leaf_of_the_report_can_be_explained(eventful: Any) -> None:
    def leaves(value: Any, path: str) -> list[str]:
        if isinstance(value, dict) and value and path not in TELLERS:
            return [leaf for name, part in value.items() for leaf in leaves(part, f"{path}.{name}".lstrip("."))]
        return [path]

    report = eventful.report(AS_OF)
    shown = {name: report[name] for name in ("turns", "momentum", "drag", "dora", "doom_loop", "receipt")}
    shown["receipt"] = {name: part for name, part in report["receipt"].items() if name != "notes"}
    assert set(leaves(shown, "")) <= set(TELLERS)


def test_words_are_chosen_from_their_rows(eventful: Any) -> None:
    report = eventful.report(AS_OF)
    trend = told(eventful, "momentum.direction")
    value = sum(row.value or 0 for row in trend.rows) / sum(row.of for row in trend.rows)
    assert isclose(value, report["momentum"]["trend"])
    assert trend.value == "rising"
    assert value > 1.1
    delivered = [row.value for row in told(eventful, "momentum.state").rows if row.why.startswith("delivered")]
    assert min(value or 0 for value in delivered) <= 28
    assert report["momentum"]["state"] == "turning"
    assert [row.at for row in told(eventful, "doom_loop").rows if row.counted] == [
        "2026-03-20T08:00:00Z",
        "2026-03-22T09:00:00Z",
    ]
    assert report["doom_loop"] == "doom_loop"


def test_lists_are_the_names_of_their_rows(eventful: Any) -> None:
    report = eventful.report(AS_OF)
    stalled = [row.what for row in told(eventful, "turns.stalled").rows if row.counted]
    assert report["turns"]["stalled"] == ["stuck"]
    assert stalled == ["idea stuck"]
    opened = [(row.what, row.value) for row in told(eventful, "dora.recovery_open").rows]
    shown = [(f"deployment {each['deployment']}", each["age_hours"]) for each in report["dora"]["recovery_open"]]
    assert opened == shown == [("deployment e2", 38.0)]


def test_the_phases_of_a_turn_add_up_to_its_turn_time(eventful: Any) -> None:
    explanation = told(eventful, "turn_list.I1")
    assert added_up(explanation) == explanation.value["turn_time_hours"]
    assert [row.what for row in explanation.rows if "deployment" in row.what] == ["deployment d1"]


def test_rows_name_their_events(eventful: Any) -> None:
    facts = eventful.facts()
    origins = {
        fact.key: (env["source"], env["detail"]["id"]) for fact, env in zip(facts, eventful.envelopes, strict=True)
    }
    explanation = explain(
        facts,
        "dora.recovery_minutes",
        flywheel="wheel",
        settings=eventful.settings,
        as_of=eventful.at(AS_OF),
        window_days=28,
        origins=origins,
    )
    kinds = {fact.key: fact.kind for fact in facts}
    (row,) = (row for row in explanation.rows if row.what == "deployment d6")
    assert [kinds[key] for key in row.keys] == ["Deployment Finished", "Deployment Finished"]
    assert all(name.startswith("test e") for name in row.events)


def test_what_is_left_out_says_why(eventful: Any) -> None:
    rows = told(eventful, "lead_time_hours").rows
    assert [row.why for row in rows if not row.counted] == ["committed after its deployment"]
    rows = told(eventful, "dora.deployments").rows
    assert {row.why for row in rows if not row.counted} == {"failed: it never took effect", "not production"}


def test_an_end_of_a_path_and_a_part_of_a_figure_are_enough(eventful: Any) -> None:
    for name in ("lead_time_hours", "dora.lead_time_hours.p50", "lead_time_hours.n"):
        assert told(eventful, name).figure == "dora.lead_time_hours"
    assert told(eventful, "time_to_value_hours.idea").figure == "turns.time_to_value_hours.idea"
    assert told(eventful, "rate_equivalent").scale == log(2)


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("dora.lead_tme_hours", "dora.lead_time_hours"),
        ("momentun.value", "momentum.value"),
        ("stalld", "turns.stalled"),
    ],
)
def test_an_unknown_figure_names_the_nearest(eventful: Any, asked: str, near: str) -> None:
    with pytest.raises(UnknownFigureError) as caught:
        told(eventful, asked)
    assert near in caught.value.nearest
    assert asked in str(caught.value)


@pytest.mark.parametrize("asked", ["momentum", "momentum.value"])
def test_a_part_of_the_report_with_a_value_is_that_value(eventful: Any, asked: str) -> None:
    assert told(eventful, asked).figure == "momentum.value"


def test_days_of_a_rule_are_one_day_where_there_is_one(eventful: Any) -> None:
    for figure, of in (("turns.rate_per_28d", "/ 1 day of exposure"), ("trends.turns.rate_per_28d", "in 1 day now")):
        assert of in told(eventful, figure, window_days=1.0).rule


def test_an_ambiguous_end_names_those_that_it_fits(eventful: Any) -> None:
    with pytest.raises(UnknownFigureError) as caught:
        told(eventful, "rework_rate")
    assert caught.value.nearest[:2] == ["dora.rework_rate", "drag.rework_rate"]


def test_a_fact_of_the_history_is_the_fact_of_its_event(eventful: Any) -> None:
    assert fact_of(decode(eventful.envelopes[0])) == eventful.facts()[0]
