"""DORA's five, in the terms of dora.dev, over effective production deployments in the window."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import Any, Literal

from msgspec import Struct

from shared.flywheel.distribution import distribution, share
from shared.flywheel.figures.quick_check import quick_check
from shared.flywheel.moments import HOUR, MINUTE, moment
from shared.flywheel.wheel.model import Deployment, Incident, Wheel
from shared.flywheel.wheel.window import Window, effective_in, first_in, per_days
from shared.flywheel.zones import zone_of

DAYS_OF_WEEK = 7


class LeadTime(Struct, frozen=True, gc=False):
    """One commit at the first deployment that carried it; microseconds, below 0 where clocks disagree."""

    place: int
    sha: int
    committed: int
    length: int


class Recovery(Struct, frozen=True):
    """How a failed deployment was recovered from. `end` is None while it is open, `start` where nothing tells."""

    place: int
    state: Literal["recovered", "open", "unknown"]
    start: int | None
    end: int | None


def dora_figures(
    wheel: Wheel, window: Window, leads: Iterable[LeadTime], recovered: Sequence[Recovery]
) -> dict[str, Any]:
    """The `dora` part of the report, from the lead times and recoveries of the window."""
    effective = effective_in(wheel, window)
    per_day = per_days(len(effective), 1, wheel, window)
    lead = distribution(each.length / HOUR for each in leads if each.length >= 0)
    fail = fail_rate(wheel, window)
    recovery = distribution(recovery_minutes(recovered))
    reworked = rework(wheel, window)
    return {
        "deployments": len(effective),
        "per_day": per_day,
        "per_week": per_days(len(effective), DAYS_OF_WEEK, wheel, window),
        "days_with_deployment": len(deployment_days(wheel, [deployment for _, deployment in effective])),
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


def deployment_days(wheel: Wheel, deployments: Iterable[Deployment]) -> set[tuple[int, int, int]]:
    """The dates of deployments in the flywheel's time zone."""
    zone: tzinfo = zone_of(wheel.settings.time_zone)
    local = (moment(deployment.time).astimezone(zone) for deployment in deployments)
    return {(day.year, day.month, day.day) for day in local}


def lead_times(wheel: Wheel, window: Window) -> list[LeadTime]:
    """Each sha once, at the first effective deployment ever that carries it and is no rollback, if in the window.

    Negative ones are here too: figures leave them out, the receipt counts them.
    """
    first = first_in(wheel, window)
    within = [
        (place, deployment)
        for place, deployment in enumerate(wheel.deployments[first:], first)
        if deployment.time <= window.end and _carries_first(deployment)
    ]
    asked = {sha for _, deployment in within for sha in deployment.shas}
    earlier = (each for each in wheel.deployments[:first] if not asked.isdisjoint(each.shas) and _carries_first(each))
    seen = {sha for deployment in earlier for sha in deployment.shas}
    leads = []
    for place, deployment in within:
        for sha, committed in zip(deployment.shas, deployment.commit_times, strict=True):
            if sha in seen:
                continue
            seen.add(sha)
            if committed is not None:
                leads.append(LeadTime(place, sha, committed, deployment.time - committed))
    return leads


def _carries_first(deployment: Deployment) -> bool:
    """Whether this can be the first deployment of a commit."""
    return deployment.effective and deployment.nature != "rollback"


def fail_rate(wheel: Wheel, window: Window) -> dict[str, Any]:
    """The share of effective deployments that failed; its value is unknown while nothing could tell of a failure."""
    effective = effective_in(wheel, window)
    rate = share(sum(place in wheel.failed for place, _ in effective), len(effective))
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
    failed = [place for place, _ in effective_in(wheel, window) if place in wheel.failed]
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
