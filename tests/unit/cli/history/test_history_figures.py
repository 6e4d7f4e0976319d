"""docs/history.md shows the figures of histories made by a script; here they are made and measured again."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.imports import figures
from tests.unit.cli.sample_histories import SAMPLES, Sample, Stream

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[4] / "docs" / "history.md"
AS_OF = "2026-08-01T00:00:00Z"
WINDOW = "300"


def row_of(flywheel: Callable[..., Any], folder: Path, sample: Sample) -> str:
    """The page's line of one history."""
    stream = Stream()
    sample.make(stream)
    stream.into(folder / sample.name)
    ran = flywheel("import", "git", folder / sample.name, "--dry-run", *sample.options)
    report = figures(flywheel, folder, ran, AS_OF, "--window", WINDOW)
    dora, turns = report["dora"], report["turns"]
    lead = dora["lead_time_hours"]["p50"]
    fail = dora["change_fail_rate"]["value"]
    cells = (
        sample.name,
        sample.like,
        dora["deployments"],
        "unknown" if lead is None else f"{lead:g} h",
        f"{dora['rework_rate']['count']}/{dora['rework_rate']['n']}",
        "unknown" if fail is None else f"{dora['change_fail_rate']['count']}/{dora['change_fail_rate']['n']}",
        turns["delivered"],
    )
    return f"| {' | '.join(map(str, cells))} |"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_figures_of_a_history_are_those_of_the_page(
    flywheel: Callable[..., Any], tmp_path: Path, sample: Sample
) -> None:
    told = re.findall(rf"^\| {sample.name} \|.*$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert told == [row_of(flywheel, tmp_path, sample)]
