"""The one chart of a digest: the north star and its target, or the momentum of value and of releases. Pure."""

from datetime import timedelta

from shared.flywheel.catalogue.turning import MOMENTUM
from shared.flywheel.figures.momentum import momentum
from shared.flywheel.moments import micros, moment
from shared.flywheel.summaries.figures import Report
from shared.flywheel.summaries.summary import Chart, Series
from shared.flywheel.value.momentum import remaining
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wording import day, outside

WEEKS = 12
FEWEST = 3
"""So many points make a line that says something."""
_DIGITS = 2


def chart_of(wheel: Wheel, now: Report, phase: int) -> Chart | None:
    """The chart for everyone, or for whom purpose is; None where there is too little to draw, and for the others."""
    if phase > 1:
        return None
    return _north_star(wheel, now) or _momentum(wheel)


def _north_star(wheel: Wheel, now: Report) -> Chart | None:
    """The newest measurements of the window, oldest first, and the target, where there is one."""
    star = now["value"]["north_star"]
    if star is None:
        return None
    since = micros(wheel.as_of - timedelta(weeks=WEEKS))
    values = {
        day(moment(each.time), wheel.settings.time_zone): round(each.value, _DIGITS)
        for each in wheel.measurements
        if each.metric == star["metric"] and since < each.time <= micros(wheel.as_of)
    }
    labels = tuple(values)[-WEEKS:]
    if len(labels) < FEWEST:
        return None
    measured = Series(name="measured", values=tuple(values[label] for label in labels))
    target = () if star["target"] is None else (Series(name="target", values=(star["target"],) * len(labels)),)
    unit = f", {outside(star['unit'])}" if star["unit"] else ""
    return Chart(title=f"{outside(star['metric'])}{unit}", labels=labels, series=(measured, *target))


def _momentum(wheel: Wheel) -> Chart | None:
    """Both momenta at the ends of the last weeks; of value only where an outcome was met."""
    ends = [wheel.as_of - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    first = wheel.first_event
    known = [end for end in ends if first is not None and micros(end) >= first]
    met = [turn for turn in wheel.turns if turn.state == "delivered" and turn.result == "met"]
    releases = tuple(round(momentum(wheel, micros(end)), _DIGITS) for end in known)
    if len(known) < FEWEST or not any(releases):
        return None
    value = tuple(round(remaining(met, micros(end)), _DIGITS) for end in known)
    series = [Series(name="releases", values=releases)]
    if any(value):
        series.insert(0, Series(name="value", values=value))
    labels = tuple(day(end, wheel.settings.time_zone) for end in known)
    return Chart(title=f"{MOMENTUM.label}, in turns", labels=labels, series=tuple(series))
