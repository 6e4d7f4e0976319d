"""One catalogue: each figure of the report has a row, and every face shows what the row says."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cli.figures.documentation import PAGES
from cli.figures.rows import rows_of
from cli.figures.weeks import weeks_of
from shared.flywheel.catalogue.catalogue import CATALOGUE, read_by
from shared.flywheel.catalogue.documentation import page
from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.catalogue.unit import SHARE
from shared.flywheel.explain.figure import TELLERS, explain
from shared.flywheel.figures.account import CATALOGUED, Account, deployment_row, value_of
from shared.flywheel.report.report import report_of
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.figures import figures_of
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import Window, effective_in, window_of
from tests.unit.domain.histories import FLYWHEEL, facts_of, moment
from tests.unit.summaries.wheels import at, healthy, struggling, well_wired

PARTS = ("turns", "momentum", "drag", "dora", "doom_loop")
"""The parts of the report that are figures and nothing else."""


def wheel_of(history: Any, day: float = 170) -> Wheel:
    return fold(facts_of(history.events), FLYWHEEL, Settings(), moment(at(day)))


def paths(value: Any, path: str) -> list[str]:
    """The paths below which the catalogue has a figure, and those below which it has none."""
    if path in CATALOGUE or not isinstance(value, dict):
        return [path]
    return [found for name, part in value.items() for found in paths(part, f"{path}.{name}".lstrip("."))]


def test_every_figure_of_the_report_has_a_row() -> None:
    report = report_of(wheel_of(well_wired()), 84)
    assert set(paths({name: report[name] for name in PARTS}, "")) <= set(CATALOGUE)


def test_every_row_stands_in_a_report() -> None:
    report = report_of(wheel_of(well_wired()), 84)
    optional = ("context.cost.", "context.goals.", "context.data_domains.")
    assert [path for path in CATALOGUE if not path.startswith(optional) and not holds(report, path.split("."))] == []


def holds(report: Any, way: list[str]) -> bool:
    """Whether there is such a key, whatever its value."""
    return way[0] in report and (len(way) == 1 or holds(report[way[0]], way[1:]))


@pytest.mark.parametrize("path", [path for path in CATALOGUE if not path.startswith("context.")])
def test_every_row_is_explained_in_its_own_words(path: str) -> None:
    found = explain(facts_of(healthy().events), path, flywheel=FLYWHEEL, settings=Settings(), as_of=moment(at(170)))
    kind = CATALOGUE[path]
    assert (found.label, found.unit, found.explanation) == (kind.label, kind.unit.name, kind.explanation)
    assert found.rule


DECIDED = {"list", "largest", "largest_median", "word", "reading"}
"""Operations that a rule decides."""


@pytest.mark.parametrize("path", TELLERS)
def test_an_account_gives_the_figure_that_the_report_shows(path: str) -> None:
    wheel = wheel_of(struggling())
    account = TELLERS[path](wheel, window_of(wheel, 84))
    if account.operation in DECIDED:
        with pytest.raises(ValueError, match=f"operation: got '{account.operation}'"):
            value_of(account)
        return
    report: Any = report_of(wheel, 84)
    for step in path.split("."):
        report = report.get(step, 0)
    assert same(value_of(account), report)


def same(left: Any, right: Any) -> bool:
    """To the last digits of a double, whatever is within."""
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(value, right[name]) for name, value in left.items())
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == (right if right is None else pytest.approx(right, rel=1e-12)))


def test_labels_and_paths_are_told_apart() -> None:
    for phase in range(5):
        labels = [kind.label for kind in read_by(phase)]
        assert len(set(labels)) == len(labels)
        assert len({kind.read_by[phase] for kind in read_by(phase)}) == len(labels)


@pytest.mark.parametrize("path", PAGES)
def test_pages_and_parts_of_pages_are_made_of_the_code(path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    assert written == PAGES[path](written), "write it again with `make schemas`"


def test_the_page_says_better_and_worse_by_the_trends_alone() -> None:
    """Two numbers do not: 0.1101 after 0.1104 was as before to Slack once, and better to the page."""
    wheel = wheel_of(healthy())
    now, before = report_of(wheel, 84), report_of(wheel, 84)
    before["dora"]["change_fail_rate"] |= {"value": 0.9}

    def fail_rate(trend: str | None) -> tuple[str, str | None]:
        now["trends"]["dora.change_fail_rate"] = {"previous": 0.9, "p": 0.1, "trend": trend}
        rows = rows_of("delivery", now, before, weeks_of(wheel, 84))
        [row] = [row for row in rows if row.label == "Change fail rate"]
        assert row.previous == "90%"
        return row.arrow, row.trend

    assert fail_rate("better") == ("↓", "better")
    assert fail_rate("worse") == ("↑", "worse")
    assert fail_rate("same") == ("", "same")
    assert fail_rate(None) == ("", None)


@pytest.fixture
def _hotfixes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figure that the page adds as its example, added, and read by product leaders before all others."""
    example = page().split("```python\n")[1].partition("```")[0]
    names = {each.__name__: each for each in (Wheel, Window, Account, FigureKind, effective_in, deployment_row)}
    known: dict[str, Any] = {**names, "CATALOGUED": CATALOGUED, "SHARE": SHARE}
    exec(example, known)
    monkeypatch.setitem(CATALOGUE, "dora.hotfix_share", replace(known["HOTFIXES"], read_by={3: -1}))


@pytest.mark.usefixtures("_hotfixes")
def test_a_row_with_its_account_is_a_figure_on_every_face() -> None:
    wheel = wheel_of(struggling())
    report = report_of(wheel, 84)
    assert report["dora"]["hotfix_share"] == 0.5
    [row] = [row for row in rows_of("delivery", report, report, weeks_of(wheel, 84)) if row.label == "Hotfixes"]
    assert (row.value, row.previous, row.trend) == ("50%", "50%", None)
    assert "Hotfixes" in [figure.label for figure in figures_of(3, report, {})]
    facts = facts_of(struggling().events)
    told = explain(facts, "hotfix_share", flywheel=FLYWHEEL, settings=Settings(), as_of=moment(at(170)))
    assert (told.value, told.rule) == (0.5, "hotfixes / effective deployments")
    assert "| `dora.hotfix_share` | Hotfixes | share of 1 |" in page()
