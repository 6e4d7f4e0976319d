"""The account of the figures of turns and momentum."""

from functools import partial
from math import log

from shared.flywheel.figures.account import CATALOGUED, Account, Row, Teller, turn_row
from shared.flywheel.figures.momentum import HALF_LIFE, pushes
from shared.flywheel.figures.turns import PERIOD_DAYS, phase_shares, stalled, stalled_after
from shared.flywheel.moments import DAY, HOUR, micros, rfc3339_or_none
from shared.flywheel.wheel.model import PHASES, Phase, Turn, Wheel
from shared.flywheel.wheel.window import Window, closed_in, exposure
from shared.flywheel.wording import in_days


def rate_of_turn(wheel: Wheel, window: Window) -> Account:
    """Delivered turns over exposure."""
    exposed = exposure(wheel, window) / DAY
    rule = f"turns delivered in the window / {in_days(exposed)} of exposure × {PERIOD_DAYS}"
    return Account("count", rule, _closed(wheel, window, "delivered"), PERIOD_DAYS / exposed if exposed else 0.0)


def closed_turns(state: str, wheel: Wheel, window: Window) -> Account:
    """Turns delivered or stopped in the window."""
    return Account("count", CATALOGUED, _closed(wheel, window, state))


def open_turns(phase: Phase, wheel: Wheel, _: Window) -> Account:
    """Open turns in a phase."""
    rows = [turn_row(turn, 1.0, f"open in phase {phase}") for turn in wheel.turns if turn.phase == phase]
    return Account("count", CATALOGUED, rows)


def turn_time(wheel: Wheel, window: Window) -> Account:
    """Hours from start to close."""
    rows = [
        turn_row(turn, turn.turn_time_hours, "start to close, hours", counted=turn.turn_time_hours is not None)
        for turn in closed_in(wheel, window, "delivered")
    ]
    return Account("distribution", CATALOGUED, rows)


def time_to_value(basis: str, wheel: Wheel, window: Window) -> Account:
    """Hours to the first release, by one basis."""
    rows = []
    for turn in wheel.turns:
        if window.holds_moment(turn.released_at):
            why = f"first release − {turn.basis}, hours" if turn.basis else "nothing known before the release"
            rows.append(turn_row(turn, turn.time_to_value_hours, why, counted=turn.basis == basis))
    return Account("distribution", CATALOGUED, rows)


def phase_time(phase: Phase, wheel: Wheel, window: Window) -> Account:
    """Hours of one phase."""
    rows = []
    for turn in closed_in(wheel, window, "delivered"):
        known = turn.phases[phase]
        why = f"{known.evidence} entry to the next observed one, hours" if known.hours is not None else "not observed"
        rows.append(turn_row(turn, known.hours, why, counted=known.hours is not None))
    return Account("distribution", CATALOGUED, rows)


def constraint(wheel: Wheel, window: Window) -> Account:
    """Each phase's part of the turn time, turn by turn."""
    delivered = closed_in(wheel, window, "delivered")
    rows = []
    for phase in PHASES:
        enough = bool(phase_shares(wheel, delivered, phase))
        for turn in delivered:
            rows += _part(wheel, turn, phase, enough=enough)
    return Account("largest_median", CATALOGUED, rows)


def stalled_turns(wheel: Wheel, _: Window) -> Account:
    """Open turns by age."""
    late = {turn.identity for turn in stalled(wheel)}
    limit = stalled_after(wheel) / DAY
    rows = []
    for turn in wheel.turns:
        if turn.state == "open":
            age = None if turn.started_at is None else (micros(wheel.as_of) - micros(turn.started_at)) / DAY
            rows.append(turn_row(turn, age, "days since its start", counted=turn.identity in late))
    rule = f"open for more than {in_days(limit)}, and not released, or longer ago than soak and 14 days"
    return Account("list", rule, rows)


def momentum_value(scale: float, wheel: Wheel, _: Window) -> Account:
    """Every push that a closed turn gave."""
    rows = [
        turn_row(push.turn, push.value, f"weight {push.turn.weight:g}, {in_days(push.age / DAY)} since its close")
        for push in pushes(wheel, micros(wheel.as_of))
    ]
    return Account("sum", CATALOGUED, rows, scale)


def momentum_trend(wheel: Wheel, _: Window) -> Account:
    """The account of momentum's trend: what each turn adds now, and what it added 28 days before."""
    now = micros(wheel.as_of)
    before = {push.turn.identity: push.value for push in pushes(wheel, now - HALF_LIFE)}
    rows = [
        turn_row(push.turn, push.value, "push now / push 28 days before", of=before.get(push.turn.identity, 0.0))
        for push in pushes(wheel, now)
    ]
    return Account("ratio", CATALOGUED, rows)


def momentum_direction(wheel: Wheel, window: Window) -> Account:
    """The trend as a word."""
    rows = momentum_trend(wheel, window).rows
    return Account("word", "Σ value / Σ of above 1.1 is rising, below 0.9 falling, else steady", rows)


def momentum_state(wheel: Wheel, _: Window) -> Account:
    """Closed turns by age."""
    now = micros(wheel.as_of)
    rows = [
        turn_row(turn, (now - micros(turn.closed_at)) / DAY, f"{turn.state}, days ago")
        for turn in wheel.turns
        if turn.closed_at is not None
    ]
    rule = (
        "no turn closed not_started; none delivered learning up to 84 days after the last close; one closed and "
        "delivered up to 84 days ago first_turn; else by the age of the last delivered close: up to 28 days turning, "
        "up to 84 coasting, else stopped"
    )
    return Account("word", rule, rows)


def one_turn(turn: Turn, wheel: Wheel, _: Window) -> Account:
    """A turn: its phases, which add up to its turn time, and what is linked to it."""
    rows = [
        Row(
            f"phase {number}",
            rfc3339_or_none(phase.entered_at),
            phase.hours,
            counted=phase.hours is not None,
            why=phase.evidence,
            keys=turn.keys,
        )
        for number, phase in turn.phases.items()
    ]
    for places, why in ((turn.explicit, "linked explicitly"), (turn.inferred, "linked by inference")):
        for place in places:
            deployment = wheel.deployments[place]
            rows.append(Row(f"deployment {deployment.name}", None, None, counted=False, why=why, keys=deployment.keys))
    for place in turn.incidents:
        incident = wheel.incidents[place]
        rows.append(Row(f"incident {incident.name}", None, None, counted=False, why="linked", keys=incident.keys))
    return Account("sum", "hours of the observed phases add up to the turn time", rows)


def _closed(wheel: Wheel, window: Window, state: str) -> list[Row]:
    return [turn_row(turn, 1.0, f"{state} in the window") for turn in closed_in(wheel, window, state)]


def _part(wheel: Wheel, turn: Turn, phase: Phase, *, enough: bool) -> list[Row]:
    hours = turn.phases[phase].hours
    if hours is None or not turn.turn_time_hours:
        return []
    free = wheel.settings.soak_days * DAY / HOUR if phase == 4 else 0.0
    part = max(0.0, hours - free) / turn.turn_time_hours
    why = f"part of phase {phase} in the turn time" if enough else f"too few turns observed phase {phase}"
    row = turn_row(turn, part, why, counted=enough)
    return [Row(row.what, row.at, row.value, row.counted, row.why, row.keys, group=str(phase))]


TELLERS: dict[str, Teller] = {
    "turns.rate_per_28d": rate_of_turn,
    "turns.delivered": partial(closed_turns, "delivered"),
    "turns.stopped": partial(closed_turns, "stopped"),
    **{f"turns.open.{phase}": partial(open_turns, phase) for phase in PHASES},
    "turns.turn_time_hours": turn_time,
    **{f"turns.time_to_value_hours.{basis}": partial(time_to_value, basis) for basis in ("idea", "first_commit")},
    **{f"turns.phase_hours.{phase}": partial(phase_time, phase) for phase in PHASES},
    "turns.constraint": constraint,
    "turns.stalled": stalled_turns,
    "momentum.value": partial(momentum_value, 1.0),
    "momentum.rate_equivalent": partial(momentum_value, log(2)),
    "momentum.trend": momentum_trend,
    "momentum.direction": momentum_direction,
    "momentum.state": momentum_state,
}
