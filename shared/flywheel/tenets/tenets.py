"""The twelve tenets and the signals that tell how each is lived (domain §1, §5).

Both are data with a version: their authors say that the tenets may not hold in a few years.
"""

from typing import Any, Literal

from msgspec import Struct

from shared.flywheel.settings.thresholds import THRESHOLDS, Bound, Threshold, judge
from shared.flywheel.settings.values import FlywheelSettings
from shared.flywheel.tenets import action as signals_action
from shared.flywheel.tenets import carbon, reviews
from shared.flywheel.tenets import landscape as signals_landscape
from shared.flywheel.tenets import maps as signals_maps
from shared.flywheel.tenets import purpose as signals_purpose
from shared.flywheel.tenets import surveys as signals_surveys
from shared.flywheel.tenets.signals import Evidence, Read, Reading
from shared.flywheel.vocabularies import persona

VERSION = "2026.1"
"""Changes with any tenet or signal below."""

Status = Literal["healthy", "watch", "act", "trend_only", "not_wired", "suppressed"]


class Signal(Struct, frozen=True):
    """One number that speaks for a tenet; its reading tells formula, window and source."""

    name: str
    unit: str
    read: Read


class Tenet(Struct, frozen=True):
    """One of the twelve."""

    number: int
    title: str
    phase: Literal[1, 2, 3, 4]
    signals: tuple[Signal, ...]


TENETS: tuple[Tenet, ...] = (
    Tenet(
        1,
        "A data-informed north star",
        1,
        (
            Signal("north_star_age", "days", signals_purpose.north_star_age),
            Signal("north_star_freshness", "cadences", signals_purpose.north_star_freshness),
            Signal("inputs_measured", "share", signals_purpose.inputs_measured),
            Signal("inputs_declared", "metrics", signals_purpose.inputs_declared),
            Signal("features_with_input", "share", signals_purpose.features_with_input),
            Signal("alignment", "1-7", signals_surveys.mean_of("alignment")),
        ),
    ),
    Tenet(
        2,
        "Obsess over your time to value",
        1,
        (
            Signal("time_to_value_idea_p50", "hours", signals_purpose.time_to_value("idea", "p50")),
            Signal("time_to_value_idea_p85", "hours", signals_purpose.time_to_value("idea", "p85")),
            Signal("time_to_value_first_commit_p50", "hours", signals_purpose.time_to_value("first_commit", "p50")),
            Signal("time_to_value_first_commit_p85", "hours", signals_purpose.time_to_value("first_commit", "p85")),
            Signal("old_open_ideas", "ideas", signals_purpose.old_open_ideas),
        ),
    ),
    Tenet(
        3,
        "Map the market",
        1,
        (
            Signal("market_map_age", "days", signals_maps.age_of("market")),
            Signal("market_anchors", "anchors", signals_maps.anchors),
            Signal("market_differentiators", "share", signals_maps.differentiators),
        ),
    ),
    Tenet(
        4,
        "Psychological safety",
        2,
        (
            Signal("psychological_safety", "1-7", signals_surveys.mean_of("psychological_safety")),
            Signal("psychological_safety_index", "0-100", signals_surveys.index_of("psychological_safety")),
            Signal("psychological_safety_responses", "persons", signals_surveys.responses_of("psychological_safety")),
            Signal("westrum", "1-7", signals_surveys.mean_of("westrum")),
        ),
    ),
    Tenet(
        5,
        "The system is the asset",
        2,
        (
            Signal("challengers", "challengers", signals_landscape.challengers),
            Signal("challenge_days", "days", signals_landscape.challenge_days),
            Signal("failed_reviewed", "share", signals_landscape.failed_reviewed),
        ),
    ),
    Tenet(
        6,
        "Map the organisation for enablement",
        2,
        (
            Signal("organisation_map_age", "days", signals_maps.age_of("organisation")),
            Signal("blocked_share", "share", signals_landscape.blocked_share),
            Signal("commodity_burden", "share", signals_maps.commodity_burden),
        ),
    ),
    Tenet(
        7,
        "Code is a liability",
        3,
        (
            Signal("offload_ratio", "share", signals_maps.offload_ratio),
            Signal("net_lines_per_feature", "lines", signals_action.net_lines_per_feature),
        ),
    ),
    Tenet(
        8,
        "Frictionless developer experience",
        3,
        (
            Signal("change_lead_time_p50", "hours", signals_action.lead_time),
            Signal("deployments_per_week", "deployments", signals_action.deployments_per_week),
            Signal("approval_wait_share", "share", signals_landscape.approval_wait_share),
            Signal("developer_experience", "1-7", signals_surveys.mean_of("developer_experience")),
            Signal("manual_steps", "steps", signals_action.manual_steps),
        ),
    ),
    Tenet(
        9,
        "Map your solution",
        3,
        (
            Signal("solution_map_age", "days", signals_maps.age_of("solution")),
            Signal("mapped_before_commit", "share", signals_maps.mapped_before_commit),
        ),
    ),
    Tenet(
        10,
        "A problem-prevention culture",
        4,
        (
            Signal("change_fail_rate", "share", reviews.change_fail_rate),
            Signal("rework_rate", "share", reviews.rework_rate),
            Signal("high_risk_density", "share", reviews.high_risk_density),
            Signal("prevention_ratio", "share", reviews.prevention_ratio),
            Signal("review_age", "days", reviews.review_age),
        ),
    ),
    Tenet(
        11,
        "A low carbon footprint",
        4,
        (
            Signal("sci", "gCO2e/unit", carbon.sci),
            Signal("sci_change", "share", carbon.sci_change),
        ),
    ),
    Tenet(
        12,
        "Map the emerging value",
        4,
        (
            Signal("evolving_share", "share", signals_maps.evolving),
            Signal("moves_realised", "share", signals_maps.realised),
            Signal("emerging_map_age", "days", signals_maps.age_of("emerging_value")),
        ),
    ),
)


def tenet_figures(evidence: Evidence) -> list[dict[str, Any]]:
    """The `tenets` part of the report. A vocabulary changes whom a tenet is for, and no number."""
    settings = evidence.wheel.settings
    return [
        {
            "tenet": tenet.number,
            "phase": tenet.phase,
            "persona": persona(settings.vocabulary, tenet.phase),
            "signals": [signal_entry(signal, evidence) for signal in tenet.signals],
        }
        for tenet in TENETS
    ]


def signal_entry(signal: Signal, evidence: Evidence) -> dict[str, Any]:
    """One signal as the report shows it."""
    reading = signal.read(evidence)
    threshold = threshold_of(signal.name, evidence.wheel.settings)
    return {
        "name": signal.name,
        "value": reading.value,
        "unit": _unit(signal, evidence),
        "n": reading.n,
        "status": status_of(reading, threshold),
        "threshold": None if threshold is None else _shown(threshold),
    }


def status_of(reading: Reading, threshold: Threshold | None) -> Status:
    """A verdict where there is a value and a threshold; otherwise why there is none."""
    if reading.known != "sent":
        return reading.known
    if reading.value is None or threshold is None:
        return "trend_only"
    return judge(reading.value, threshold)


def threshold_of(name: str, settings: FlywheelSettings) -> Threshold | None:
    """The bounds of a signal: the flywheel's own, else the usual ones."""
    usual, own = THRESHOLDS.get(name), settings.thresholds.get(name)
    return usual if usual is None or own is None else Threshold(usual.better, own.healthy, own.watch)


def _shown(threshold: Threshold) -> dict[str, Any]:
    return {
        "better": threshold.better,
        "healthy": _bound(threshold.healthy),
        "watch": _bound(threshold.watch),
    }


def _bound(bound: Bound) -> float | list[float]:
    return list(bound) if isinstance(bound, tuple) else bound


def _unit(signal: Signal, evidence: Evidence) -> str:
    """The functional unit of carbon is the sender's."""
    if signal.name == "sci" and (unit := carbon.unit_of(evidence)) is not None:
        return f"gCO2e/{unit}"
    return signal.unit
