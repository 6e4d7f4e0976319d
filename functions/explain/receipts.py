"""The receipt of a figure: the events behind it by source and id, as far as a page names them."""

from datetime import datetime
from itertools import chain

from shared.board.sections.receipts import ALONE, EVENTS
from shared.flywheel.explain.explanation import Explanation
from shared.flywheel.explain.figure import explain_wheel
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from shared.store.log.family import load_family
from shared.store.log.identity import stored_identities
from shared.store.store import Store


def receipt_of(store: Store, figure: str, flywheel: str, settings: Settings, as_of: datetime) -> Explanation:
    """Explain a figure from the log. Raises UnknownFigureError."""
    wheel = fold(load_family(store, flywheel, settings), flywheel, settings, as_of)
    explanation = explain_wheel(wheel, figure, settings.window_days)
    shown = chain(*([row for row in explanation.rows if row.counted is counted][:ALONE] for counted in (True, False)))
    identities = stored_identities(store.table, {key for row in shown for key in row.keys[:EVENTS]})
    origins = {key: (each.winner.event.source, each.winner.event.id) for key, each in identities.items()}
    return explain_wheel(wheel, figure, settings.window_days, origins)
