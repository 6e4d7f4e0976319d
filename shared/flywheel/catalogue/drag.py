"""Figures of drag: what slows the wheel, part by part (domain §4)."""

from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.catalogue.unit import NAME, SHARE, counted

REWORK_DRAG = FigureKind(
    path="drag.rework_rate",
    label="Rework",
    unit=SHARE,
    formula="(hotfix + rollback) / effective deployments",
    explanation="Deployments that mend instead of moving on.",
    section="drag",
    of="deployment",
    better="down",
    tested_as="dora.rework_rate",
)
STALLED = FigureKind(
    path="drag.stalled_share",
    label="Stalled among open turns",
    short="Stalled turns",
    unit=SHARE,
    formula="stalled / open turns",
    explanation="Turns that have taken far longer than usual, of those under way.",
    section="drag",
    of="open turn",
    better="down",
    read_by={1: 5, 2: 6, 3: 6},
    silent_at_zero=True,
)
INCIDENT_TIME = FigureKind(
    path="drag.incident_time_share",
    label="Time with an incident open",
    short="Time with an incident",
    unit=SHARE,
    formula="union of all incidents, linked or not / the window; unknown while none was ever sent",
    explanation="How much of the time something was broken.",
    section="drag",
    better="down",
    read_by={4: 2},
)
BLOCKED = FigureKind(
    path="drag.blocked_share",
    label="Turn time spent blocked",
    short="Blocked time",
    unit=SHARE,
    formula="blocked time / time of turns open or closed in the window",
    explanation="How much of the turns' time they waited for somebody or something.",
    section="drag",
    better="down",
    read_by={2: 1},
)
INERTIA = FigureKind(
    path="drag.map_inertia_share",
    label="Inertia on the map",
    unit=SHARE,
    formula="components with inertia / all, of the newest organisation map",
    explanation="How much of what the organisation stands on resists moving.",
    section="drag",
    better="down",
)
PARTS = (REWORK_DRAG, STALLED, INCIDENT_TIME, BLOCKED, INERTIA)
"""The parts of drag, in the order in which the first of equal ones is named."""

DRAG = (
    *PARTS,
    FigureKind(
        path="drag.incidents_opened",
        label="Incidents opened",
        unit=counted("incident"),
        formula="incidents opened in the window",
        explanation="How often something broke; a count beside the parts, never the largest of them.",
        section="drag",
        of="incident",
        better="down",
        test="count",
        group="stability",
    ),
    FigureKind(
        path="drag.largest",
        label="Largest drag",
        unit=NAME,
        formula="the largest part above 0; of equal ones the first",
        explanation="What slows the wheel most; the parts are never averaged.",
        section="drag",
        shape="word",
    ),
)


def part_name(part: str) -> str:
    """A part of drag within a sentence: `rework`, `time with an incident`."""
    return next(each.name.lower() for each in PARTS if each.path == f"drag.{part}")
