"""The changes that were news to the message before: a change is a headline once, then it stays so a row."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.flywheel.moments import micros
from shared.flywheel.trends.trends import Trends
from shared.flywheel.wheel.model import Wheel

WEEK = timedelta(days=7)


def news_at(wheel: Wheel, now: Mapping[str, Any], before: datetime) -> Collection[str]:
    """The figures of a wheel whose change was news at an earlier moment too; nothing is asked where none is now."""
    if not now["context"]["news"]:
        return ()
    return Trends(wheel.past.at(micros(before)), float(now["window_days"])).news


def news_a_week_before(wheel: Wheel, now: Mapping[str, Any]) -> Collection[str]:
    """The same, a week before the wheel's moment."""
    return news_at(wheel, now, wheel.as_of - WEEK)
