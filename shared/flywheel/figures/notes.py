"""How one knows: what in the figures is inferred, or unknown by the way things are told, each in one line.

The page after an import answers before anyone asks: no incident source means that failures are read from what mends
what; a branch of direct commits says nothing of when they were deployed; data that began late says little of before.
"""

from collections.abc import Iterable, Iterator

from shared.flywheel.figures.dora import tells_failures, tells_incidents
from shared.flywheel.moments import DAY, moment
from shared.flywheel.wheel.leads import Leads
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import Window, effective_in, exposure

Note = dict[str, str]

_NO_TIMES = "unknown, not 0: no deployment says when its commits were made"
_ALL_NEGATIVE = "unknown: every commit is dated after its deployment"
_INFERRED = "inferred from history: mended by a later one, or rolled back"
_RECOVERY = "inferred from history: until the deployment that mends it"
_STABILITY = "stands on a fail rate that is inferred from history"
_NOT_TOLD = "unknown, not 0: nothing was sent that could tell a failure"
_NO_INCIDENTS = "unknown, not 0: no incident was ever sent"
"""With every incident sent, `incidents = "wired"` in the configuration makes none mean none."""


def notes_of(wheel: Wheel, window: Window, leads: Leads) -> list[Note]:
    """The `notes` of the receipt, in the order of the report: the figure's path, and what to know about it."""
    return [{"figure": figure, "note": note} for figure, note in _notes(wheel, window, leads)]


def notes_on(notes: Iterable[Note], figure: str) -> tuple[str, ...]:
    """Those about one figure."""
    return tuple(note["note"] for note in notes if note["figure"] == figure)


def _notes(wheel: Wheel, window: Window, leads: Leads) -> Iterator[tuple[str, str]]:
    deployed = bool(effective_in(wheel, window))
    if deployed and not tells_incidents(wheel):
        yield "drag.incident_time_share", _NO_INCIDENTS
    if deployed and not leads.hours:
        yield "dora.lead_time_hours", _ALL_NEGATIVE if leads.negative else _NO_TIMES
    if deployed and not tells_failures(wheel):
        yield "dora.change_fail_rate", _NOT_TOLD
    elif deployed and not tells_incidents(wheel):
        yield "dora.change_fail_rate", _INFERRED
        yield "dora.recovery_minutes", _RECOVERY
        yield "dora.quick_check.stability", _STABILITY
    yield from _young(wheel, window)


def _young(wheel: Wheel, window: Window) -> Iterator[tuple[str, str]]:
    """Data that began within the window."""
    first = wheel.first_event
    if first is not None and window.start < first <= window.end:
        days, began = exposure(wheel, window) / DAY, moment(first).date().isoformat()
        if days < window.days:
            yield "dora.per_week", f"events begin on {began}: counted over {days:.0f} of {window.days:g} days"
