"""Moments as vendors write them; what says no offset or unit is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.sources.times import Unit, from_epoch, from_text


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-12T09:15:00Z", "2026-03-12T09:15:00Z"),
        ("2026-03-12t09:15:00z", "2026-03-12T09:15:00Z"),
        ("2026-03-12T10:15:00+01:00", "2026-03-12T09:15:00Z"),
        ("2026-03-12T09:15:00.5Z", "2026-03-12T09:15:00.500000Z"),
        ("2026-03-12T09:15:00.123456789-00:00", "2026-03-12T09:15:00.123456Z"),
        ("2026-03-12 11:15:00 +0200", "2026-03-12T09:15:00Z"),
        ("2026-03-12 09:15:00 UTC", "2026-03-12T09:15:00Z"),
        ("Thu, 12 Mar 2026 09:15:00 GMT", "2026-03-12T09:15:00Z"),
        ("Thu, 12 Mar 2026 11:15:00 +0200", "2026-03-12T09:15:00Z"),
        ("2024-02-29T23:59:59-05:00", "2024-03-01T04:59:59Z"),
        ("2026-03-29T01:59:59+01:00", "2026-03-29T00:59:59Z"),
        ("2026-03-29T03:00:00+02:00", "2026-03-29T01:00:00Z"),
    ],
)
def test_a_written_time_with_its_offset_is_a_moment(written: str, moment: str) -> None:
    assert from_text(written) == moment


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-12T09:15:00",
        "2026-03-12 09:15:00",
        "2026-03-12",
        "12 Mar 2026 09:15:00",
        "Thu, 12 Mar 2026 09:15:00 CET",
        "2026-02-29T09:15:00Z",
        "2026-03-12T24:00:00Z",
        "2026-03-12T09:15:60Z",
        "2026-03-12T09:15:00+25:00",
        "1969-12-31T23:59:59Z",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00",
        "٢٠٢٦-03-12T09:15:00Z",
        "",
        "yesterday",
        1773306900,
        None,
        {},
    ],
)
def test_what_says_no_moment_is_refused_and_never_guessed(written: object) -> None:
    assert from_text(written) is None


@pytest.mark.parametrize(
    ("number", "unit", "moment"),
    [
        (1773306898, "s", "2026-03-12T09:14:58Z"),
        (1773306898.5, "s", "2026-03-12T09:14:58.500000Z"),
        (1773306898250, "ms", "2026-03-12T09:14:58.250000Z"),
        (1773306898250999, "us", "2026-03-12T09:14:58.250999Z"),
        (1773306898250999123, "ns", "2026-03-12T09:14:58.250999Z"),
    ],
)
def test_a_count_since_1970_is_a_moment_in_its_unit(number: float, unit: Unit, moment: str) -> None:
    assert from_epoch(number, unit) == moment


@pytest.mark.parametrize("number", [True, -1, "1773306898", None, float("nan"), float("inf"), 10**30, 1773306898250999])
def test_a_count_that_is_no_time_is_refused(number: object) -> None:
    assert from_epoch(number, "s") is None


@given(some.one_of(some.text(), some.integers(), some.floats(), some.none(), some.lists(some.integers())))
def test_anything_at_all_is_a_moment_or_none(value: object) -> None:
    for found in (from_text(value), from_epoch(value, "s"), from_epoch(value, "ns")):
        assert found is None or found.endswith("Z")
