"""The wheel as it stands, and its momentum over the weeks."""

from collections.abc import Callable, Sequence
from statistics import median

from shared.flywheel.figures.momentum import momentum
from shared.flywheel.figures.turns import phase_shares
from shared.flywheel.history.spans import beginning, spans_of
from shared.flywheel.history.values import Momentum, PhaseNow, Point
from shared.flywheel.moments import micros, moment
from shared.flywheel.value.momentum import remaining
from shared.flywheel.wheel.model import PHASES, Turn, TurnKey, Wheel
from shared.flywheel.wheel.window import Window, closed_in

MOST = 120
"""Of more pushes than this the weeks alone are drawn: single ones could not be told apart."""


def momentum_history(wheel: Wheel) -> Momentum:
    """Both momenta at the end of each week, and on either side of each push."""
    delivered = [turn for turn in wheel.turns if turn.state == "delivered"]
    met = [turn for turn in delivered if turn.result == "met"]
    return Momentum(
        releases=_curve(wheel, delivered, lambda at: momentum(wheel, at)),
        value=_curve(wheel, met, lambda at: remaining(met, at)),
    )


def _curve(wheel: Wheel, turns: Sequence[Turn], at: Callable[[int], float]) -> tuple[Point, ...]:
    start = beginning(wheel)
    ends = [start, *(span.end for span in spans_of(wheel, 1))]
    closes = {micros(turn.closed_at) for turn in turns if turn.closed_at is not None}
    pushes = [close for close in closes if close > start]
    corners = sorted({*ends, *(pushes if len(pushes) <= MOST else ())})
    points = []
    for corner in corners:
        if corner in closes and corner > start:
            points.append(Point(moment(corner), at(corner - 1)))
        points.append(Point(moment(corner), at(corner)))
    return tuple(points)


def phases_now(wheel: Wheel, window: Window) -> tuple[PhaseNow, ...]:
    """The four phases: their shares of a turn's time, the turns that are open in them, and how many of those are held.

    Of phase 4 only what goes beyond the soak counts, as for the constraint.
    """
    delivered, held = closed_in(wheel, window, "delivered"), held_now(wheel)
    opened = [turn for turn in wheel.turns if turn.state == "open"]
    phases = []
    for phase in PHASES:
        shares, here = phase_shares(wheel, delivered, phase), [turn for turn in opened if turn.phase == phase]
        phases.append(
            PhaseNow(
                share=median(shares) if shares else None,
                open=len(here),
                held=sum(turn.identity in held for turn in here),
            )
        )
    return tuple(phases)


def held_now(wheel: Wheel) -> set[TurnKey]:
    """The turns that an open blocker names."""
    return {turn for run in wheel.blockers if run.closed is None for turn in run.turns}
