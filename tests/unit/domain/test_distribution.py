"""Percentiles, shares and intervals, against numbers worked by hand or published."""

from typing import Any

import pytest

from shared.flywheel.distribution import distribution, median, percentile, share, total, wilson


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [
        ([], 0.5, None),
        ([7.0], 0.85, 7),
        ([1.0, 2.0], 0.5, 1.5),
        ([1.0, 2.0, 3.0, 4.0], 0.85, 3.55),
        ([0.0, 10.0, 20.0, 30.0, 40.0], 0.5, 20),
        ([0.0, 10.0], 1.0, 10),
    ],
)
def test_percentiles_lie_on_the_line_between_order_statistics(values: list[float], part: float, expected: Any) -> None:
    assert percentile(values, part) == (None if expected is None else pytest.approx(expected))


def test_a_median_sorts_first() -> None:
    assert median([9.0, 1.0, 5.0]) == 5


def test_a_total_does_not_depend_on_order() -> None:
    values = [1e16, 1.0, -1e16, 1.0]
    assert total(values) == total(reversed(values)) == 2.0


@pytest.mark.parametrize(("n", "shown"), [(0, False), (1, True), (4, True), (5, False)])
def test_few_values_are_shown_sorted(n: int, shown: bool) -> None:
    values = [float(n - place) for place in range(n)]
    assert distribution(values)["values"] == (sorted(values) if shown else None)


@pytest.mark.parametrize(("n", "shown"), [(0, False), (1, True), (19, True), (20, False)])
def test_a_share_of_few_has_an_interval(n: int, shown: bool) -> None:
    assert (share(0, n)["interval"] is not None) is shown


def test_nothing_has_no_share() -> None:
    assert share(0, 0) == {"value": None, "count": 0, "n": 0, "interval": None}


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(2, 7, 0.0822, 0.6411), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 2, 0.0945, 0.9055)],
)
def test_the_wilson_interval(count: int, n: int, low: float, high: float) -> None:
    assert wilson(count, n) == pytest.approx([low, high], abs=5e-5)
    assert 0 <= wilson(count, n)[0] <= wilson(count, n)[1] <= 1
