"""The account of drag, the doom loop and the receipt."""

from functools import partial
from typing import get_args

from events.times import rfc3339
from shared.flywheel.figures.account import (
    CATALOGUED,
    Account,
    Row,
    Teller,
    deployment_row,
    event_rows,
    incident_row,
    turn_row,
)
from shared.flywheel.figures.doom_loop import HORIZON, changes
from shared.flywheel.figures.dora import lead_times, recoveries, tells_incidents
from shared.flywheel.figures.drag import SHARES, blocked_turns, drag_figures, newest_organisation_map
from shared.flywheel.figures.turns import stalled
from shared.flywheel.maps.contents import contents_of
from shared.flywheel.moments import HOUR, MINUTE, micros, moment
from shared.flywheel.wheel.model import Link, TurnKey, Wheel
from shared.flywheel.wheel.window import Window, clipped, opened_in


def stalled_share(wheel: Wheel, _: Window) -> Account:
    """Open turns, stalled or not."""
    late = {turn.identity for turn in stalled(wheel)}
    rows = [
        turn_row(turn, float(turn.identity in late), "stalled" if turn.identity in late else "on its way")
        for turn in wheel.turns
        if turn.state == "open"
    ]
    return Account("ratio", CATALOGUED, rows)


def incident_time(wheel: Wheel, window: Window) -> Account:
    """Minutes of the window with an incident open, each minute counted for the first incident that holds it."""
    rows = []
    reached = window.start
    for incident in wheel.incidents:
        until = window.end if incident.closed is None else incident.closed
        for start, end in clipped([(incident.opened, until)], window.start, window.end):
            added = max(0, end - max(start, reached))
            reached = max(reached, end)
            rows.append(incident_row(incident, added / MINUTE, "minutes in the window that no earlier one covers"))
    length = (window.end - window.start) / MINUTE
    rule = f"minutes with an incident open / {length:g}; unknown while no incident was ever sent"
    if not tells_incidents(wheel):
        return Account("ratio", rule, [])
    return Account("sum", rule, rows, 1 / length if length else 0.0)


def incidents_opened(wheel: Wheel, window: Window) -> Account:
    """The incidents that were opened."""
    rows = [incident_row(each, 1.0, each.link) for each in opened_in(wheel, window)]
    return Account("count", "incidents opened in the window", rows)


def blocked(wheel: Wheel, window: Window) -> Account:
    """Blocked time of each turn, of its whole time."""
    keys: dict[TurnKey, list[int]] = {}
    for each in wheel.blockers:
        for turn_key in each.turns:
            keys.setdefault(turn_key, []).extend(each.keys)
    rows = []
    for turn, length, whole in blocked_turns(wheel, window) if wheel.blockers else ():
        row = turn_row(turn, length / HOUR, "hours blocked, of hours from start to close or as_of", of=whole / HOUR)
        rows.append(Row(row.what, row.at, row.value, True, row.why, (*row.keys, *keys.get(turn.identity, ())), row.of))
    return Account("ratio", CATALOGUED, rows)


def map_inertia(wheel: Wheel, _: Window) -> Account:
    """The components of the newest organisation map."""
    newest = newest_organisation_map(wheel)
    if newest is None or newest.contents is None:
        return Account("ratio", CATALOGUED, [])
    at = rfc3339(moment(newest.time))
    rows = [
        Row(
            f"component {each.name}",
            at,
            float(each.inertia),
            counted=True,
            why="inertia" if each.inertia else "moves freely",
            keys=(newest.key,),
        )
        for each in contents_of(newest.contents).components
    ]
    return Account("ratio", CATALOGUED, rows)


def largest(wheel: Wheel, window: Window) -> Account:
    """The parts of the drag."""
    parts = drag_figures(wheel, window)
    rows = [Row(name, None, parts[name], counted=parts[name] is not None, why="part of drag") for name in SHARES]
    return Account("largest", CATALOGUED, rows)


def doom_loop(wheel: Wheel, _: Window) -> Account:
    """Changes of direction, the reactive ones counted."""
    oldest = micros(wheel.as_of) - HORIZON
    rows = []
    for each in changes(wheel):
        counted = each.because is not None and each.at > oldest
        why = (
            "not reactive"
            if each.because is None
            else f"after the disappointment of {rfc3339(moment(each.because.at))}"
        )
        keys = each.keys if each.because is None else (*each.keys, *each.because.keys)
        rows.append(Row("change of direction", rfc3339(moment(each.at)), None, counted=counted, why=why, keys=keys))
    return Account("word", CATALOGUED, rows)


def counted_events(wheel: Wheel, _: Window) -> Account:
    """Every event that stands."""
    kinds = {fact.key: fact.kind for fact in wheel.facts}
    return Account("count", "events up to as_of that stand", event_rows(kinds, wheel.tally.counted, "counted"))


def left_out(reason: str, wheel: Wheel, _: Window) -> Account:
    """Events left out for one reason."""
    kinds = {fact.key: fact.kind for fact in wheel.facts}
    rows = event_rows(kinds, wheel.tally.excluded.get(reason, ()), reason.replace("_", " "))
    return Account("count", f"events up to as_of left out: {reason}", rows)


def negative_lead_time(wheel: Wheel, window: Window) -> Account:
    """Commits that claim to be younger than their deployment."""
    rows = [
        deployment_row(wheel.deployments[each.place], each.length / HOUR, f"commit {each.sha:016x}, hours")
        for each in lead_times(wheel, window)
        if each.length < 0
    ]
    return Account("count", "commits deployed in the window before they were committed", rows)


def recovery_unknown(wheel: Wheel, window: Window) -> Account:
    """Failed deployments that nothing tells the recovery of."""
    rows = [
        deployment_row(wheel.deployments[each.place], 1.0, "no incident, and nothing mended it")
        for each in recoveries(wheel, window)
        if each.state == "unknown"
    ]
    return Account("count", "failed deployments in the window of unknown recovery", rows)


def links(link: str, wheel: Wheel, window: Window) -> Account:
    """Incidents opened in the window, by how their deployment is known."""
    rows = [incident_row(each, 1.0, link) for each in opened_in(wheel, window) if each.link == link]
    return Account("count", f"incidents opened in the window, {link}", rows)


TELLERS: dict[str, Teller] = {
    "drag.stalled_share": stalled_share,
    "drag.incident_time_share": incident_time,
    "drag.blocked_share": blocked,
    "drag.incidents_opened": incidents_opened,
    "drag.map_inertia_share": map_inertia,
    "drag.largest": largest,
    "doom_loop": doom_loop,
    "receipt.counted": counted_events,
    **{
        f"receipt.excluded.{reason}": partial(left_out, reason)
        for reason in ("duplicate", "superseded", "retracted", "conflicting", "not_production", "unmapped")
    },
    "receipt.excluded.negative_lead_time": negative_lead_time,
    "receipt.excluded.unlinked": partial(links, "unlinked"),
    "receipt.excluded.recovery_unknown": recovery_unknown,
    **{f"receipt.links.{link}": partial(links, link) for link in get_args(Link)},
}
