"""A flywheel with others below it: sums of what can be added, children side by side, and what several share."""

from collections import Counter
from typing import Any

import pytest

from shared.flywheel.explain.explanation import Explanation
from shared.flywheel.explain.figure import explain_wheel
from shared.flywheel.settings.digest_schedule import periods
from shared.flywheel.settings.file import load
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.digest import digests_of
from shared.flywheel.summaries.length import words
from shared.flywheel.summaries.summary import Summary
from shared.flywheel.wheel.fold import fold
from tests.unit.domain.histories import Envelope, History, commit, facts_of, measured, moment

MAP = "component Ledger [1, 0.9] inertia\ncomponent Cart [1, 0.5]"
SETTINGS = load(
    b"""
[flywheels.shop]
name = "Shop"
kind = "organisation"
cost_per_month = 73000
[flywheels.web]
name = "Web"
parent = "shop"
cost_per_month = 10000
[flywheels.app]
name = "App"
parent = "shop"
[flywheels.till]
parent = "app"
"""
)
AS_OF = "03-30"


def turn(history: History, name: str, day: int, result: str | None = "met") -> History:
    history.proposed(f"03-{day:02}", name).worked(f"03-{day + 1:02}", idea=name)
    history.deployed(f"03-{day + 2:02}", f"d-{name}", commit(name, f"03-{day + 1:02}", name))
    history.released(f"03-{day + 3:02}", f"f-{name}", idea=name)
    return history if result is None else history.outcome(f"03-{day + 4:02}", idea=name, result=result)


def told() -> list[Envelope]:
    """Web delivers two turns, App one; Till, below App, one; two of them wait for the same review."""
    web = turn(turn(History(flywheel="web", source="w"), "a", 1), "b", 8, "missed").proposed("03-10", "c")
    app = turn(History(flywheel="app", source="a"), "d", 3).proposed("03-10", "e")
    till = turn(History(flywheel="till", source="t"), "g", 2, None).incident("03-20", "i", "03-21")
    for history, idea in ((web, "c"), (app, "e")):
        url = "https://jira.example.com/browse/SEC-77?focus=1"
        history.blocked("03-12", "SEC-77", idea=idea, title="Threat model", url=url)
        history.add(
            "Map Submitted",
            "03-12",
            map="organisation",
            text=MAP.replace("Ledger", "ledger" if idea == "c" else "Ledger"),
        )
    return [*web.events, *app.events, *till.events]


def report(flywheel: str = "shop", settings: Settings = SETTINGS) -> dict[str, Any]:
    return measured(told(), AS_OF, 28, settings, flywheel)


def test_what_can_be_added_is_added_over_all_below() -> None:
    children = report()["context"]["children"]
    assert children["together"] == {
        "delivered": 4,
        "stopped": 0,
        "outcomes": {"met": 2, "missed": 1, "learned": 0, "unknown": 1},
        "bets": 0,
        "deployments": 4,
        "incidents_opened": 1,
        "cost_per_month": 73000,
    }


def test_children_stand_side_by_side_in_the_order_of_the_file_with_their_own_figures() -> None:
    children = report()["context"]["children"]["side_by_side"]
    assert [each["flywheel"] for each in children] == ["web", "app"]
    web = children[0]
    own = report("web")
    assert web["hit_rate"] == own["value"]["hit_rate"]
    assert (web["hit_rate"]["count"], web["hit_rate"]["n"]) == (1, 2)
    assert web["constraint"] == own["turns"]["constraint"]
    assert web["first_action"] == own["actions"][0]
    assert web["drag"]["largest"] == own["drag"]["largest"]


def test_a_parents_cost_is_its_own_and_is_for_all_below_it() -> None:
    cost = report()["context"]["cost"]
    spent = 73000 * 28 * 24 / 730
    assert cost["of_window"] == pytest.approx(spent)
    assert (cost["delivered"], cost["met"]) == (4, 2)
    assert (cost["per_delivered_turn"], cost["per_met_outcome"]) == (pytest.approx(spent / 4), pytest.approx(spent / 2))


def test_without_a_cost_of_its_own_a_parents_is_the_sum_of_its_childrens_in_one_currency() -> None:
    text = b"[flywheels.shop]\n[flywheels.web]\nparent='shop'\ncost_per_month=10\n"
    text += b"[flywheels.app]\nparent='shop'\ncost_per_month=5\n"
    summed = report("shop", load(text))["context"]["children"]["together"]
    mixed = report("shop", load(text + b"currency='USD'\n"))["context"]["children"]["together"]
    assert (summed["cost_per_month"], mixed["cost_per_month"]) == (15, None)


def test_what_several_share_is_named_once_with_whose_it_is() -> None:
    shared = report()["context"]["children"]["shared"]
    assert shared["blockers"] == [
        {
            "id": "SEC-77",
            "title": "Threat model",
            "url": "https://jira.example.com/browse/SEC-77",
            "flywheels": ["web", "app"],
        }
    ]
    assert [(each["id"], each["flywheels"]) for each in shared["inertia"]] == [("ledger", ["web", "app"])]


def test_the_parent_is_advised_to_decide_once_what_holds_several() -> None:
    first, second = report()["actions"][:2]
    assert first["text"] == "Have “Threat model” decided once, for “Web” and “App”."
    assert first["because"] == "it holds 2 flywheels, for 18 d by now"
    assert second["text"] == "Agree once on the first step that moves “ledger”, for “Web” and “App”."


def test_stages_of_a_parent_are_told_by_sums() -> None:
    text = b"[flywheels.shop]\nstage = { pilot = 2026-03-01, scale = 2026-03-09 }\n"
    staged = load(text + b"[flywheels.web]\nparent = 'shop'\n")
    stage = report("shop", staged)["context"]["stage"]
    assert (stage["before"]["delivered"], stage["after"]["delivered"]) == (1, 1)
    assert stage["after"]["turn_time_hours"]["p50"] is None


def digests(events: list[Envelope], settings: Settings = SETTINGS) -> list[Summary]:
    [period] = periods(settings.flywheel("shop"), moment(f"{AS_OF} 12:00"), 1)
    return digests_of(facts_of(events), "shop", settings, period)


def test_a_parent_without_events_has_one_digest_for_all() -> None:
    [digest] = digests(told())
    assert digest.headline == "2 of 2 teams turn; 4 turns delivered, 2 met."
    assert digest.table is not None
    assert [row[0] for row in digest.table.rows] == ["Web", "App"]
    assert digest.table.rows[0][1].startswith("turning")
    assert digest.action
    assert digest.action.links[0].url == "https://jira.example.com/browse/SEC-77"
    assert words(digest) <= 140


def test_a_doom_loop_below_is_in_the_headline() -> None:
    history = History(flywheel="till", source="t2")
    for day in (1, 8, 15, 22):
        history.proposed(f"03-{day:02}", f"x{day}").stopped(f"03-{day + 3:02}", f"x{day}")
    [digest] = digests([*told(), *history.events])
    assert digest.headline.endswith("; till is in a doom loop.")


def test_where_parents_go_in_a_circle_each_is_counted_once() -> None:
    circle = Settings(
        flywheels={
            name: SETTINGS.flywheel(name).__class__(id=name, parent=parent)
            for name, parent in (("shop", "app"), ("web", "shop"), ("app", "shop"))
        }
    )
    assert report("shop", circle)["context"]["children"]["together"]["delivered"] == 3


def explained(figure: str) -> Explanation:
    wheel = fold(facts_of(told()), "shop", SETTINGS, moment(AS_OF))
    return explain_wheel(wheel, f"context.children.{figure}", 84)


@pytest.mark.parametrize(
    ("figure", "rows"),
    [
        ("together.delivered", {"web": 2, "app": 1, "till": 1}),
        ("together.outcomes.met", {"web": 1, "app": 1}),
        ("together.outcomes.unknown", {"till": 1}),
        ("together.deployments", {"web": 2, "app": 1, "till": 1}),
        ("together.incidents_opened", {"till": 1}),
        ("side_by_side.web.counts.delivered", {None: 2}),
    ],
)
def test_the_rows_of_a_sum_say_whose_they_are(figure: str, rows: dict[str | None, int]) -> None:
    explanation = explained(figure)
    counted = Counter(row.group for row in explanation.rows if row.counted)
    assert (counted, explanation.value) == (rows, sum(rows.values()))


def test_what_several_share_and_who_is_in_a_doom_loop_have_rows() -> None:
    for part, name in (("blockers", "blocker SEC-77"), ("inertia", "component Ledger")):
        rows = [row for row in explained(f"shared.{part}").rows if row.counted]
        assert [(row.what.casefold(), row.group) for row in rows] == [
            (name.casefold(), "web"),
            (name.casefold(), "app"),
        ]
        assert all(row.keys for row in rows)
    assert {row.what: row.why for row in explained("doom_loops").rows}["flywheel till"] == "unknown"


def test_the_cost_of_all_is_explained_by_who_states_it() -> None:
    [row] = explained("together.cost_per_month").rows
    assert (row.value, row.group) == (73000.0, "shop")


def test_each_part_together_is_a_row_that_names_how_it_is_explained() -> None:
    parts = {row.what: row.value for row in explained("together").rows}
    assert (parts["delivered"], parts["outcomes.met"], parts["cost_per_month"]) == (4, 2, 73000)
    for part, number in parts.items():
        assert explained(f"together.{part}").value == number


def test_a_child_s_own_figure_is_explained_from_the_parent() -> None:
    own = explain_wheel(fold(facts_of(told()), "web", SETTINGS, moment(AS_OF)), "dora.lead_time_hours", 84)
    assert explained("side_by_side.web.lead_time_p50_hours").value == own.value["p50"]


def test_a_parent_that_measures_its_north_star_still_speaks_of_its_children() -> None:
    shop = History(flywheel="shop", source="s")
    shop.add("Metric Defined", "03-01", metric="orders", role="north_star", unit="a week", target=900, direction="up")
    shop.add("Metric Measured", "03-20", metric="orders", value=640)
    [summary] = digests([*told(), *shop.events])
    assert summary.headline.startswith("2 of 2 teams turn; 4 turns delivered")
    assert [figure.label for figure in summary.figures] == ["North star “orders”"]
    assert summary.table is not None
    assert [row[0] for row in summary.table.rows] == ["Web", "App"]
    assert summary.action is not None
    assert summary.action.rule == "shared_blocker"
