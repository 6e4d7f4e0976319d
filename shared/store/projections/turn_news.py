"""The news in one write of a TURN: that the turn started, the phases that it entered, and that what holds it changed.

Only who folds knows what was stored before, so the item says it itself; the stream's filter asks for it. A write and
its record in the stream are one, so each entry is told, and told again only where a correction moves it.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

START = 0
"""Among the phases that are news: the turn itself began."""
HELD = 9
"""Among them too: a blocker of the turn opened or closed."""
HISTORICAL = timedelta(hours=48)
"""A change older than this when first written is history: stored, never posted (architecture: "Folding")."""


def entries_of(shows: str) -> dict[int, str]:
    """The entries of a stored turn: when each observed phase was entered, and the turn itself began, by RFC 3339."""
    phases: dict[str, Any] = msgspec.json.decode(shows)["phases"]
    entered = {int(phase): shown["entered_at"] for phase, shown in phases.items() if shown["entered_at"] is not None}
    return {START: entered[min(entered)], **entered} if entered else {}


def held_of(shows: str) -> dict[str, Any] | None:
    """What holds a stored turn: `at`, when that changed last, and `by`, the blockers; None where none ever did."""
    held: dict[str, Any] | None = msgspec.json.decode(shows).get("held")
    return held


def _is_held_anew(before: str | None, shows: str) -> bool:
    """Whether what holds an open turn changed; it did not where only an earlier release did not store it."""
    now, then = msgspec.json.decode(shows), {"held": None} if before is None else msgspec.json.decode(before)
    return now.get("state") == "open" and "held" in then and now.get("held") != then["held"]


def news_of(before: str | None, shows: str) -> str | None:
    """The entries that are new or moved, and whether what holds the turn changed, as digits; None without any.

    `before`: what was stored, if that stood.
    """
    earlier = {} if before is None else entries_of(before)
    news = [phase for phase, at in entries_of(shows).items() if earlier.get(phase) != at]
    if _is_held_anew(before, shows):
        news.append(HELD)
    return "".join(map(str, news)) or None


def is_history(at: str, written: float) -> bool:
    """Whether what happened at `at` was written, at these seconds since the epoch, too late to be news."""
    return written - datetime.fromisoformat(at).timestamp() > HISTORICAL.total_seconds()
