"""Spans of whole weeks that end at as_of."""

from shared.flywheel.history.values import WEEKS
from shared.flywheel.moments import DAY, micros
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import Window

WEEK = 7 * DAY


def spans_of(wheel: Wheel, weeks: int) -> list[Window]:
    """The whole spans of so many weeks within the last 26, oldest first."""
    end, length = micros(wheel.as_of), weeks * WEEK
    return [
        Window(end - length * (back + 1), end - length * back, weeks * 7.0) for back in reversed(range(WEEKS // weeks))
    ]


def beginning(wheel: Wheel) -> int:
    """The beginning of the 26 weeks, microseconds."""
    return micros(wheel.as_of) - WEEKS * WEEK


def is_known(wheel: Wheel, span: Window) -> bool:
    """Whether anything could have happened in a span: it does not end before the flywheel's first event."""
    return wheel.first_event is not None and span.end >= wheel.first_event
