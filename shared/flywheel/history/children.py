"""The children of an organisation, each as its own part of the page draws it."""

from collections.abc import Iterator

from shared.flywheel.catalogue.catalogue import CATALOGUE
from shared.flywheel.figures.turns import stalled
from shared.flywheel.history.metrics import is_shared
from shared.flywheel.history.turning import momentum_history, phases_now
from shared.flywheel.history.values import Changed, ChildHistory
from shared.flywheel.moments import micros
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.tenets import status_of_tenet
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.tenets.tenets import tenet_figures
from shared.flywheel.trends.trends import Trends
from shared.flywheel.value.metrics import metric_entry
from shared.flywheel.wheel.model import Turn, Wheel
from shared.flywheel.wheel.window import Window


def child_histories(wheel: Wheel, window: Window, settings: Settings) -> tuple[ChildHistory, ...]:
    """In the order of the configuration; nothing where there is no child."""
    return tuple(_child(child, window, settings) for child in wheel.children)


def _child(wheel: Wheel, window: Window, settings: Settings) -> ChildHistory:
    evidence, trends = Evidence(wheel, window), Trends(wheel, window.days)
    star = evidence.value.north_star
    return ChildHistory(
        flywheel=wheel.flywheel,
        name=wheel.settings.title,
        momentum=momentum_history(wheel),
        phases=phases_now(wheel, window),
        results=tuple(_results(wheel, window)),
        changed=tuple(_changed(trends)),
        tested=sum(verdict.p is not None for verdict in trends.verdicts.values()),
        tenets=tuple(status_of_tenet(entry) for entry in tenet_figures(evidence)),
        north_star=None if star is None else metric_entry(star, evidence.metrics, evidence.now),
        north_star_shared=star is not None and is_shared(wheel.flywheel, star.of, settings),
        stalled=len(stalled(wheel)),
    )


def _results(wheel: Wheel, window: Window) -> Iterator[str]:
    closed = [turn for turn in wheel.turns if window.holds_moment(turn.closed_at)]
    for turn in sorted(closed, key=_close):
        yield "stopped" if turn.state == "stopped" else turn.result or "unknown"


def _close(turn: Turn) -> tuple[int, str]:
    return (0 if turn.closed_at is None else micros(turn.closed_at), turn.turn)


def _changed(trends: Trends) -> Iterator[Changed]:
    """The figures of a table that changed for real, but for momentum, which only follows another."""
    for figure, verdict in trends.verdicts.items():
        if verdict.is_real and figure in CATALOGUE:
            now = CATALOGUE[figure].value_in(trends.now.figures)
            yield Changed(figure=figure, before=trends.previous(figure), now=now, verdict=str(verdict.trend))
