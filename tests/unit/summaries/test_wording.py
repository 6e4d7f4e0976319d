"""Units, plurals and text from outside, as a person reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.flywheel.wording import (
    amount,
    amounts,
    count_of,
    duration,
    in_days,
    listing,
    number,
    outside,
    percent,
    plural,
)


@pytest.mark.parametrize(
    ("hours", "shown"),
    [
        (0, "0 min"),
        (85 / 60, "85 min"),
        (119.4 / 60, "119 min"),
        (119.6 / 60, "2 h"),
        (4.5, "4 h 30 min"),
        (9, "9 h"),
        (9.999, "10 h"),
        (17.4, "17 h"),
        (23.6, "1 d"),
        (76, "3 d 4 h"),
        (72, "3 d"),
        (335.6, "14 d"),
        (14 * 24, "14 d"),
        (560, "23 d"),
    ],
)
def test_durations_are_in_the_units_people_use(hours: float, shown: str) -> None:
    assert duration(hours) == shown


@given(st.floats(0, 20_000), st.floats(0, 20_000))
def test_a_longer_time_never_reads_as_a_shorter_one(one: float, other: float) -> None:
    short, long = sorted((one, other))
    assert minutes_in(duration(short)) <= minutes_in(duration(long))


def minutes_in(shown: str) -> int:
    words = shown.split()
    return sum(int(n) * {"min": 1, "h": 60, "d": 1440}[unit] for n, unit in zip(words[::2], words[1::2], strict=True))


@pytest.mark.parametrize(
    ("share", "shown"), [(0, "0%"), (2 / 7, "29%"), (0.0131, "1.3%"), (0.00001, "<0.1%"), (0.999, "100%"), (1, "100%")]
)
def test_shares_are_percents(share: float, shown: str) -> None:
    assert percent(share) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (-0.0, "0"), (2.0, "2"), (0.44, "0.4"), (0.004, "0.004"), (1.9e-7, "<0.001"), (17.3, "17")],
)
def test_numbers_are_short_and_never_fall_to_zero(value: float, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (4.1, 4.0, ("4.1", "4")),
        (10.04, 10.01, ("10.04", "10.01")),
        (1040.0, 1040.0, ("1,040", "1,040")),
        (1000.02, 1000.021, ("1,000.020", "1,000.021")),
        (0.3, 0.1 + 0.2, ("0.3", "0.3")),
        (-0.0, -0.04, ("0", "-0.04")),
    ],
)
def test_two_values_of_a_metric_are_told_apart(before: float, after: float, shown: tuple[str, str]) -> None:
    assert amounts(before, after) == shown
    assert amount(-0.0) == "0"


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 turns"), (1, "1 turn"), (1.04, "1 turn"), (2, "2 turns"), (0.4, "0.4 turns")]
)
def test_plurals_follow_the_number_as_shown(count: float, shown: str) -> None:
    assert plural(count, "turn") == shown


def test_lists_end_in_and() -> None:
    assert [listing(["a"]), listing(["a", "b"]), listing(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


def test_text_from_outside_loses_controls_overrides_and_line_breaks() -> None:
    assert outside("a\r\nb\u202ec\u200bd\x1b[31me\u2028f\x00") == "a bcd[31me f"


@given(st.text(max_size=300))
def test_text_from_outside_is_one_short_line_whatever_it_was(text: str) -> None:
    line = outside(text)
    assert len(line) <= 80
    assert line.isprintable() or all(c.isprintable() or c == " " for c in line)
    assert line.splitlines() in ([], [line])


@pytest.mark.parametrize(("count", "shown"), [(0, "0 events"), (1, "1 event"), (2, "2 events"), (1204, "1,204 events")])
def test_counts_are_told_to_the_last_one(count: int, shown: str) -> None:
    assert count_of(count, "event") == shown


@pytest.mark.parametrize(("count", "shown"), [(1, "1 day"), (28.0, "28 days"), (3.0416667, "3.04167 days")])
def test_a_rule_says_its_days_with_six_digits(count: float, shown: str) -> None:
    assert in_days(count) == shown
