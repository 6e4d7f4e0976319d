"""The history of one flywheel: all that its board draws and its report does not hold, from a wheel folded once."""

from typing import Any

from msgspec import to_builtins

from shared.flywheel.history.children import child_histories
from shared.flywheel.history.delivery import delivery_series
from shared.flywheel.history.maps import map_histories
from shared.flywheel.history.metrics import metric_histories
from shared.flywheel.history.spans import spans_of
from shared.flywheel.history.turning import momentum_history, phases_now
from shared.flywheel.history.turns import open_holds, turn_histories
from shared.flywheel.history.values import Advised, History, Place
from shared.flywheel.moments import moment
from shared.flywheel.settings.values import Settings
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.trends.compared import compared
from shared.flywheel.trends.trends import Trends
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import window_of


def history_of(wheel: Wheel, settings: Settings, window_days: float, advised: Advised | None = None) -> History:
    """The history as of the wheel's moment, beside the report of the same window.

    `settings` name the flywheels above and say whose metrics may be shown; `advised` is `advised_before`'s.
    """
    window, own = window_of(wheel, window_days), wheel.settings
    evidence = Evidence(wheel, window)
    return History(
        flywheel=wheel.flywheel,
        name=own.title,
        kind=own.kind,
        vocabulary=own.vocabulary,
        time_zone=own.time_zone,
        certainty=own.certainty,
        soak_days=own.soak_days,
        bet_days=own.bet_days,
        as_of=wheel.as_of,
        window_start=moment(window.start),
        above=tuple(Place(id=each, name=settings.flywheel(each).title) for each in settings.scope_of(own.id)[1:]),
        weeks=tuple(moment(span.end) for span in spans_of(wheel, 1)),
        series=delivery_series(wheel, window),
        momentum=momentum_history(wheel),
        metrics=metric_histories(wheel, evidence.value, settings),
        phases=phases_now(wheel, window),
        turns=turn_histories(evidence),
        before=_before(wheel, window_days),
        holds=open_holds(evidence),
        maps=map_histories(evidence),
        children=child_histories(wheel, window, settings),
        advised=advised,
    )


def _before(wheel: Wheel, window_days: float) -> dict[str, Any]:
    """Whatever stood at the path of each tested figure one window earlier."""
    earlier = Trends(wheel, window_days).earlier_figures
    entries = {kind.path: kind.entry_in(earlier) for kind in compared()}
    return {path: to_builtins(each) for path, each in entries.items() if each is not None}
