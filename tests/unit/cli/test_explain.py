"""`flywheel explain`: the rows behind a figure add up to it, and a misspelt figure finds its neighbour."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
ASKED = ("--as-of", "2026-03-30T00:00:00Z", "--flywheel", "shop")


@pytest.fixture
def history(tmp_path: Path) -> Path:
    lines = []
    for number, (day, commit) in enumerate((("02", "2026-03-02T04:00:00Z"), ("05", "2026-03-05T01:00:00Z")), start=1):
        time = f"2026-03-{day}T10:00:00Z"
        detail = {
            "id": f"d{number}", "time": time, "deployment": f"d{number}", "service": "web", "environment": "production",
            "outcome": "succeeded", "flywheel": "shop",
            "commits": [{"sha": f"{number}abcdef0123456789", "time": commit}],
        }  # fmt: skip
        lines.append(json.dumps({"source": "ci", "detail-type": "Deployment Finished", "detail": detail}))
    path = tmp_path / "history.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_rows_of_lead_time_are_its_commits_by_sha_with_the_events_they_come_from(
    flywheel: Run, history: Path
) -> None:
    ran = flywheel("explain", "lead_time_hours", history, "--json", *ASKED)
    assert (ran.code, ran.err) == (0, "")
    told = json.loads(ran.out)
    assert told["figure"] == "dora.lead_time_hours"
    assert [(row["what"], row["value"]) for row in told["rows"]] == [
        ("commit 1abcdef01234", 6),
        ("commit 2abcdef01234", 9),
    ]
    assert told["rows"][0]["events"] == ["ci d1"]
    assert told["value"]["p50"] == 7.5


def test_a_share_is_its_rows_added_up(flywheel: Run, history: Path) -> None:
    told = json.loads(flywheel("explain", "dora.rework_rate", history, "--json", *ASKED).out)
    counted = [row["value"] for row in told["rows"] if row["counted"]]
    assert told["value"]["value"] == float(Fraction(int(sum(counted)), len(counted)))


def test_people_see_the_figure_its_rule_and_its_rows(flywheel: Run, history: Path) -> None:
    out = flywheel("explain", "lead_time_hours", history, *ASKED).out
    assert out.startswith("dora.lead_time_hours")
    assert "Counted: 2" in out
    assert "2026-03-02 10:00  commit 1abcdef01234" in out


def test_a_misspelt_figure_is_wrong_usage_and_finds_its_neighbour(flywheel: Run, history: Path) -> None:
    ran = flywheel("explain", "lead_tme_hours", history, *ASKED)
    assert (ran.code, ran.out) == (2, "")
    assert "FIGURE: got 'lead_tme_hours'" in ran.err
    assert "dora.lead_time_hours" in ran.err
