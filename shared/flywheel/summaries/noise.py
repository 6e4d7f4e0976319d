"""Which messages are held back, and by which rule: the same in the outbox and in a preview. Pure."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from shared.flywheel.settings.noise import MessageKind, NoiseSettings, Severity
from shared.flywheel.summaries.summary import OUTCOME, TURN, Summary
from shared.flywheel.wording import day, plural

if TYPE_CHECKING:
    from shared.flywheel.summaries.transition import Transition

OFF = "switched off"
ROUTINE = "routine: nobody proposed or challenged it, and it went through; the digest counts it"
AS_BEFORE = "as before"
QUIET = "quiet hours"
TOGETHER = "told in one message with other turns"
GATHERING = "waits for other turns, to be told with them"
ABSORBED = "told with the close of the turn"
"""Of the summary of a turn's last phase."""
SETTINGS = {OFF: "off", ROUTINE: "routine", AS_BEFORE: "only_on_change"}
"""The setting of flywheel.toml behind each rule."""
_OF_THINGS = {"failed_deployment", "open_incident", "open_blocker", "stalled_turn", "missed_bet"}
"""Rules of actions whose thing is the news; of the others the rule is."""
_SEVERITIES: Mapping[str, Severity] = {
    "failed_deployment": "broken",
    "open_incident": "broken",
    "doom_loop": "doom_loop",
}


class LastDigest(Struct, frozen=True, kw_only=True):
    """What a channel was told last by one kind of digest, and when."""

    finding: str
    at: datetime


def kind_of(summary: Summary) -> MessageKind:
    """Which kind of message a summary is, where it is one of its own."""
    if summary.key == "digest":
        return "digest"
    kinds: dict[int, MessageKind] = {TURN: "turn", OUTCOME: "outcome"}
    return kinds.get(summary.phase, "phase")


def rule_for_digest(summary: Summary, noise: NoiseSettings, last: LastDigest | None) -> str:
    """The rule that holds a digest back; empty where none does."""
    if "digest" in noise.off:
        return OFF
    if breaks_through(summary, noise) or not noise.only_on_change or last is None:
        return ""
    due = last.at + timedelta(days=noise.repeat_days)
    return AS_BEFORE if last.finding == finding_of(summary) and summary.at < due else ""


def rule_for(kind: MessageKind, noise: NoiseSettings, *, routine: bool) -> str:
    """The rule that holds a message of a turn back; empty where none does."""
    if kind in noise.off:
        return OFF
    return ROUTINE if routine and not noise.routine and kind != "outcome" else ""


def is_routine(turn: Mapping[str, Any]) -> bool:
    """Whether a stored turn is one that nobody proposed or challenged, and to which nothing happened."""
    purposeful = any(turn["phases"].get(phase, {}).get("entered_at") for phase in ("1", "2"))
    eventful = has_failed(turn) or turn["outcome"] in {"missed", "learned"} or turn["state"] == "stopped"
    return not (purposeful or eventful or turn.get("held"))


def is_routine_transition(transition: "Transition") -> bool:
    """The same of a transition."""
    purposeful = not {1, 2} <= set(transition.unobserved)
    eventful = transition.weight == 0.5 or transition.result in {"missed", "learned"}
    return not (purposeful or eventful) and transition.outcome in {"completed", "delivered"}


def has_failed(turn: Mapping[str, Any]) -> bool:
    """Whether a stored turn ended with a failed change."""
    return bool(turn["weight"] == 0.5)


def breaks_through(summary: Summary, noise: NoiseSettings, *, failed: bool = False) -> bool:
    """Whether a message waits for nothing, as severe as what it tells is.

    `failed`: it tells that a turn ended with a failed change. A doom loop turns for weeks: its digests tell of it, and
    what else is said meanwhile waits as ever.
    """
    advised = None if summary.action is None else _SEVERITIES.get(summary.action.rule)
    if advised == "doom_loop" and summary.key != "digest":
        advised = None
    return advised in noise.breaks_through or (failed and "failed_change" in noise.breaks_through)


def finding_of(summary: Summary) -> str:
    """A mark of what a digest finds and advises: equal ones tell nothing new, whatever their numbers."""
    action = summary.action
    advice = "" if action is None else f"{action.rule} {_unnumbered(action.text) if action.rule in _OF_THINGS else ''}"
    real = sorted((each.label, each.trend) for each in summary.figures if each.trend not in {None, "same"})
    tenets = [(each.title, each.status) for each in summary.tenets]
    mark = msgspec.json.encode((_unnumbered(summary.headline), advice, real, tenets))
    return hashlib.sha256(mark).hexdigest()[:12]


def held_back(rules: Mapping[str, str], since: datetime, time_zone: str) -> str:
    """`7 messages held back since 1 Jun: 6 routine, 1 as before`, of rules by message; empty without any."""
    if not rules:
        return ""
    counts = Counter(rule.partition(":")[0] for rule in rules.values())
    listed = ", ".join(f"{count} {name}" for name, count in counts.most_common())
    return f"{plural(len(rules), 'message')} held back since {day(since, time_zone)}: {listed}"


_QUOTED = re.compile(r"(“[^”]*”)")


def _unnumbered(text: str) -> str:
    """A sentence without its numbers, but for those in names."""
    parts = _QUOTED.split(text)
    return "".join(part if place % 2 else re.sub(r"[\d.,]+", "", part) for place, part in enumerate(parts))
