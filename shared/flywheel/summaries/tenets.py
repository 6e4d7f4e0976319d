"""The tenets of a summary: each with its status and the signals that are sent, from the report's own `tenets`."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from typing import Any

from shared.flywheel.summaries.summary import Action, TenetLine
from shared.flywheel.tenets.purpose import OF_THE_SCOPE
from shared.flywheel.tenets.surveys import NAMES as SURVEYS
from shared.flywheel.tenets.tenets import TENETS
from shared.flywheel.tenets.wording import SENDS, signal_text
from shared.flywheel.wording import number, plural

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
SIGNALS = 1
"""Of one tenet so many are told in a message."""
MOST_OF_A_WHEEL = 2
"""Of all twelve so many are told to everyone."""


def without_surveys(report: Report) -> Report:
    """A report whose tenets leave out what surveys say, and what the metrics of the flywheel's scope do.

    What a flywheel may publish of a survey depends on the answers of its whole family, and whose metrics its ideas are
    to move on the events of those above it; only digests and reports read them, so the summaries of its turns tell
    nothing of either (decision 9).
    """
    private = SURVEYS | OF_THE_SCOPE
    tenets = [
        {**entry, "signals": [signal for signal in entry["signals"] if signal["name"] not in private]}
        for entry in report["tenets"]
    ]
    actions = [action for action in report["actions"] if not _is_of_kin(action, private)]
    return {**report, "tenets": tenets, "actions": actions, "value": _own(report)}


def _own(report: Report) -> Report:
    """A report's part on value, by the flywheel's own metrics alone."""
    value, flywheel = report["value"], report["flywheel"]
    inputs = [metric for metric in value["inputs"] if metric["of"] == flywheel]
    own = {metric["metric"] for metric in inputs}
    return {
        **value,
        "north_star": value["north_star"] if value["north_star"] and value["north_star"]["of"] == flywheel else None,
        "inputs": inputs,
        "bets": [bet for bet in value["bets"] if bet["input_metric"] in own],
    }


def _is_of_kin(action: Entry, private: Container[str]) -> bool:
    """True of an action that follows from events of the whole family."""
    rule, _, part = action["rule"].partition(".")
    return part in private or rule in {"missed_bet", "north_star_stale", "north_star_away"}


def tenets_of(report: Report, phase: int, headline: str = "", action: Action | None = None) -> tuple[TenetLine, ...]:
    """The tenets of a phase as a message tells them, each with its most urgent signals; of the whole wheel (phase 0)
    those that call for action or are to be watched. What is not wired is told elsewhere, once; a tenet that the
    headline names, or that the `action` is about, is told there.
    """
    wanted = {"act", "watch"} if not phase else {"act", "watch", "healthy"}
    entries = [entry for entry in report["tenets"] if phase in {0, entry["phase"]}]
    ranked = entries if phase else sorted(entries, key=_urgency)
    about = headline if action is None else f"{headline} {action.because}"
    told_of = [entry for entry in ranked if status_of_tenet(entry) in wanted and TITLES[entry["tenet"]] not in about]
    return tuple(_brief_line(entry) for entry in told_of)[: 3 if phase else MOST_OF_A_WHEEL]


def all_signals_of(report: Report, phase: int) -> tuple[TenetLine, ...]:
    """The three tenets of a phase with every signal that says something, as a page has room for them."""
    return tuple(_line(entry) for entry in report["tenets"] if entry["phase"] == phase)


def not_wired(report: Report) -> tuple[str, ...]:
    """Of which tenets nothing is sent, and what to send first, in one line; nothing where all are wired."""
    entries = report["tenets"]
    dark = [entry for entry in entries if status_of_tenet(entry) == "not_wired"]
    if not dark:
        return ()
    kind, lit = Counter(SENDS[entry["tenet"]][0] for entry in dark).most_common(1)[0]
    first = f"{kind} gives figures to {number(lit)}" if len(dark) > 1 else f"send {kind}"
    return (f"{number(len(dark))} of {plural(len(entries), 'tenet')} not wired: {first}",)


def status_of_tenet(entry: Entry) -> str:
    """The status of a tenet: that of its most urgent signal."""
    return min((str(signal["status"]) for signal in entry["signals"]), key=STATUSES.index, default="elsewhere")


def _urgency(entry: Entry) -> tuple[int, float, int]:
    """The most urgent first, then by the share of its verdicts that are healthy, then in the order of the book."""
    verdicts = [signal["status"] for signal in entry["signals"] if signal["status"] in _VERDICTS]
    healthy = verdicts.count("healthy") / len(verdicts) if verdicts else 1.0
    return STATUSES.index(status_of_tenet(entry)), healthy, entry["tenet"]


def _brief_line(entry: Entry) -> TenetLine:
    """A tenet's status with the signals that make it so, without those that say nothing."""
    status = status_of_tenet(entry)
    so = [signal for signal in entry["signals"] if signal["status"] == status and signal["value"] is not None]
    most = 0 if status == "healthy" else SIGNALS
    shown = tuple(signal_text(signal["name"], signal["value"], signal["unit"]) for signal in so[:most])
    return TenetLine(title=TITLES[entry["tenet"]], status=STATUS_WORDS[status], signals=shown)


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
    return signal_text(signal["name"], signal["value"], signal["unit"]) + verdict
