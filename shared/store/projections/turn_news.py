"""The news in one write of a TURN: that the turn started, and the phases that it entered.

Only who folds knows what was stored before, so the item says it itself; the stream's filter asks for it. A write and
its record in the stream are one, so each entry is told, and told again only where a correction moves it.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

START = 0
"""Among the phases that are news: the turn itself began."""
HISTORICAL = timedelta(hours=48)
"""A change older than this when first written is history: stored, never posted (architecture: "Folding")."""


def entries_of(shows: str) -> dict[int, str]:
    """The entries of a stored turn: when each observed phase was entered, and the turn itself began, by RFC 3339."""
    phases: dict[str, Any] = msgspec.json.decode(shows)["phases"]
    entered = {int(phase): shown["entered_at"] for phase, shown in phases.items() if shown["entered_at"] is not None}
    return {START: entered[min(entered)], **entered} if entered else {}


def news_of(before: str | None, shows: str) -> str | None:
    """The entries that are new or moved, as digits; None without any. `before`: what was stored, if that stood."""
    earlier = {} if before is None else entries_of(before)
    return "".join(str(phase) for phase, at in entries_of(shows).items() if earlier.get(phase) != at) or None


def is_history(at: str, written: float) -> bool:
    """Whether what happened at `at` was written, at these seconds since the epoch, too late to be news."""
    return written - datetime.fromisoformat(at).timestamp() > HISTORICAL.total_seconds()
