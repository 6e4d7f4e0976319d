"""DORA's five, in the terms of dora.dev, over effective production deployments in the window."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, date, tzinfo
from typing import Any, Literal

from msgspec import Struct

from shared.flywheel.distribution import distribution, share
from shared.flywheel.figures.quick_check import quick_check
from shared.flywheel.moments import DAY, HOUR, MINUTE, micros, moment
from shared.flywheel.wheel.leads import Leads
from shared.flywheel.wheel.model import Incident, Wheel
from shared.flywheel.wheel.window import Window, effective_in, failed_in, per_days, places_in
from shared.flywheel.zones import zone_of

DAYS_OF_WEEK = 7


class Recovery(Struct, frozen=True):
    """How a failed deployment was recovered from. `end` is None while it is open, `start` where nothing tells."""

    place: int
    state: Literal["recovered", "open", "unknown"]
    start: int | None
    end: int | None


def dora_figures(wheel: Wheel, window: Window, leads: Leads, recovered: Sequence[Recovery]) -> dict[str, Any]:
    """The `dora` part of the report, from the lead times and recoveries of the window."""
    effective = effective_in(wheel, window)
    per_day = per_days(len(effective), 1, wheel, window)
    lead = distribution(leads.hours)
    fail = fail_rate(wheel, window)
    recovery = distribution(recovery_minutes(recovered))
    reworked = rework(wheel, window)
    return {
        "deployments": len(effective),
        "per_day": per_day,
        "per_week": per_days(len(effective), DAYS_OF_WEEK, wheel, window),
        "days_with_deployment": len(_dates([each.time for _, each in effective], zone_of(wheel.settings.time_zone))),
        "lead_time_hours": lead,
        "change_fail_rate": fail,
        "recovery_minutes": recovery,
        "recovery_open": [
            {"deployment": wheel.deployments[each.place].name, "age_hours": (window.end - each.start) / HOUR}
            for each in recovered
            if each.state == "open" and each.start is not None
        ],
        "rework_rate": reworked,
        "quick_check": quick_check(
            lead_hours=lead["p50"],
            per_day=per_day,
            recovery_minutes=recovery["p50"],
            fail_rate=fail["value"],
            rework_rate=reworked["value"],
        ),
    }


def _dates(times: Sequence[int], zone: tzinfo) -> set[date]:
    """The dates of these times, which are in order, in a time zone: a whole day is passed at once."""
    dates, place = set[date](), 0
    while place < len(times):
        first = moment(times[place]).astimezone(zone)
        dates.add(first.date())
        midnight = times[place] + DAY - micros(first.replace(tzinfo=UTC)) % DAY
        end = bisect_left(times, midnight, place)
        last = moment(times[end - 1]).astimezone(zone)
        place = end if (last.date(), last.utcoffset()) == (first.date(), first.utcoffset()) else place + 1
    return dates


def lead_times(wheel: Wheel, window: Window) -> Leads:
    """Each sha once, at the first effective deployment ever that carries it and is no rollback, if in the window."""
    return wheel.once((lead_times, window), lambda: wheel.leads(places_in(wheel, window)))


def fail_rate(wheel: Wheel, window: Window) -> dict[str, Any]:
    """The share of effective deployments that failed; its value is unknown while nothing could tell of a failure."""
    rate = share(len(failed_in(wheel, window)), len(effective_in(wheel, window)))
    return rate if tells_failures(wheel) else {**rate, "value": None, "interval": None}


def tells_incidents(wheel: Wheel) -> bool:
    """Whether no incident means that there was none: one was ever sent, or the settings say that they are."""
    return bool(wheel.incidents) or wheel.settings.incidents == "wired"


def tells_failures(wheel: Wheel) -> bool:
    """Whether anything of production in the memory could tell that a deployment failed."""
    return tells_incidents(wheel) or any(each.outcome == "rolled_back" or each.remediates for each in wheel.deployments)


def rework(wheel: Wheel, window: Window) -> dict[str, Any]:
    """The share of effective deployments that are a hotfix or a rollback."""
    effective = effective_in(wheel, window)
    return share(sum(deployment.nature != "planned" for _, deployment in effective), len(effective))


def recoveries(wheel: Wheel, window: Window) -> list[Recovery]:
    """How each failed deployment in the window was recovered from, by time of deployment."""
    failed = failed_in(wheel, window)
    incidents = _incidents_by_deployment(wheel, set(failed))
    mended = _mended_at(wheel, set(failed))
    return [_recovery(wheel, place, incidents.get(place, []), mended.get(place)) for place in failed]


def recovery_minutes(recovered: Iterable[Recovery]) -> list[float]:
    """Minutes of those that are over."""
    return [(each.end - each.start) / MINUTE for each in recovered if each.start is not None and each.end is not None]


def _recovery(wheel: Wheel, place: int, incidents: list[Incident], mended: int | None) -> Recovery:
    if incidents:
        start = min(incident.opened for incident in incidents)
        ends = [incident.closed for incident in incidents if incident.closed is not None]
        if len(ends) < len(incidents):
            return Recovery(place, "open", start, None)
        return Recovery(place, "recovered", start, max(ends))
    if mended is not None:
        return Recovery(place, "recovered", wheel.deployments[place].time, mended)
    return Recovery(place, "unknown", None, None)


def _incidents_by_deployment(wheel: Wheel, wanted: set[int]) -> dict[int, list[Incident]]:
    incidents: dict[int, list[Incident]] = {}
    for incident in wheel.incidents:
        for place in incident.deployments:
            if place in wanted:
                incidents.setdefault(place, []).append(incident)
    return incidents


def _mended_at(wheel: Wheel, wanted: set[int]) -> dict[int, int]:
    """The time at which the last effective deployment, at or after a failed one, mended it; by place."""
    mended: dict[int, int] = {}
    for mending, places in wheel.mends.items():
        deployment = wheel.deployments[mending]
        if deployment.effective:
            for place in places:
                if place in wanted and deployment.time >= wheel.deployments[place].time:
                    mended[place] = max(mended.get(place, deployment.time), deployment.time)
    return mended
