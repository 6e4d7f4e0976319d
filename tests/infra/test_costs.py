"""What the pages say it costs follows from the template, the list prices and the units that the bench measured.

Idle is worked out from the template here; of a million events the pages say the units, and the dollars follow. Only the
seconds of functions are the bench's alone.
"""

import re
from typing import Any

import pytest

from infra.stage import PROJECT
from tests.bench.bill import money, prices
from tests.bench.bill.idling import items_of
from tests.infra.template import Synthesised

PAGE = (PROJECT / "docs" / "deploying.md").read_text()
CENT = 0.0051
"""A table has cents, of what is exact."""
SUM = "**sum**"
IDLE = ("Secrets Manager", "CloudWatch alarms", "the dashboard", "SQS", "`tick`")
"""The rows of the page in the order of the bill's items."""


def table(heading: str) -> dict[str, list[str]]:
    """The cells of the table below a heading, by their row's first."""
    lines = PAGE.split(f"**{heading}**", 1)[1].lstrip().split("\n\n", 2)[1].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    return {row[0]: row[1:] for row in rows}


def dollars(cell: str) -> float:
    return float(re.sub(r"[^\d.]", "", cell) or 0)


@pytest.fixture(scope="module")
def resources(stack: Synthesised) -> dict[str, Any]:
    one: dict[str, Any] = stack.template["Resources"]
    return one


@pytest.mark.parametrize("stages", [1, 2])
def test_idle_is_what_the_template_costs_line_by_line(resources: dict[str, Any], stages: int) -> None:
    rows, place = table("Idle"), 1 + 2 * (stages - 1)
    items = list(items_of({f"{stage}{name}": each for name, each in resources.items() for stage in range(stages)}))
    clock = sum(item.cost for item in items[4:])
    costs = [(item.cost - item.allowed, item.cost) for item in items[:4]] + [(clock, clock)]
    for name, (allowed, whole) in zip(IDLE, costs, strict=True):
        assert [dollars(cell) for cell in rows[name][place : place + 2]] == pytest.approx([allowed, whole], abs=CENT)
    sums = [sum(dollars(cells[at]) for name, cells in rows.items() if name != SUM) for at in (place, place + 1)]
    assert [dollars(cell) for cell in rows[SUM][place : place + 2]] == pytest.approx(sums)


def test_a_million_events_cost_what_their_units_cost() -> None:
    rows = table("A million events")
    million, size = prices.MILLION, money.MILLION.flywheels
    units = {name: float(count) for name in rows for count in re.findall(r"\((?:about )?([\d.]+) an ", name)}
    ((writes, of_writes), (reads, of_reads)) = units.items()
    way = prices.BUS_EVENT + 3 * prices.QUEUE_REQUEST + 1e-6 * (prices.ARCHIVED + prices.LOG_GB)
    storage = size * money.PER_DAY * money.YEAR * 700 / 1e9 * prices.STORED
    expected = {
        "the HTTP API": money.of_webhooks(million),
        "PutEvents": million * way,
        writes: million * of_writes * prices.WRITE,
        reads: million * of_reads * prices.READ,
        "storage": storage,
    }
    for name, cost in expected.items():
        (cells,) = [cells for row, cells in rows.items() if row.startswith(name)]
        assert dollars(cells[-1]) == pytest.approx(cost, abs=CENT), name
    for place in (0, 1):
        parts = sum(dollars(cells[place]) for name, cells in rows.items() if name != SUM)
        assert dollars(rows[SUM][place]) == pytest.approx(parts)
    assert f"of {size} teams" in PAGE
    assert f"up to ${3 * prices.TRACE * million:,.2f} a million events" in PAGE


def test_the_line_of_the_readme_says_the_same() -> None:
    line = re.search(r"Idle it costs \$([\d.]+) to \$([\d.]+) a month.*?\$(\d+) by the bus, \$(\d+) by webhooks",
                     (PROJECT / "README.md").read_text())  # fmt: skip
    assert line is not None
    idle, million = table("Idle")[SUM], table("A million events")[SUM]
    assert [float(line[1]), float(line[2])] == [dollars(idle[1]), dollars(idle[2])]
    assert [int(line[3]), int(line[4])] == [round(dollars(cell)) for cell in million]
