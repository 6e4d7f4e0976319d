"""The page of `flywheel report` begins with what the turns were good for, and says better and worse only of news."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.inert_console import InertConsole
from tests.unit.domain.histories import History
from tests.unit.trends.test_trends import AS_OF, EARLIER, NOW, WEEKS, at, begun, deploy, turns

Run = Callable[..., Any]
OF = ("--as-of", f"{AS_OF}T00:00:00Z")


@pytest.fixture(scope="module")
def told() -> History:
    history = turns(deploy(deploy(begun(), EARLIER, 2), NOW, 5), range(WEEKS - 24, WEEKS - 1), 60)
    history.add("Metric Defined", at(0), metric="orders", role="north_star", target=2000, unit="a week", cadence_days=7)
    history.add("Metric Defined", at(0), metric="reorders", role="input")
    for week in range(0, WEEKS, 2):
        history.add("Metric Measured", at(week, 3), metric="orders", value=1000 + week * 10)
        history.add("Metric Measured", at(week, 4), metric="reorders", value=4)
    for week in range(WEEKS - 10, WEEKS - 4):
        history.outcome(at(week + 2), idea=f"i{week}", result="missed" if week % 3 else "met")
        history.proposed(at(week, 1), f"i{week}", input_metric="reorders")
    return history.add("Metric Measured", at(10), metric="forgotten", value=1)


@pytest.fixture
def page(flywheel: Run, told: History, tmp_path: Path) -> str:
    path = tmp_path / "history.jsonl"
    path.write_text("".join(f"{json.dumps(each)}\n" for each in told.events), encoding="utf-8")
    ran = flywheel("report", path, *OF)
    assert ran.code == 0
    return " ".join(ran.out.split())


def test_the_north_star_stands_first_with_value_and_target(page: str) -> None:
    first = page.index(
        "Value North star 1580 ↑ was 1540 orders, a week, target 2000 (up): towards, 8.7% of the gap closed, stale"
    )
    assert first < page.index("Turning")


def test_outcomes_hit_rate_and_momentum_of_value_are_told(page: str) -> None:
    assert "Hit rate 33%" in page
    assert "2 met, 4 missed, 6 unknown; 2/6" in page
    assert "Value momentum" in page
    assert "Bets released 6 their inputs after it: 6 level; 6 with another bet on the input near it" in page


def test_only_what_is_real_has_an_arrow_and_a_word(page: str) -> None:
    assert "Deployments a week 5 ↑ was 2" in page
    assert "Deployment rework rate 0% was 0%" in page
    assert "News: Deployments better." in page


def test_what_does_not_fit_together_is_told(page: str) -> None:
    assert "1 measurement of “forgotten”, which no Metric Defined of the scope defines: counted nowhere" in page


def test_a_young_flywheel_is_told_that_it_is_too_early(flywheel: Run, tmp_path: Path) -> None:
    path = tmp_path / "young.jsonl"
    events = History().proposed("03-01", "A").released("03-05", "f", idea="A").events
    path.write_text("".join(f"{json.dumps(each)}\n" for each in events), encoding="utf-8")
    found = " ".join(flywheel("report", path, "--as-of", "2026-04-01T00:00:00Z").out.split())
    assert "News: too early to tell, there is no earlier window to compare with." in found
    assert "North star – no Metric Defined with the role north_star" in found


def test_what_was_said_of_an_outcome_or_a_stop_stands_with_the_turn(flywheel: Run, tmp_path: Path) -> None:
    path = tmp_path / "said.jsonl"
    history = History().proposed("03-01", "A").released("03-05", "f", idea="A").proposed("03-02", "B")
    history.outcome("03-20", idea="A", result="missed", note="nobody \x1b[31msaw it").stopped(
        "03-09", "B", reason="too dear"
    )
    path.write_text("".join(f"{json.dumps(each)}\n" for each in history.events), encoding="utf-8")
    ran = flywheel("report", path, "--as-of", "2026-04-01T00:00:00Z")
    assert "“nobody [31msaw it”" in ran.out
    assert "“too dear”" in ran.out
    assert "\x1b" not in ran.out


def test_what_was_said_of_a_turn_stands_on_one_line_as_wide_as_the_page(
    flywheel: Run, told: History, tmp_path: Path
) -> None:
    told.outcome(
        at(WEEKS - 1),
        idea=f"i{WEEKS - 5}",
        result="missed",
        note="Shoppers saved an address,\nthen typed another one in",
    )
    path = tmp_path / "history.jsonl"
    path.write_text("".join(f"{json.dumps(each)}\n" for each in told.events), encoding="utf-8")
    lines = flywheel("report", path, *OF).out.splitlines()
    assert "  “Shoppers saved an address, then typed another one in”" in lines
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("width", [40, 60])
def test_in_a_narrow_terminal_no_figure_and_no_note_is_cut(
    flywheel: Run, told: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr("cli.figures.reporting.page", lambda: InertConsole(width=width, highlight=False))
    path = tmp_path / "history.jsonl"
    path.write_text("".join(f"{json.dumps(each)}\n" for each in told.events), encoding="utf-8")
    out = flywheel("report", path, *OF).out
    assert max(map(len, out.splitlines())) <= width
    assert "…" not in out
    words = " ".join(out.split())
    assert "North star 1580 ↑ was 1540 orders, a week, target 2000 (up): towards, 8.7% of the gap closed" in words
    assert "3 Next Best Action" in words
    assert "turn time" in words
