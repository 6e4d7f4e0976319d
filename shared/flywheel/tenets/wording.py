"""How signals of tenets read in a sentence, and what to send to have them: data, signal by signal.

A signal that has no line here is shown by its name, so that a new one is never lost.
"""

from collections.abc import Callable

from msgspec import Struct

from shared.flywheel.wording import duration, number, percent, plural

Show = Callable[[float], str]


class Words(Struct, frozen=True):
    """The name of a signal in a line, and how its value is shown there: at `{}`, else at the end."""

    label: str
    show: Show


def _days(value: float) -> str:
    return duration(value * 24)


def _of_seven(value: float) -> str:
    return f"{value:.1f} of 7"


def _of_hundred(value: float) -> str:
    return f"{value:.0f} of 100"


_PER = "gCO2e/"
"""How units of intensity begin; what follows is the sender's."""


def _grams(value: float) -> str:
    return f"{value:.3g} gCO2e per unit"


def _change(value: float) -> str:
    return f"{'up' if value > 0 else 'down'} {percent(abs(value))}" if value else "unchanged"


def _counted(noun: str) -> Show:
    return lambda value: plural(value, noun)


WORDS: dict[str, Words] = {
    "north_star_age": Words("measured {} ago", _days),
    "north_star_freshness": Words("{} × its cadence", number),
    "inputs_measured": Words("inputs measured", percent),
    "inputs_declared": Words("inputs declared", number),
    "features_with_input": Words("features linked to an input", percent),
    "alignment": Words("alignment", _of_seven),
    "time_to_value_idea_p50": Words("from the idea (median)", duration),
    "time_to_value_idea_p85": Words("from the idea (P85)", duration),
    "time_to_value_first_commit_p50": Words("from the first commit (median)", duration),
    "time_to_value_first_commit_p85": Words("from the first commit (P85)", duration),
    "old_open_ideas": Words("old open ideas", number),
    "market_map_age": Words("map age", _days),
    "market_anchors": Words("anchors", number),
    "market_differentiators": Words("differentiators", percent),
    "psychological_safety": Words("score", _of_seven),
    "psychological_safety_index": Words("index", _of_hundred),
    "psychological_safety_responses": Words("from", _counted("answer")),
    "westrum": Words("Westrum", _of_seven),
    "challengers": Words("distinct challengers", number),
    "challenge_days": Words("challenge open (median)", _days),
    "failed_reviewed": Words("failed deployments reviewed", percent),
    "organisation_map_age": Words("map age", _days),
    "blocked_share": Words("turn time blocked", percent),
    "commodity_burden": Words("commodity with inertia or built in-house", percent),
    "offload_ratio": Words("commodity offloaded", percent),
    "net_lines_per_feature": Words("net lines a feature", number),
    "change_lead_time_p50": Words("change lead time (median)", duration),
    "deployments_per_week": Words("{} a week", _counted("deployment")),
    "approval_wait_share": Words("waiting for approval", percent),
    "developer_experience": Words("developer experience", _of_seven),
    "manual_steps": Words("manual steps", number),
    "solution_map_age": Words("map age", _days),
    "mapped_before_commit": Words("turns mapped before the first commit", percent),
    "change_fail_rate": Words("change fail rate", percent),
    "rework_rate": Words("rework rate", percent),
    "high_risk_density": Words("high risks", percent),
    "prevention_ratio": Words("prevention ratio", percent),
    "review_age": Words("review age", _days),
    "sci": Words("intensity", _grams),
    "sci_change": Words("{} on the period before", _change),
    "evolving_share": Words("components evolving", percent),
    "moves_realised": Words("predicted moves realised", percent),
    "emerging_map_age": Words("map age", _days),
}
"""By signal (domain §5)."""

SENDS: dict[int, tuple[str, ...]] = {
    1: (
        "Metric Defined",
        "Metric Measured",
    ),
    2: (
        "Idea Proposed",
        "Feature Released",
    ),
    3: ("Map Submitted",),
    4: ("Survey Answered",),
    5: (
        "Challenge Opened",
        "Incident Reviewed",
    ),
    6: ("Map Submitted",),
    7: ("Map Submitted",),
    8: ("Deployment Finished",),
    9: ("Map Submitted",),
    10: (
        "Deployment Finished",
        "Review Recorded",
    ),
    11: ("Carbon Recorded",),
    12: ("Map Submitted",),
}
"""By tenet: the events that say most of it."""


def signal_text(name: str, value: float | None, unit: str = "") -> str:
    """A signal with its value: `map age 12 d`; an intensity in the unit of who sends it, `0.27 gCO2e per order`."""
    words = WORDS.get(name) or Words(name.replace("_", " "), number)
    shown = "-" if value is None else words.show(value)
    if value is not None and unit.startswith(_PER):
        shown = f"{value:.3g} {unit.replace('/', ' per ')}"
    return words.label.format(shown) if "{}" in words.label else f"{words.label} {shown}"
