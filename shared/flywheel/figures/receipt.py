"""The receipt: how many events the report stands on, and what was left out, by reason (domain: "The receipt")."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, get_args

from shared.flywheel.figures.dora import Recovery
from shared.flywheel.figures.notes import notes_of
from shared.flywheel.wheel.leads import Leads
from shared.flywheel.wheel.model import Link, Wheel
from shared.flywheel.wheel.window import Window, opened_in

REASONS = (
    "duplicate",
    "superseded",
    "retracted",
    "conflicting",
    "not_production",
    "unmapped",
    "negative_lead_time",
    "unlinked",
    "recovery_unknown",
)
"""Why something is left out: events up to as_of, then commits, incidents and deployments of the window."""


def receipt(wheel: Wheel, window: Window, leads: Leads, recovered: Iterable[Recovery]) -> dict[str, Any]:
    """The `receipt` part of the report; reasons without a case are absent."""
    links = _links(wheel, window)
    return {
        "counted": len(wheel.tally.counted),
        "excluded": left_out(wheel, window, leads, recovered),
        "links": {link: links[link] for link in get_args(Link)},
        "notes": notes_of(wheel, window, leads),
    }


def left_out(wheel: Wheel, window: Window, leads: Leads, recovered: Iterable[Recovery]) -> dict[str, int]:
    """How much was left out, by reason."""
    excluded = {reason: len(keys) for reason, keys in wheel.tally.excluded.items()}
    excluded["negative_lead_time"] = leads.negative
    excluded["unlinked"] = _links(wheel, window)["unlinked"]
    excluded["recovery_unknown"] = sum(each.state == "unknown" for each in recovered)
    return {reason: excluded[reason] for reason in REASONS if excluded.get(reason)}


def _links(wheel: Wheel, window: Window) -> Counter[Link]:
    return Counter(incident.link for incident in opened_in(wheel, window))
