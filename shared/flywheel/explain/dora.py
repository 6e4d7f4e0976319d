"""The account of DORA's five and the Quick Check."""

from collections.abc import Mapping
from functools import partial
from typing import Literal

from msgspec.structs import replace

from shared.flywheel.figures.account import CATALOGUED, Account, Row, Teller, deployment_row, event_rows
from shared.flywheel.figures.dora import DAYS_OF_WEEK, dora_figures, lead_times, recoveries
from shared.flywheel.figures.quick_check import scores
from shared.flywheel.moments import DAY, HOUR, MINUTE, moment
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import Window, effective_in, exposure
from shared.flywheel.wording import in_days
from shared.flywheel.zones import zone_of


def deployments(per_days: int | None, wheel: Wheel, window: Window) -> Account:
    """Effective deployments, as a count or over so many days."""
    rows = [deployment_row(each, 1.0, each.outcome) for _, each in effective_in(wheel, window)]
    rows += [
        deployment_row(each, None, "failed: it never took effect", counted=False)
        for each in wheel.deployments
        if not each.effective and window.holds(each.time)
    ]
    outside = wheel.tally.excluded.get("not_production", ())
    rows += [replace(row, counted=False) for row in event_rows(_kinds(wheel), outside, "not production")]
    if per_days is None:
        return Account("count", CATALOGUED, rows)
    exposed = exposure(wheel, window) / DAY
    rule = f"effective production deployments / {in_days(exposed)} of exposure × {per_days}"
    return Account("count", rule, rows, per_days / exposed if exposed else 0.0)


def deployment_days(wheel: Wheel, window: Window) -> Account:
    """Dates with a deployment."""
    zone = zone_of(wheel.settings.time_zone)
    rows = [
        replace(
            deployment_row(each, 1.0, f"date in {wheel.settings.time_zone}"),
            group=moment(each.time).astimezone(zone).date().isoformat(),
        )
        for _, each in effective_in(wheel, window)
    ]
    return Account("distinct", CATALOGUED, rows)


def lead_time(wheel: Wheel, window: Window) -> Account:
    """Each commit once, at the first deployment that carried it."""
    rows = []
    for each in lead_times(wheel, window):
        deployment = wheel.deployments[each.place]
        counted = each.length >= 0
        why = f"deployed with {deployment.name}" if counted else "committed after its deployment"
        row = deployment_row(deployment, each.length / HOUR, why, counted=counted)
        rows.append(replace(row, what=f"commit {each.sha:016x}"))
    return Account("distribution", CATALOGUED, rows)


def fail_rate(wheel: Wheel, window: Window) -> Account:
    """Effective deployments, and why each of them failed."""
    reasons = _reasons(wheel)
    rows = [
        deployment_row(each, float(place in wheel.failed), "; ".join(reasons.get(place, ["did not fail"])))
        for place, each in effective_in(wheel, window)
    ]
    return Account("share", CATALOGUED, rows)


def rework(operation: Literal["share", "ratio"], wheel: Wheel, window: Window) -> Account:
    """Hotfixes and rollbacks of effective deployments."""
    rows = [
        deployment_row(each, float(each.nature != "planned"), each.nature) for _, each in effective_in(wheel, window)
    ]
    return Account(operation, CATALOGUED, rows)


def recovery(wheel: Wheel, window: Window) -> Account:
    """Failed deployments and how long each took to recover from."""
    rows = []
    behind = _behind(wheel)
    for each in recoveries(wheel, window):
        minutes = (each.end - each.start) / MINUTE if each.start is not None and each.end is not None else None
        why = {"recovered": "recovered", "open": "still open", "unknown": "nothing tells of its recovery"}[each.state]
        rows.append(_recovery_row(wheel, each.place, minutes, why, behind))
    return Account("distribution", CATALOGUED, rows)


def recovery_open(wheel: Wheel, window: Window) -> Account:
    """Failed deployments whose incidents are still open."""
    behind = _behind(wheel)
    rows = [
        _recovery_row(wheel, each.place, (window.end - each.start) / HOUR, "hours since the first opening", behind)
        for each in recoveries(wheel, window)
        if each.state == "open" and each.start is not None
    ]
    return Account("list", CATALOGUED, rows)


def check(parts: tuple[str, ...], least: int, wheel: Wheel, window: Window) -> Account:
    """The mean of those scores that are known."""
    figures = dora_figures(wheel, window, lead_times(wheel, window), recoveries(wheel, window))
    known = scores(
        lead_hours=figures["lead_time_hours"]["p50"],
        per_day=figures["per_day"],
        recovery_minutes=figures["recovery_minutes"]["p50"],
        fail_rate=figures["change_fail_rate"]["value"],
        rework_rate=figures["rework_rate"]["value"],
    )
    rows = [
        Row(f"score of {part}", None, known[part], counted=known[part] is not None, why="0 to 10, by dora.dev")
        for part in parts
    ]
    if sum(row.counted for row in rows) < least:
        rows = [replace(row, counted=False, why=f"fewer than {least} scores are known") for row in rows]
    return Account("mean", CATALOGUED, rows)


def _recovery_row(wheel: Wheel, place: int, value: float | None, why: str, behind: Mapping[int, list[int]]) -> Row:
    row = deployment_row(wheel.deployments[place], value, why, counted=value is not None)
    keys = (*row.keys, *behind.get(place, ()))
    return replace(row, keys=keys, what=f"deployment {wheel.deployments[place].name}")


def _behind(wheel: Wheel) -> dict[int, list[int]]:
    """Events of the incidents of each deployment, and of the deployments that mended it."""
    behind: dict[int, list[int]] = {}
    for incident in wheel.incidents:
        for place in incident.deployments:
            behind.setdefault(place, []).extend(incident.keys)
    for mending, places in wheel.mends.items():
        for place in places:
            behind.setdefault(place, []).extend(wheel.deployments[mending].keys)
    return behind


def _reasons(wheel: Wheel) -> dict[int, list[str]]:
    reasons: dict[int, list[str]] = {}
    for incident in wheel.incidents:
        for place in incident.deployments:
            reasons.setdefault(place, []).append(f"incident {incident.name} ({incident.link})")
    for place, deployment in enumerate(wheel.deployments):
        if deployment.outcome == "rolled_back":
            reasons.setdefault(place, []).append("rolled back")
    for mending, places in wheel.mends.items():
        for place in places:
            reasons.setdefault(place, []).append(f"mended by {wheel.deployments[mending].name}")
    return reasons


def _kinds(wheel: Wheel) -> dict[int, str]:
    return {fact.key: fact.kind for fact in wheel.facts}


_SPEED = ("lead_time", "frequency", "recovery")
_STABILITY = ("change_fail_rate", "rework_rate")

TELLERS: dict[str, Teller] = {
    "dora.deployments": partial(deployments, None),
    "dora.per_day": partial(deployments, 1),
    "dora.per_week": partial(deployments, DAYS_OF_WEEK),
    "dora.days_with_deployment": deployment_days,
    "dora.lead_time_hours": lead_time,
    "dora.change_fail_rate": fail_rate,
    "dora.recovery_minutes": recovery,
    "dora.recovery_open": recovery_open,
    "dora.rework_rate": partial(rework, "share"),
    "drag.rework_rate": partial(rework, "ratio"),
    "dora.quick_check.throughput": partial(check, _SPEED, 2),
    "dora.quick_check.stability": partial(check, _STABILITY, 2),
    "dora.quick_check.overall": partial(check, (*_SPEED, *_STABILITY), 4),
}
