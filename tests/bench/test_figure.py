"""A row's median, spread, growth and verdict."""

import pytest

from tests.bench.figure import NONE, Bar, exponent, grown, lacking, number, row


@pytest.mark.parametrize(
    ("bar", "value", "verdict"),
    [
        (Bar(3, 2), 2.0, "hoped for"),
        (Bar(3, 2), 3.0, "reached"),
        (Bar(3, 2), 3.1, "MISSED"),
        (Bar(3, 10, least=True), 2.9, "MISSED"),
        (Bar(3, 10, least=True), 10.0, "hoped for"),
        (NONE, 3.0, "no bar"),
    ],
)
def test_a_row_stands_by_the_median_of_its_rounds(bar: Bar, value: float, verdict: str) -> None:
    assert row("x", "s", bar, [value - 1, value, value + 100]).verdict == verdict


def test_a_spread_is_the_least_and_the_most_and_how_many_there_were() -> None:
    assert row("x", "s", NONE, [2.0, 1.0, 4.0]).spread == "1 – 4 (3)"
    assert not row("x", "s", NONE, 2.0).spread


def test_growth_is_the_exponent_of_size_and_has_a_bar_of_its_own() -> None:
    flat, linear, square = (
        grown("{:,} days", "s", Bar(99, growth=1.1), {10: [1.0], 100: [cost]})[-1] for cost in (1.0, 10.0, 90.0)
    )
    assert [each.growth for each in (flat, linear)] == [0.0, pytest.approx(1.0)]
    assert [each.verdict for each in (flat, linear, square)] == ["reached", "reached", "MISSED"]
    assert flat.what == "100 days"
    assert exponent((10, 1.0), (10, 1.0)) is None


def test_a_bar_of_each_is_as_many_times_as_large() -> None:
    small, large = grown("{}", "s", Bar(0.01, 0.005), {10: [0.1], 100: [0.4]}, each=True)
    assert (small.bar.words, large.bar.words, large.bar.hoped) == ("≤ 0.1", "≤ 1", "≤ 0.5")
    assert (small.verdict, large.verdict) == ("reached", "hoped for")


def test_what_cannot_be_measured_says_why() -> None:
    absent = lacking("x", Bar(3), "Java is lacking")
    assert (absent.verdict, absent.measured) == ("not measured", "not measured: Java is lacking")


def test_numbers_have_three_digits_that_count() -> None:
    assert [number(each) for each in (0.03124, 4.8, 99.96, 1204.4, 0)] == ["0.0312", "4.8", "100", "1,204", "0"]
