"""The page on tenets names every signal with its unit, and every part of the context."""

from pathlib import Path

from shared.flywheel.settings.file import load
from shared.flywheel.tenets.tenets import TENETS
from tests.unit.domain.histories import History

PAGE = (Path(__file__).parents[3] / "docs" / "tenets.md").read_text(encoding="utf-8")


def test_every_signal_stands_in_a_row_with_its_unit_below_its_tenet() -> None:
    rows = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("|")]
    for tenet in TENETS:
        assert any(row[0] == f"| {tenet.number} {tenet.title}" for row in rows)
        for signal in tenet.signals:
            (row,) = [each for each in rows if len(each) == 6 and f"`{signal.name}`" in each[1]]
            assert row[2] == signal.unit, signal.name


def test_every_part_of_the_context_is_explained() -> None:
    parts = History().report("03-30")["context"]
    assert [part for part in parts if f"| `{part}` |" not in PAGE] == []


def test_the_example_is_valid() -> None:
    example = PAGE.split("```toml\n")[1].partition("```")[0]
    assert load(example).flywheel("search").thresholds["solution_map_age"].watch == 120
