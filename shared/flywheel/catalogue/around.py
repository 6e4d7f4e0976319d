"""Figures around the others: the doom loop, and `context` in the report (domain §4, from "Re-entry" on)."""

from collections.abc import Mapping

from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.catalogue.unit import HOURS, MONEY, NAME, SHARE

_NOBODY: Mapping[int, int] = {}


def _share(  # noqa: PLR0913, PLR0917  a column each
    path: str, label: str, of: str, formula: str, explanation: str, read_by: Mapping[int, int], short: str = ""
) -> FigureKind:
    return FigureKind(
        path=f"context.{path}",
        label=label,
        short=short,
        unit=SHARE,
        formula=formula,
        explanation=explanation,
        section="around",
        shape="share",
        of=of,
        better="up",
        read_by=read_by,
    )


def _cost(  # noqa: PLR0913, PLR0917  a column each
    part: str, label: str, formula: str, explanation: str, read_by: Mapping[int, int] = _NOBODY, short: str = ""
) -> FigureKind:
    return FigureKind(
        path=f"context.cost.{part}",
        label=label,
        short=short,
        unit=MONEY,
        formula=formula,
        explanation=explanation,
        section="around",
        read_by=read_by,
    )


AROUND = (
    FigureKind(
        path="doom_loop",
        label="Doom loop",
        unit=NAME,
        formula=(
            "reactive changes of direction in 180 days: none clear; two neighbours with no turn delivered between "
            "doom_loop; else watch; nothing to judge by unknown"
        ),
        explanation="Whether changes of direction chase disappointments (Collins).",
        section="around",
        shape="word",
    ),
    _share(
        "re_entry.share",
        "Re-entry",
        "turn",
        "turns closed in the window that an idea follows up to 28 days after / those and all that it could have",
        "Whether the wheel returns to clarity of purpose.",
        {1: 25},
    ),
    FigureKind(
        path="context.re_entry.gap_hours_p50",
        label="Gap before re-entry",
        unit=HOURS,
        formula="median from the close to the idea that follows",
        explanation="How long the wheel waits before it starts anew.",
        section="around",
        better="down",
        read_by={3: 22},
    ),
    _share(
        "innovation_space",
        "Innovation space",
        "deployment",
        "effective deployments that are no rework / all of them",
        "How much of what is shipped is new.",
        {3: 21},
    ),
    _cost("of_window", "Cost of the window", "cost per month × days of the window", "What the value stream cost."),
    _cost(
        "per_delivered_turn",
        "Cost per delivered turn",
        "cost of the window / turns delivered in it",
        "What one turn costs.",
        {1: 24},
        "Cost per turn",
    ),
    _cost(
        "per_met_outcome",
        "Cost per met outcome",
        "cost of the window / outcomes met in it",
        "What one idea that paid costs.",
        {1: 23},
    ),
    _share(
        "boxes",
        "Complete boxes",
        "turn",
        "turns open or closed in the window whose box had the declared roles / all of them",
        "Whether the people whom a turn needs work on it together (4-in-the-box).",
        {2: 21},
    ),
    _share(
        "goals.with_parent",
        "Goals with a parent",
        "goal",
        "goals with a parent that is set / all of them",
        "Whether goals serve larger ones.",
        {1: 22},
    ),
    _share(
        "goals.value_oriented",
        "Goals that name value",
        "goal",
        "goals that name value to a user / goals that say whether they do",
        "Whether goals are outcomes and not output.",
        {1: 21},
    ),
    _share(
        "data_domains.spanning_several",
        "Turns across data domains",
        "turn",
        "turns closed in the window that deployed to several domains / to any",
        "Whether domains can deliver by themselves.",
        {4: 22},
        "Across data domains",
    ),
    _share(
        "data_domains.domain_owned_share",
        "Turns of domains that own their data",
        "turn",
        "turns closed in the window that deployed to no central domain / to any domain",
        "Whether ownership moves from the data factory to the domains.",
        {4: 21},
        "Owned by domains",
    ),
)
