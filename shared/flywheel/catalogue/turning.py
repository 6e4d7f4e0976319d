"""Figures of turns and of momentum (domain §4)."""

from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.catalogue.unit import HOURS, NAME, PER_28_DAYS, PUSHES, TIMES, counted

_TURNS = counted("turn")

RATE = FigureKind(
    path="turns.rate_per_28d",
    label="Rate of turn",
    unit=PER_28_DAYS,
    formula="turns delivered in the window / days of exposure × 28",
    explanation="How often the wheel goes all the way round, ideas delivered and their feedback known.",
    section="turning",
    better="up",
    test="count",
    group="value",
    read_by={0: 1, 1: 2, 4: 6},
    silent_at_zero=True,
)
MOMENTUM = FigureKind(
    path="momentum.value",
    label="Momentum",
    unit=PUSHES,
    formula="Σ weight × 2^(−days since the close / 28) over closed turns",
    explanation="Each delivered turn is a push, half one with a failed change; friction halves it every 28 days.",
    section="turning",
    better="up",
    tested_as="momentum",
)
RATE_EQUIVALENT = FigureKind(
    path="momentum.rate_equivalent",
    label="Momentum, as a rate of turn",
    unit=PER_28_DAYS,
    formula="momentum × ln 2",
    explanation="The steady rate of turn that would keep the momentum as it is.",
    section="turning",
    better="up",
    tested_as="momentum",
    read_by={0: 8, 1: 7, 4: 7},
    silent_at_zero=True,
)
TURN_TIME = FigureKind(
    path="turns.turn_time_hours",
    label="Turn time",
    unit=HOURS,
    formula="close − start of turns delivered in the window",
    explanation="How long an idea takes through all phases, until its feedback is known.",
    section="turning",
    shape="distribution",
    of="turn",
    better="down",
    test="times",
    group="value",
    read_by={0: 0, 1: 4, 2: 4},
    of_turn=True,
)
VALUE_FROM_IDEA = FigureKind(
    path="turns.time_to_value_hours.idea",
    label="Time to value from the idea",
    short="Time to value",
    unit=HOURS,
    formula="first release − the idea, of turns first released in the window",
    explanation="How long users wait for an idea.",
    section="turning",
    shape="distribution",
    of="release",
    better="down",
    test="times",
    group="value",
    read_by={0: 3, 1: 1, 3: 4},
)
VALUE_FROM_COMMIT = FigureKind(
    path="turns.time_to_value_hours.first_commit",
    label="Time to value from the first commit",
    short="  from first commit",
    unit=HOURS,
    formula="first release − the earliest eligible commit, of turns first released in the window without an idea",
    explanation="A lower bound of the time to value, where no idea was sent; never mixed with the other.",
    section="turning",
    shape="distribution",
    of="release",
    better="down",
    test="times",
    group="value",
    read_by={0: 4, 1: 6, 3: 5},
)

_PHASE_PLACES = {1: 0, 2: 0, 3: 3, 4: 3}


def _phase_time(phase: int) -> FigureKind:
    return FigureKind(
        path=f"turns.phase_hours.{phase}",
        label="Time in this phase",
        short=f"Time in phase {phase}",
        unit=HOURS,
        formula=f"entry of phase {phase} to the next observed entry or the close, of turns delivered in the window",
        explanation="Where the time of a turn goes.",
        section="turning",
        shape="distribution",
        of="turn",
        better="down" if phase > 2 else None,
        test="times",
        group="phases",
        read_by={phase: _PHASE_PLACES[phase]},
        of_turn=True,
    )


def _open_turns(phase: int) -> FigureKind:
    return FigureKind(
        path=f"turns.open.{phase}",
        label=f"Turns open in phase {phase}",
        unit=_TURNS,
        formula=f"turns open in phase {phase} at as_of",
        explanation="Work in progress, by where it stands.",
        section="turning",
    )


TURNING = (
    RATE,
    MOMENTUM,
    RATE_EQUIVALENT,
    FigureKind(
        path="momentum.trend",
        label="Momentum against 28 days before",
        unit=TIMES,
        formula="momentum / momentum 28 days before, weights as known at as_of",
        explanation="Above 1.1 it rises, below 0.9 it falls.",
        section="turning",
        better="up",
    ),
    FigureKind(
        path="momentum.direction",
        label="Direction of momentum",
        unit=NAME,
        formula="trend above 1.1 rising, below 0.9 falling, else steady",
        explanation="Where the wheel's speed is going.",
        section="turning",
        shape="word",
    ),
    FigureKind(
        path="momentum.state",
        label="State of the wheel",
        unit=NAME,
        formula=(
            "none closed not_started; none delivered learning; one first_turn; by the age of the last delivered close "
            "turning, from 28 days on coasting, from 84 days on stopped"
        ),
        explanation="Whether the wheel turns, coasts or stands still.",
        section="turning",
        shape="word",
    ),
    FigureKind(
        path="turns.delivered",
        label="Turns delivered",
        unit=_TURNS,
        formula="turns delivered in the window",
        explanation="Ideas released whose feedback is known.",
        section="turning",
        better="up",
    ),
    FigureKind(
        path="turns.stopped",
        label="Turns stopped",
        unit=_TURNS,
        formula="turns stopped in the window",
        explanation="Learning turns: in no rate and no median.",
        section="turning",
    ),
    *map(_open_turns, (1, 2, 3, 4)),
    TURN_TIME,
    VALUE_FROM_IDEA,
    VALUE_FROM_COMMIT,
    *map(_phase_time, (1, 2, 3, 4)),
    FigureKind(
        path="turns.constraint",
        label="Constraint",
        unit=NAME,
        formula="the phase with the largest median of its hours / turn time, over at least 3 delivered turns",
        explanation="The phase whose shortening would speed up the wheel most.",
        section="turning",
        shape="word",
    ),
    FigureKind(
        path="turns.stalled",
        label="Stalled turns",
        unit=NAME,
        formula=(
            "open turns older than max(14 days, 2 × the median turn time), 42 days where fewer than 3 are known; "
            "released ones from 14 days after the soak"
        ),
        explanation="Turns to decide on: finish, cut down or stop.",
        section="turning",
        shape="names",
    ),
)
"""In the order of the report's page."""
