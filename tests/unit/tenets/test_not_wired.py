"""Nothing that nobody sends reads as a number: each signal with all else sent, and without each thing that it needs."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from shared.flywheel.tenets.tenets import TENETS
from tests.unit.domain.histories import History, commit

SIGNALS = [signal.name for tenet in TENETS for signal in tenet.signals]
MAP = "anchor User [1, 0.5]\ncomponent A [0.5, 0.1]\ncomponent B [0.4, 0.8] (buy)\nevolve A 0.5"
PERIOD: dict[str, Any] = {
    "period_start": "2026-02-01T00:00:00Z",
    "period_end": "2026-03-01T00:00:00Z",
    "unit": "order",
    "units": 1,
    "operational_gco2e": 1,
}
RISKS = {"security": {"high": 1, "none": 3}}


def metric(name: str, role: str, **more: Any) -> Callable[[History], Any]:
    return lambda history: history.add("Metric Defined", "03-01", metric=name, role=role, **more)


def mapped(sort: str, time: str = "03-01", **more: Any) -> Callable[[History], Any]:
    return lambda history: history.add("Map Submitted", time, map=sort, text=MAP, **more)


def answered(survey: str, items: int) -> Callable[[History], Any]:
    def tell(history: History) -> None:
        for _ in range(5):
            history.add("Survey Answered", "03-05", survey=survey, answers=[4] * items)

    return tell


def deployed(**more: Any) -> Callable[[History], Any]:
    return lambda history: history.deployed("03-10", "d1", **more)


PIECES: dict[str, Callable[[History], Any]] = {
    "north star": metric("orders", "north_star"),
    "cadence": metric("orders", "north_star", cadence_days=7),
    "input declared": metric("speed", "input"),
    "effort declared": metric("points", "effort"),
    "measurement": lambda history: history.add("Metric Measured", "03-20", metric="orders", value=1),
    "idea": lambda history: history.proposed("03-02", "cart"),
    "idea with input": lambda history: history.proposed("03-02", "cart", input_metric="speed"),
    "release": lambda history: history.released("03-12", "basket", idea="cart"),
    "release of a feature": lambda history: history.released("03-12", "bag", deployments=["d1"]),
    "map of the market": mapped("market"),
    "map of the organisation": mapped("organisation"),
    "map of the solution": mapped("solution"),
    "map of the emerging value": mapped("emerging_value"),
    "earlier map of the emerging value": mapped("emerging_value", "02-01"),
    "map of an idea": mapped("solution", idea="cart"),
    "safety": answered("psychological_safety", 7),
    "westrum": answered("westrum", 6),
    "experience": answered("developer_experience", 3),
    "alignment": answered("alignment", 3),
    "challenge": lambda history: history.challenged("03-03", "c1", "03-04", idea="cart"),
    "challenger": lambda history: history.challenged("03-03", "c2", challenger="x", idea="cart"),
    "blocker": lambda history: history.blocked("03-05", "b1", "03-06", idea="cart"),
    "category": lambda history: history.blocked("03-05", "b2", "03-06", idea="cart", category="skills"),
    "deployment": deployed(),
    "commits": lambda history: history.deployed("03-10", "d1", commit("a", "03-09")),
    "lines": deployed(net_lines=9),
    "steps": deployed(manual_steps=0),
    "work": lambda history: history.worked("03-09", idea="cart"),
    "incident": lambda history: history.incident("03-10 01:00", "i1", cause={"deployment": "d1"}),
    "incident review": lambda history: history.add("Incident Reviewed", "03-12", incident="i1"),
    "review": lambda history: history.add("Review Recorded", "03-01", workload="w", risks=RISKS),
    "next review": lambda history: history.add("Review Recorded", "03-02", workload="w", risks=RISKS),
    "actions": lambda history: history.add("Review Recorded", "03-02", workload="v", risks=RISKS, actions_done=0),
    "carbon": lambda history: history.add("Carbon Recorded", "03-01", **PERIOD),
}
"""What can be sent, each the least that there is of it."""

STAR, RELEASES = ("north star", "cadence"), ("release", "release of a feature")
SHIPPED = ("deployment", "commits", "lines", "steps")
SAFETY, REVIEWS = (("safety",),), ("review", "next review", "actions")
MARKET, EMERGING = (("map of the market",),), (("map of the emerging value", "earlier map of the emerging value"),)
MAPS = tuple(name for name in PIECES if name.startswith(("map of", "earlier map")))
IDEAS = ("idea", "idea with input")

NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "north_star_age": (STAR, ("measurement",)),
    "north_star_freshness": (STAR, ("cadence",), ("measurement",)),
    "inputs_measured": (("input declared",), ("measurement",)),
    "inputs_declared": (("input declared",),),
    "features_with_input": (("input declared", "idea with input"), RELEASES),
    "alignment": (("alignment",),),
    "time_to_value_idea_p50": (IDEAS, ("release",)),
    "time_to_value_idea_p85": (IDEAS, ("release",)),
    "time_to_value_first_commit_p50": (SHIPPED, ("commits",), ("release of a feature",)),
    "time_to_value_first_commit_p85": (SHIPPED, ("commits",), ("release of a feature",)),
    "old_open_ideas": (IDEAS,),
    "market_map_age": MARKET,
    "market_anchors": MARKET,
    "market_differentiators": MARKET,
    "psychological_safety": SAFETY,
    "psychological_safety_index": SAFETY,
    "psychological_safety_responses": SAFETY,
    "westrum": (("westrum",),),
    "challengers": (("challenge", "challenger"), ("challenger",)),
    "challenge_days": (("challenge", "challenger"),),
    "failed_reviewed": (("incident review",),),
    "organisation_map_age": (("map of the organisation",),),
    "blocked_share": (("blocker", "category"),),
    "commodity_burden": (("map of the organisation",),),
    "offload_ratio": (MAPS,),
    "net_lines_per_feature": (("lines",),),
    "change_lead_time_p50": (("commits",),),
    "deployments_per_week": (SHIPPED,),
    "approval_wait_share": (("category",),),
    "developer_experience": (("experience",),),
    "manual_steps": (("steps",),),
    "solution_map_age": (("map of the solution", "map of an idea"),),
    "mapped_before_commit": (("map of an idea",),),
    "change_fail_rate": (SHIPPED, ("incident",)),
    "rework_rate": (SHIPPED,),
    "high_risk_density": (REVIEWS,),
    "prevention_ratio": (("incident",), ("next review", "actions")),
    "review_age": (REVIEWS,),
    "sci": (("carbon",),),
    "sci_change": (("carbon",),),
    "evolving_share": EMERGING,
    "moves_realised": EMERGING,
    "emerging_map_age": EMERGING,
}
"""By signal what it needs: of each group at least one piece."""


def signals(pieces: Iterable[str]) -> dict[str, dict[str, Any]]:
    history = History()
    for piece in pieces:
        PIECES[piece](history)
    return {signal["name"]: signal for each in history.report("03-30")["tenets"] for signal in each["signals"]}


def test_with_everything_sent_every_signal_is_wired() -> None:
    found = signals(PIECES)
    assert {name for name, signal in found.items() if signal["status"] in {"not_wired", "suppressed"}} == set()
    assert {name for name, signal in found.items() if signal["value"] is None} == {"sci_change"}


@pytest.mark.parametrize(("name", "without"), [(name, group) for name in SIGNALS for group in NEEDS[name]], ids=str)
def test_without_what_it_needs_a_signal_is_not_wired(name: str, without: tuple[str, ...]) -> None:
    signal = signals(piece for piece in PIECES if piece not in without)[name]
    assert (signal["status"], signal["value"], signal["n"]) == ("not_wired", None, None)
