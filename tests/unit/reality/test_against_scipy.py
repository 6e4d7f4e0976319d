"""The tests of reality give what SciPy gives, over thousands of random and extreme samples."""

from collections.abc import Iterator
from fractions import Fraction
from math import comb, isclose
from random import Random
from typing import Any

import pytest

from shared.flywheel.reality.discoveries import discoveries
from shared.flywheel.reality.exact import binomial, fisher
from shared.flywheel.reality.ranks import mann_kendall, mann_whitney
from shared.flywheel.reality.slope import slope

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stats() -> Any:
    """SciPy's statistics, imported where they are asked for, not wherever tests are collected."""
    from scipy import stats  # noqa: PLC0415  a second

    return stats


def same(ours: float, theirs: float, relative: float = 1e-9) -> bool:
    return isclose(ours, theirs, rel_tol=relative, abs_tol=1e-280)


def sign(value: float) -> int:
    """Of a value that is 0 but for rounding: 0."""
    return 0 if abs(value) < 1e-9 else 1 if value > 0 else -1


def tables(chance: Random, times: int, most: int) -> Iterator[tuple[int, int, int, int]]:
    for _ in range(times):
        n1, n0 = chance.randint(1, most), chance.randint(1, most)
        k1 = chance.choice((0, n1, chance.randint(0, n1), min(n1, chance.randint(0, 3))))
        k0 = chance.choice((0, n0, chance.randint(0, n0), min(n0, chance.randint(0, 3))))
        yield k1, n1, k0, n0


def exactly(weights: dict[int, int], observed: int) -> float:
    """The sum of all that is no likelier within a relative 1e-7, in whole numbers."""
    limit = weights[observed] * (10**7 + 1)
    return float(Fraction(sum(w for w in weights.values() if w * 10**7 <= limit), sum(weights.values())))


@pytest.mark.parametrize("most", [4, 12, 60, 250])
def test_shares_are_compared_exactly_as_fisher_defines_it(most: int) -> None:
    for k1, n1, k0, n0 in tables(Random(most), 1_000 if most < 100 else 200, most):
        whole = k1 + k0
        every = range(max(0, whole - n0), min(whole, n1) + 1)
        weights = {x: comb(n1, x) * comb(n0, whole - x) for x in every}
        assert same(fisher(k1, n1, k0, n0), exactly(weights, k1)), (k1, n1, k0, n0)


@pytest.mark.parametrize("most", [5, 40, 400, 4_000])
def test_shares_are_compared_as_scipy_does(stats: Any, most: int) -> None:
    for k1, n1, k0, n0 in tables(Random(most), 300, most):
        theirs = stats.fisher_exact([[k1, n1 - k1], [k0, n0 - k0]]).pvalue
        assert same(fisher(k1, n1, k0, n0), theirs, 1e-8), (k1, n1, k0, n0)


@pytest.mark.parametrize("most", [3, 20, 300])
def test_counts_are_compared_exactly_as_the_binomial_says(most: int) -> None:
    chance = Random(most)
    for _ in range(500):
        n1, n0 = chance.randint(0, most), chance.randint(0, most)
        t1, t0 = chance.choice(((84, 84), (84, 83), (7, 84), (28, 9), (84, 12)))
        n = n1 + n0
        weights = {x: comb(n, x) * t1**x * t0 ** (n - x) for x in range(n + 1)}
        assert same(binomial(n1, t1, n0, t0), exactly(weights, n1)), (n1, t1, n0, t0)


@pytest.mark.parametrize("most", [3, 20, 300, 5_000])
def test_counts_are_compared_as_scipy_does(stats: Any, most: int) -> None:
    chance = Random(most)
    for _ in range(300):
        n1, n0 = chance.randint(0, most), chance.randint(1, most)
        t1, t0 = chance.uniform(7, 84), chance.uniform(7, 84)
        theirs = stats.binomtest(n1, n1 + n0, t1 / (t1 + t0)).pvalue
        assert same(binomial(n1, t1, n0, t0), theirs, 1e-8), (n1, t1, n0, t0)


def test_very_large_counts_stay_exact(stats: Any) -> None:
    for k1, n1, k0, n0 in (
        (50_000, 1_000_000, 50_400, 1_000_000),
        (3, 900_000, 20, 1_000_000),
        (0, 5, 400_000, 800_000),
    ):
        theirs = stats.fisher_exact([[k1, n1 - k1], [k0, n0 - k0]]).pvalue
        assert same(fisher(k1, n1, k0, n0), theirs, 1e-6)
    for n1, n0 in ((1_000_000, 1_001_500), (400_000, 420_000), (1_000_000, 0)):
        assert same(binomial(n1, 84.0, n0, 84.0), stats.binomtest(n1, n1 + n0, 0.5).pvalue, 1e-6)


def test_equally_likely_outcomes_count_on_both_sides() -> None:
    assert fisher(0, 10, 5, 10) == pytest.approx(2 * comb(10, 5) / comb(20, 5), rel=1e-12)
    assert binomial(8, 84, 2, 84) == pytest.approx(2 * (45 + 10 + 1) / 2**10, rel=1e-12)
    assert fisher(5, 10, 5, 10) == binomial(5, 84, 5, 84) == 1.0
    assert fisher(0, 3, 0, 9) == fisher(3, 3, 9, 9) == 1.0


def samples(chance: Random, most: int) -> tuple[list[float], list[float]]:
    def draw() -> list[float]:
        n = chance.randint(4, most)
        return [chance.choice((float(chance.randint(0, 6)), chance.lognormvariate(3, 1))) for _ in range(n)]

    return draw(), draw()


@pytest.mark.parametrize("most", [5, 12, 300])
def test_times_are_compared_as_scipy_does(stats: Any, most: int) -> None:
    chance = Random(most)
    for _ in range(1_000 if most < 100 else 50):
        now, before = samples(chance, most)
        theirs = stats.mannwhitneyu(now, before, alternative="two-sided", method="asymptotic", use_continuity=True)
        found = mann_whitney(now, before)
        assert same(found.p, theirs.pvalue), (now, before)
        ranks = stats.rankdata([*now, *before])
        difference = sum(ranks[: len(now)]) / len(now) - sum(ranks[len(now) :]) / len(before)
        assert found.sign == sign(difference), (now, before)


def test_equal_times_are_no_change() -> None:
    found = mann_whitney([2.0] * 4, [2.0] * 9)
    assert (found.p, found.sign) == (1.0, 0)


def test_families_of_tests_are_judged_as_scipy_adjusts_them(stats: Any) -> None:
    chance = Random(7)
    for _ in range(2_000):
        tests = {n: chance.choice((chance.random(), chance.random() ** 4, 0.2)) for n in range(chance.randint(1, 15))}
        adjusted = stats.false_discovery_control(list(tests.values()))
        theirs = {name for name, p in zip(tests, adjusted, strict=True) if p <= 0.2 * (1 + 1e-9)}
        assert discoveries(tests, 0.2) == theirs, tests


def test_a_p_that_rounding_lifts_over_its_threshold_is_real() -> None:
    share = 1 - 0.8
    assert share < 0.2
    assert discoveries({"a": 0.2}, share) == {"a"}
    assert discoveries({"a": 0.2 * (1 + 1e-8)}, share) == set()
    assert discoveries({}, share) == set()


def test_a_later_p_that_meets_its_threshold_takes_the_earlier_ones_with_it() -> None:
    assert discoveries({"a": 0.11, "b": 0.12, "c": 0.9}, 0.2) == {"a", "b"}
    assert discoveries({"a": 0.07, "b": 0.14, "c": 0.21}, 0.2) == set()


def test_a_series_drifts_as_kendall_and_sen_say(stats: Any) -> None:
    chance = Random(3)
    for _ in range(1_000):
        series = [
            float(chance.choice((chance.randint(0, 4), chance.random() * 4))) for _ in range(chance.randint(6, 12))
        ]
        theirs = stats.kendalltau(range(len(series)), series, variant="b")
        found = mann_kendall(series)
        assert found.sign == sign(theirs.statistic), series
        sen = stats.theilslopes(series)
        assert slope(series) == pytest.approx(sen.slope, rel=1e-12, abs=1e-12)


def test_the_variance_of_kendalls_s_counts_ties(stats: Any) -> None:
    """By hand: of the first five 9 pairs rise and one ties, and the last falls under all five: S = 9 − 5 = 4."""
    found = mann_kendall([1.0, 2.0, 2.0, 3.0, 4.0, 0.5])
    variance = (6 * 5 * 17 - 2 * 1 * 9) / 18
    assert found.sign == 1
    assert found.p == pytest.approx(2 * stats.norm.sf((4 - 1) / variance**0.5), rel=1e-12)
    assert mann_kendall([1.0] * 7).p == 1.0
    assert slope([3.0]) is None
