"""Maps in the report: of each sort what the newest says and names, and what changed (value: "Maps by name")."""

from collections.abc import Sequence
from typing import Any

from msgspec import to_builtins

from events.times import rfc3339
from shared.flywheel.facts.fact import MapSubmitted
from shared.flywheel.maps.changes import change_of, names_of
from shared.flywheel.maps.text import answers
from shared.flywheel.moments import moment
from shared.flywheel.tenets.signals import Evidence, contents_or_none

_MAP_KEYS = (
    "components", "stages", "anchors", "unread_lines",
    "inertia", "in_house_commodity", "differentiators", "enablers", "change",
)  # fmt: skip


def map_entry(evidence: Evidence, sort: str) -> dict[str, Any] | None:
    """The newest map of a sort: its answers and names, how many of its lines were not understood, and what changed."""
    known = evidence.maps(sort)
    if not known:
        return None
    bounds, submitted = evidence.wheel.settings.map_stages, rfc3339(moment(known[-1].time))
    newest, before = (None if fact is None else contents_or_none(fact) for fact in (known[-1], _last_but_one(known)))
    if newest is None:
        return {"submitted_at": submitted, **dict.fromkeys(_MAP_KEYS)}
    drawn = newest.as_map()
    read = answers(drawn, bounds)
    return {
        "submitted_at": submitted,
        "components": read.components,
        "stages": {**read.stages, "unplaced": read.unplaced},
        "anchors": read.anchors,
        "unread_lines": newest.unread,
        **to_builtins(names_of(drawn, bounds)),
        "change": None if before is None else to_builtins(change_of(before.as_map(), drawn, bounds)),
    }


def _last_but_one(maps: Sequence[MapSubmitted]) -> MapSubmitted | None:
    return maps[-2] if len(maps) > 1 else None
