"""Schedule expressions: when they are due, over clock changes and leap days, and what is refused."""

from datetime import UTC, datetime

import pytest

from engine.errors import ScheduleExpressionError
from engine.eventbridge.expressions import last_between, parse


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "zone", "after", "due"),
    [
        ("rate(15 minutes)", "UTC", "2026-03-02T09:07", "2026-03-02T09:15"),
        ("rate(15 minutes)", "UTC", "2026-03-02T09:15", "2026-03-02T09:30"),
        ("rate(1 day)", "UTC", "2026-03-02T09:15", "2026-03-03T00:00"),
        ("cron(30 8 ? * MON-FRI *)", "UTC", "2026-03-06T08:30", "2026-03-09T08:30"),
        ("cron(30 8 ? * MON *)", "Europe/Brussels", "2026-03-23T12:00", "2026-03-30T06:30"),
        ("cron(30 2 * * ? *)", "Europe/Brussels", "2026-03-28T12:00", "2026-03-30T00:30"),
        ("cron(0 0 29 2 ? *)", "UTC", "2026-01-01T00:00", "2028-02-29T00:00"),
        ("cron(0/20 9,17 * JAN ? 2027)", "UTC", "2026-06-01T00:00", "2027-01-01T09:00"),
        ("at(2026-03-02T10:00:00)", "Europe/Brussels", "2026-03-01T00:00", "2026-03-02T09:00"),
    ],
)
def test_it_is_due_next(expression: str, zone: str, after: str, due: str) -> None:
    assert parse(expression, zone).after(at(after)) == at(due)


def test_what_is_over_is_not_due_again() -> None:
    assert parse("at(2026-03-02T10:00:00)").after(at("2026-03-02T10:00")) is None
    assert parse("cron(0 0 1 1 ? 2020)").after(at("2026-01-01T00:00")) is None


def test_of_many_due_moments_the_last_one_counts() -> None:
    assert last_between(parse("rate(15 minutes)"), at("2026-03-02T09:00"), at("2026-03-09T10:07")) == at(
        "2026-03-09T10:00"
    )
    assert last_between(parse("cron(0 8 * * ? *)"), at("2026-03-02T09:00"), at("2026-03-09T07:00")) == at(
        "2026-03-08T08:00"
    )
    assert last_between(parse("rate(1 hour)"), at("2026-03-02T09:05"), at("2026-03-02T09:50")) is None


@pytest.mark.parametrize(
    "expression",
    ["rate(0 minutes)", "rate(1 week)", "cron(0 8 * * ?)", "cron(0 8 L * ? *)", "cron(61 8 * * ? *)", "every day"],
)
def test_what_is_not_read_is_refused_by_name(expression: str) -> None:
    with pytest.raises(ScheduleExpressionError, match=r".*") as caught:
        parse(expression)
    assert expression in str(caught.value)
