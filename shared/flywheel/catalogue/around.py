"""Figures around the others: the doom loop, and `context` in the report (domain §4, from "Re-entry" on)."""

from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.catalogue.unit import HOURS, MONEY, NAME, SHARE


def _share(path: str, label: str, of: str, formula: str, explanation: str) -> FigureKind:
    return FigureKind(
        path=f"context.{path}",
        label=label,
        unit=SHARE,
        formula=formula,
        explanation=explanation,
        section="around",
        shape="share",
        of=of,
        better="up",
    )


def _cost(part: str, label: str, formula: str, explanation: str) -> FigureKind:
    return FigureKind(
        path=f"context.cost.{part}",
        label=label,
        unit=MONEY,
        formula=formula,
        explanation=explanation,
        section="around",
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
    ),
    FigureKind(
        path="context.re_entry.gap_hours_p50",
        label="Gap before re-entry",
        unit=HOURS,
        formula="median from the close to the idea that follows",
        explanation="How long the wheel waits before it starts anew.",
        section="around",
        better="down",
    ),
    _share(
        "innovation_space",
        "Innovation space",
        "deployment",
        "effective deployments that are no rework / all of them",
        "How much of what is shipped is new.",
    ),
    _cost("of_window", "Cost of the window", "cost per month × days of the window", "What the value stream cost."),
    _cost(
        "per_delivered_turn",
        "Cost per delivered turn",
        "cost of the window / turns delivered in it",
        "What one turn costs.",
    ),
    _cost(
        "per_met_outcome",
        "Cost per met outcome",
        "cost of the window / outcomes met in it",
        "What one idea that paid costs.",
    ),
    _share(
        "boxes",
        "Complete boxes",
        "turn",
        "turns open or closed in the window whose box had the declared roles / all of them",
        "Whether the people whom a turn needs work on it together (4-in-the-box).",
    ),
    _share(
        "goals.with_parent",
        "Goals with a parent",
        "goal",
        "goals with a parent that is set / all of them",
        "Whether goals serve larger ones.",
    ),
    _share(
        "goals.value_oriented",
        "Goals that name value",
        "goal",
        "goals that name value to a user / goals that say whether they do",
        "Whether goals are outcomes and not output.",
    ),
    _share(
        "data_domains.spanning_several",
        "Turns across data domains",
        "turn",
        "turns closed in the window that deployed to several domains / to any",
        "Whether domains can deliver by themselves.",
    ),
)
