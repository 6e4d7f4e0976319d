"""Signals of tenets that call for action, or are to be watched, each with what it is about."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from shared.flywheel.actions import signal_things as about
from shared.flywheel.actions.action import FEW, NAMED, Action, Situation, Thing, names_of
from shared.flywheel.tenets.tenets import TENETS
from shared.flywheel.tenets.wording import signal_text
from shared.flywheel.wording import listing, number

Signal = Mapping[str, Any]

_WITH_A_RULE = frozenset({"north_star_freshness"})
"""Signals whose finding has a rule of its own."""
_MAPS = {
    f"{sort}_map_age": (f"Draw the {title} anew, and send it.", title)
    for sort, title in (
        ("market", "market map"),
        ("organisation", "organisation map"),
        ("solution", "solution map"),
        ("emerging", "map of emerging value"),
    )
}
_TEXTS: Mapping[str, tuple[str, Callable[[Situation], tuple[Thing, ...]]]] = {
    **{name: (text, about.event_kind("Map Submitted", title)) for name, (text, title) in _MAPS.items()},
    "inputs_declared": ("Agree on three to six input metrics that move the north star; declared: {}.", about.inputs),
    "features_with_input": ("Name the input metric that {} {is_or_are} to move.", about.without_input),
    "market_anchors": (
        "Put on the market map the users whom it is drawn for.",
        about.event_kind("Map Submitted", "market map"),
    ),
    "psychological_safety": (
        "Talk about the safety survey in the next retrospective, and change one thing.",
        about.event_kind("Survey Answered", "psychological safety"),
    ),
    "challenge_days": ("Bring the challenge {} to a decision: proceed, change or stop.", about.open_challenges),
    "failed_reviewed": ("Review what failed with {} without blame, and record the review.", about.unreviewed),
    "mapped_before_commit": ("Map {} before its first commit.", about.unmapped),
    "review_age": (
        "Hold a Well-Architected review, and record it.",
        about.event_kind("Review Recorded", "Well-Architected review"),
    ),
}
"""By signal that has a threshold: what to do ({}: its things, {is_or_are}: their verb), and what it is about."""


def to_act_on(situation: Situation) -> Iterator[Action]:
    """Signals at `act`; a share only where it is one of five or more."""
    return _at(situation, "act", "calls for action")


def to_watch(situation: Situation) -> Iterator[Action]:
    """Signals at `watch`, likewise."""
    return _at(situation, "watch", "is worth watching")


def _at(situation: Situation, status: Literal["act", "watch"], verdict: str) -> Iterator[Action]:
    titles = {tenet.number: tenet.title for tenet in TENETS}
    for entry in situation.report["tenets"]:
        for signal in entry["signals"]:
            if signal["status"] == status and signal["name"] not in _WITH_A_RULE and _is_enough(signal):
                text, things = _advice(situation, signal)
                yield Action(
                    phase=entry["phase"],
                    text=text,
                    because=f"“{titles[entry['tenet']]}” {verdict}: {_signal_with_bound(signal)}",
                    things=things,
                    part=signal["name"],
                    distance=_beyond(signal["value"], signal["threshold"]),
                )


def _is_enough(signal: Signal) -> bool:
    return signal["unit"] != "share" or (signal["n"] or 0) >= FEW


def _advice(situation: Situation, signal: Signal) -> tuple[str, tuple[Thing, ...]]:
    text, find = _TEXTS[signal["name"]]
    things = find(situation)
    if things:
        names = names_of(things)[:NAMED]
        return text.format(listing(names), is_or_are="is" if len(names) == 1 else "are"), things
    words, thing = about.NOTHING[signal["name"]]
    return text.format(words, is_or_are="is"), (thing,)


def _signal_with_bound(signal: Signal) -> str:
    """The value beside the bound that would be healthy: `score 1.3 of 7, healthy from 5`."""
    threshold = signal["threshold"]
    healthy = threshold["healthy"]
    if isinstance(healthy, list):
        bound = f"{number(healthy[0])} to {number(healthy[1])}"
    else:
        bound = f"{'from' if threshold['better'] == 'up' else 'up to'} {_bare(healthy, signal['unit'])}"
    return f"{signal_text(signal['name'], signal['value'], signal['unit'])}, healthy {bound}"


def _bare(bound: float, unit: str) -> str:
    return f"{number(bound * 100)}%" if unit == "share" else f"{number(bound)} d" if unit == "days" else number(bound)


def _beyond(value: float, threshold: Mapping[str, Any]) -> float:
    """How far a value lies beyond its healthy bound: value / bound, or its inverse where more is better."""
    healthy = threshold["healthy"]
    if isinstance(healthy, list):
        return _over(healthy[0], value) if value < healthy[0] else _over(value, healthy[1])
    return _over(healthy, value) if threshold["better"] == "up" else _over(value, healthy)


def _over(part: float, whole: float) -> float:
    return part / whole if whole else float("inf")
