"""The rows of `make bench`, each measured at a size that says nothing: what moves under the bench is noticed here."""

import sys

import pytest

from engine import available
from tests.bench.__main__ import printed
from tests.bench.catalogue import SECTIONS, Section
from tests.bench.figure import Row
from tests.bench.ground.surroundings import TINY, Surroundings
from tests.bench.peers.measuring import rows as beside_a_peer
from tests.lacking import need

pytestmark = [pytest.mark.slow, pytest.mark.takes(75)]

PEER = """
import json, sys
given = json.load(open(sys.argv[1]))
for _ in sys.stdin:
    figures = {"deployments": len(given["deployments"]), "failed": len(given["incidents"])}
    print(json.dumps({"parts": {"counting": 0.5}, "linking": 0.25, "figures": figures}), flush=True)
"""


def assert_measured(rows: list[Row]) -> None:
    assert rows
    for row in rows:
        assert row.rounds, row.lacking
        assert row.value >= 0, row


def test_the_rows_that_need_a_table_are_measured_one_after_the_other() -> None:
    need("the bench", available())
    with Surroundings(TINY) as ground:
        for section in SECTIONS:
            if section.stored:
                assert_measured(list(section.rows(ground)))


@pytest.mark.parametrize("section", [each for each in SECTIONS if not each.stored], ids=lambda each: each.name)
def test_the_rows_that_need_no_table_are_measured(section: Section) -> None:
    with Surroundings(TINY) as ground:
        assert_measured(list(section.rows(ground)))


def test_a_peer_is_measured_in_turn_with_us_and_given_the_same_deployments(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(beside_a_peer([sys.executable, "-c", PEER], "Nobody", 150, 2))
    assert_measured(rows)
    printed(rows)
    assert "Nobody's DORA of 150 deployments, 5 incidents" in capsys.readouterr().out
    assert rows[0].rounds == (0.5, 0.5)
