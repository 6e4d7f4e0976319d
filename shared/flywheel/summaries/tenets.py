"""The tenets of a summary: each with its status and the signals that are sent, from the report's own `tenets`."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.flywheel.summaries.summary import TenetLine
from shared.flywheel.tenets.purpose import OF_THE_SCOPE
from shared.flywheel.tenets.surveys import NAMES as SURVEYS
from shared.flywheel.tenets.tenets import TENETS
from shared.flywheel.tenets.wording import ACTIONS, told
from shared.flywheel.wording import number

Report = Mapping[str, Any]
Entry = Mapping[str, Any]

TITLES = {tenet.number: tenet.title for tenet in TENETS}

STATUSES = ("act", "watch", "healthy", "trend_only", "suppressed", "not_wired", "elsewhere")
"""The most urgent first: a tenet is as urgent as its most urgent signal."""

STATUS_WORDS = {
    "act": "act",
    "watch": "watch",
    "healthy": "healthy",
    "trend_only": "trend only",
    "suppressed": "too few answers to show",
    "not_wired": "not wired",
    "elsewhere": "told by the digest",
}
_VERDICTS = ("act", "watch", "healthy")
WIRED = 2
"""Signals that must be sent before a tenet can be called the weakest."""
MOST_OF_A_WHEEL = 3
"""A summary for everyone shows no more tenets than one for a persona."""


def without_surveys(report: Report) -> Report:
    """A report whose tenets leave out what surveys say, and what the metrics of the flywheel's scope do.

    What a flywheel may publish of a survey depends on the answers of its whole family, and whose metrics its ideas are
    to move on the events of those above it; only digests and reports read them, so the summaries of its turns tell
    nothing of either (decision 9).
    """
    tenets = [
        {**entry, "signals": [signal for signal in entry["signals"] if signal["name"] not in SURVEYS | OF_THE_SCOPE]}
        for entry in report["tenets"]
    ]
    return {**report, "tenets": tenets}


def tenets_of(report: Report, phase: int) -> tuple[TenetLine, ...]:
    """The three tenets of a phase; for the whole wheel (phase 0) those that call for action or are to be watched."""
    if phase:
        return tuple(_line(entry) for entry in report["tenets"] if entry["phase"] == phase)
    ranked = sorted(report["tenets"], key=_urgency)
    return tuple(_line(entry) for entry in ranked if status_of_tenet(entry) in {"act", "watch"})[:MOST_OF_A_WHEEL]


def status_of_tenet(entry: Entry) -> str:
    """The status of a tenet: that of its most urgent signal."""
    return min((str(signal["status"]) for signal in entry["signals"]), key=STATUSES.index, default="elsewhere")


def weakest(report: Report, phase: int, status: str) -> tuple[Entry, Entry] | None:
    """The weakest tenet of a phase (0: of all) that has the status and is wired, and its first signal that has it."""
    having = [
        entry
        for entry in report["tenets"]
        if (not phase or entry["phase"] == phase) and status_of_tenet(entry) == status and _is_wired(entry)
    ]
    if not having:
        return None
    tenet = min(having, key=_urgency)
    return tenet, next(signal for signal in tenet["signals"] if signal["status"] == status)


def _is_wired(entry: Entry) -> bool:
    """One signal alone is a gap in what is sent, and no verdict on a tenet."""
    wired = [signal for signal in entry["signals"] if signal["status"] != "not_wired"]
    return len(wired) >= WIRED


def action_on(signal: Entry) -> str:
    """What to do about a signal that is not healthy."""
    return ACTIONS.get(
        signal["name"], f"Agree on one step that improves this: {told(signal['name'], signal['value'])}."
    )


def _urgency(entry: Entry) -> tuple[int, float, int]:
    """The most urgent first, then by the share of its verdicts that are healthy, then in the order of the book."""
    verdicts = [signal["status"] for signal in entry["signals"] if signal["status"] in _VERDICTS]
    healthy = verdicts.count("healthy") / len(verdicts) if verdicts else 1.0
    return STATUSES.index(status_of_tenet(entry)), healthy, entry["tenet"]


def _line(entry: Entry) -> TenetLine:
    status = status_of_tenet(entry)
    return TenetLine(
        title=TITLES[entry["tenet"]],
        status=STATUS_WORDS[status],
        signals=_signals(entry["signals"]) if status not in {"suppressed", "not_wired", "elsewhere"} else (),
    )


def _signals(signals: Sequence[Entry]) -> tuple[str, ...]:
    """Each signal that says something; how many are not wired, or have too few answers, in one word each."""
    shown = [_shown(signal) for signal in signals if signal["value"] is not None]
    silent = (
        f"{number(count)} {'with ' if status == 'suppressed' else ''}{STATUS_WORDS[status]}"
        for status in ("suppressed", "not_wired")
        if (count := sum(signal["status"] == status for signal in signals))
    )
    return (*shown, *silent)


def _shown(signal: Entry) -> str:
    verdict = f" ({signal['status']})" if signal["status"] in _VERDICTS else ""
    return told(signal["name"], signal["value"]) + verdict
