"""Figures of value: did the turns matter? (value.md §1 to 3)"""

from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.catalogue.unit import PER_28_DAYS, PUSHES, SHARE, TIMES, counted

_TURNS = counted("turn")

HIT_RATE = FigureKind(
    path="value.hit_rate",
    label="Hit rate",
    unit=SHARE,
    formula="outcomes met / outcomes met or missed, of turns delivered in the window",
    explanation="How many of the bets that can be judged paid.",
    section="value",
    shape="share",
    of="judged outcome",
    better="up",
    test="share",
    group="value",
    read_by={0: -1, 1: -1},
)


def _outcomes(result: str, label: str, explanation: str) -> FigureKind:
    return FigureKind(
        path=f"value.outcomes.{result}",
        label=label,
        unit=_TURNS,
        formula=f"turns delivered in the window whose latest outcome is {result}"
        if result != "unknown"
        else "turns delivered in the window without an outcome",
        explanation=explanation,
        section="value",
    )


def _traceable(part: str, label: str, formula: str, explanation: str, short: str = "") -> FigureKind:
    return FigureKind(
        path=f"value.traceability.{part}",
        label=label,
        short=short,
        unit=SHARE,
        formula=f"{formula} / turns delivered in the window",
        explanation=explanation,
        section="value",
        shape="share",
        of="delivered turn",
        better="up",
    )


VALUE = (
    _outcomes("met", "Outcomes met", "Ideas that did what they were for."),
    _outcomes("missed", "Outcomes missed", "Ideas that did not."),
    _outcomes("learned", "Outcomes learned", "Ideas that neither met nor missed, and taught something."),
    _outcomes("unknown", "Outcomes unknown", "Ideas delivered of which nobody has said what came of them."),
    HIT_RATE,
    FigureKind(
        path="value.momentum.value",
        label="Value momentum",
        unit=PUSHES,
        formula="Σ 2^(−days since the close / 28) over delivered turns whose outcome is met",
        explanation="Each turn that paid is a push; friction halves it every 28 days.",
        section="value",
        better="up",
    ),
    FigureKind(
        path="value.momentum.rate_equivalent",
        label="Value momentum, as a rate of turn",
        unit=PER_28_DAYS,
        formula="value momentum × ln 2",
        explanation="The steady rate of turns that pay which would keep it as it is.",
        section="value",
        better="up",
    ),
    FigureKind(
        path="value.momentum.trend",
        label="Value momentum against 28 days before",
        unit=TIMES,
        formula="value momentum / value momentum 28 days before, outcomes as known at as_of",
        explanation="Above 1 more pays than before.",
        section="value",
        better="up",
    ),
    FigureKind(
        path="value.momentum.known_share",
        label="Known part of the momentum",
        unit=SHARE,
        formula="Σ over delivered turns with any outcome / Σ over all delivered turns, halved every 28 days",
        explanation="How much of what was delivered anybody has judged.",
        section="value",
        better="up",
    ),
    _traceable(
        "with_goal",
        "Turns with a goal",
        "turns whose idea names a goal that is set, or that a Goal Set names",
        "Whether what is built serves a stated goal.",
    ),
    _traceable(
        "with_input",
        "Turns with an input metric",
        "turns whose idea names an input metric of the scope",
        "Whether what is built says which input it is to move.",
        "  with an input",
    ),
    _traceable(
        "to_north_star",
        "Turns that lead to the north star",
        "turns whose idea names an input metric, where there is a north star",
        "Whether what is built can be traced to what it is all for.",
        "  to the north star",
    ),
)
"""In the order of the report's page."""
