"""The receipt as a summary tells it: what its figures stand on, what was left out and why (domain: "The receipt").

Summaries of turns tell only what changes a figure: how many events there are changes with every one that comes a minute
late, and an edited message is to mean a correction (decision 9, in numbers). Digests tell all of it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from shared.flywheel.facts.fact import DeploymentFinished, Fact
from shared.flywheel.wording import count_of, listing, number, outside, plural
from shared.sources.environments import is_plainly_none

Report = Mapping[str, Any]

PARTS = {"value.outcomes": "Outcomes", "value.inputs": "Metrics"}
"""Names of parts of the report that are no single figure, as notes are about them."""
NAMED = 3
"""Of what belongs to nobody, so many are named."""

_WINDOW = {
    "unlinked": ("incident linked to no deployment", "incidents linked to no deployment"),
    "recovery_unknown": ("failed deployment without a known recovery", "failed deployments without a known recovery"),
    "negative_lead_time": (
        "commit left out: deployed before it was made",
        "commits left out: deployed before they were made",
    ),
}
"""Of each reason how a summary says it of one, and of several."""
_EVENTS = {
    "duplicate": "sent twice",
    "superseded": "superseded by a newer revision",
    "retracted": "retracted",
    "conflicting": "different from another of its id",
    "not_production": "not of production",
}
_REASONS = {
    "duplicate": ("sent twice",) * 2,
    "superseded": ("replaced by a correction",) * 2,
    "retracted": ("retracted",) * 2,
    "conflicting": (
        "answer sheet that differs from another of its id",
        "answer sheets that differ from another of their id",
    ),
    "not_production": ("not in production",) * 2,
    "unmapped": ("owned by no flywheel",) * 2,
    "negative_lead_time": ("commit dated after its deployment", "commits dated after their deployment"),
    "unlinked": ("incident with no deployment known", "incidents with no deployment known"),
    "recovery_unknown": ("failed deployment with no recovery known", "failed deployments with no recovery known"),
}
"""Of each reason how a page says it of one, and of several."""


def every_reason(report: Report) -> list[str]:
    """All that the receipt left out, as a page says it: `2 sent twice`, `1 incident with no deployment known`."""
    return [count_of(count, *_REASONS[reason]) for reason, count in report["receipt"]["excluded"].items()]


def left_out_of_window(report: Report) -> tuple[str, ...]:
    """Words for what the receipt left out of the window's figures."""
    excluded = report["receipt"]["excluded"]
    return tuple(plural(excluded[reason], *words) for reason, words in _WINDOW.items() if excluded.get(reason))


def taken_back(report: Report) -> tuple[str, ...]:
    """How many events their senders corrected or took back."""
    return _left_out(report, ("superseded", "retracted"))


def counted(report: Report) -> str:
    """`42 events counted, 3 left out (1 retracted and 2 not of production)`."""
    sentence = f"{plural(report['receipt']['counted'], 'event')} counted"
    excluded = report["receipt"]["excluded"]
    reasons = [f"{number(excluded[reason])} {what}" for reason, what in _EVENTS.items() if excluded.get(reason)]
    total = sum(excluded.get(reason, 0) for reason in _EVENTS)
    return f"{sentence}, {number(total)} left out ({listing(reasons)})" if total else sentence


def unmapped(report: Report, facts: Iterable[Fact]) -> tuple[str, ...]:
    """Events that no flywheel owns, and to which services or repositories they belong. `facts`: those events."""
    count = report["receipt"]["excluded"].get("unmapped")
    if not count:
        return ()
    places = sorted({place for fact in facts if (place := fact.service or fact.repository) is not None})
    whose = f" ({_named(places)})" if places else ""
    return (f"{plural(count, 'event')} that no flywheel owns{whose}: map them in flywheel.toml",)


def elsewhere(facts: Iterable[Fact]) -> tuple[str, ...]:
    """Environments that are not production, and whose names do not say so plainly. `facts`: events left out for it."""
    named = (fact.environment for fact in facts if isinstance(fact, DeploymentFinished))
    environments = Counter(name for name in named if not is_plainly_none(name))
    if not environments:
        return ()
    listed = (
        f"{plural(environments.total(), 'deployment')} to {_named([name for name, _ in environments.most_common()])}"
    )
    return (
        f"{listed}, counted nowhere: if users are there, add it to production under [environments] in flywheel.toml",
    )


def ignored(kinds: Collection[str]) -> tuple[str, ...]:
    """Kinds of deliveries that were understood and count for nothing."""
    return (f"received and not counted: {_named(sorted(kinds))}",) if kinds else ()


def _left_out(report: Report, reasons: Sequence[str]) -> tuple[str, ...]:
    excluded = report["receipt"]["excluded"]
    return tuple(f"{plural(excluded[reason], 'event')} {_EVENTS[reason]}" for reason in reasons if excluded.get(reason))


def _named(names: Sequence[str]) -> str:
    shown = [outside(name) for name in names[:NAMED]]
    more = len(names) - len(shown)
    return listing([*shown, f"{number(more)} more"] if more else shown)


def opinions(useful: int, noise: int) -> tuple[str, ...]:
    """How often readers called the messages of a period useful, and how often noise; nothing where nobody did."""
    if not useful and not noise:
        return ()
    return (f"its messages were called useful {_times(useful)}, noise {_times(noise)}",)


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{number(count)} times")
