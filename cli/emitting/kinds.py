"""The kinds that `emit` knows: every detail-type by its name in lower case, and short names of the usual ones."""

import difflib

from cli.failure import WrongInputError
from events import DETAIL_TYPES

_SHORT = {
    "blocker": "Blocker Opened",
    "carbon": "Carbon Recorded",
    "challenge": "Challenge Opened",
    "change": "Change Recorded",
    "deployment": "Deployment Finished",
    "goal": "Goal Set",
    "idea": "Idea Proposed",
    "incident": "Incident Opened",
    "map": "Map Submitted",
    "metric": "Metric Measured",
    "outcome": "Outcome Recorded",
    "release": "Feature Released",
    "retract": "Event Retracted",
    "review": "Review Recorded",
    "stop": "Turn Stopped",
    "work": "Work Started",
}
KINDS = {**{name.lower().replace(" ", "-"): name for name in DETAIL_TYPES}, **_SHORT}


def detail_type_of(kind: str) -> str:
    """The detail-type of a kind; raises WrongInputError with the nearest one."""
    if kind in DETAIL_TYPES:
        return kind
    detail_type = KINDS.get(kind.lower().replace("_", "-"))
    if detail_type is None:
        near = difflib.get_close_matches(kind.lower(), KINDS, n=1)
        meant = f"; did you mean {near[0]}?" if near else f", expected one of {', '.join(sorted(KINDS))}"
        raise WrongInputError(f"KIND: got {kind!r}{meant}")
    return detail_type
