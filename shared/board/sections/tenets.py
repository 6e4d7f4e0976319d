"""The twelve tenets, each in one of four states, with the signals that make it so."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from shared.board.drawing.marks import STATUSES
from shared.board.markup import Child, Markup, element, joined
from shared.board.sections.section import key, section
from shared.board.view import View
from shared.board.words import capital, spelt
from shared.flywheel.summaries.tenets import TITLES, status_of_tenet
from shared.flywheel.tenets.wording import WORDS, signal_text
from shared.flywheel.wheel.model import PHASES
from shared.flywheel.wording import listing, number

STATES = {
    "healthy": "healthy",
    "watch": "watch",
    "act": "act",
    "trend_only": "own trend",
    "not_wired": "not known",
    "suppressed": "too few answers",
    "elsewhere": "not known",
}
"""By status, in a word."""


def tenets(view: View) -> Markup:
    """A column for each phase."""
    return section(
        _heading(view),
        "A tenet is as good as its most urgent signal. One without a threshold is compared with its own past only; "
        "what nobody sends is not known.",
        key(
            *(
                joined(STATUSES[status], STATES[status])
                for status in ("healthy", "watch", "act", "trend_only", "not_wired")
            )
        ),
        element("div", *(_column(view, phase) for phase in PHASES), class_="cols four"),
        anchor="tenets",
    )


def _heading(view: View) -> str:
    counts = Counter(STATES[status_of_tenet(entry)] for entry in view.report["tenets"])
    parts = []
    if counts["act"]:
        parts.append(f"{spelt(counts['act'])} {'asks' if counts['act'] == 1 else 'ask'} to act")
    if counts["watch"]:
        parts.append(f"{spelt(counts['watch'])} {'is' if counts['watch'] == 1 else 'are'} to be watched")
    healthy = counts["healthy"]
    parts.append(f"{spelt(healthy) if healthy else 'none'} {'is' if healthy < 2 else 'are'} healthy")
    unknown = counts["not known"] + counts["too few answers"]
    if unknown:
        parts.append(f"{spelt(unknown)} {'is' if unknown == 1 else 'are'} not known")
    return capital(f"of twelve tenets {listing(parts)}.")


def _column(view: View, phase: int) -> Markup:
    entries = [entry for entry in view.report["tenets"] if entry["phase"] == phase]
    who = entries[0]["persona"] if entries else ""
    head = element(
        "div", element("h3", f"{phase} {view.phase(phase)}"), element("p", who, class_="quiet"), class_=f"head h{phase}"
    )
    return element("div", head, *(_tenet(entry) for entry in entries))


def _tenet(entry: Mapping[str, Any]) -> Markup:
    status = status_of_tenet(entry)
    css = "flag" if status == "act" else "quiet"
    title = element("h4", STATUSES[status], TITLES[entry["tenet"]], " ", element("span", STATES[status], class_=css))
    return element("div", title, element("ul", *_signals(entry)), class_="tenet")


def _signals(entry: Mapping[str, Any]) -> list[Markup]:
    shown, unknown = [], 0
    for signal in entry["signals"]:
        if signal["value"] is None:
            unknown += 1
        else:
            shown.append(element("li", STATUSES[signal["status"]], _signal(signal)))
    if unknown:
        words = f"{number(unknown)} {'signal' if unknown == 1 else 'signals'} not known"
        shown.append(element("li", STATUSES["not_wired"], element("span", words, class_="quiet")))
    return shown


def _signal(signal: Mapping[str, Any]) -> Child:
    words = signal_text(signal["name"], signal["value"], signal["unit"])
    label = WORDS[signal["name"]].label if signal["name"] in WORDS else ""
    allowed = _allowed(signal)
    if label and "{}" not in label and words.startswith(label):
        return element("span", label, " ", element("b", words[len(label) :].strip()), allowed)
    return element("span", element("b", words), allowed)


def _allowed(signal: Mapping[str, Any]) -> Child:
    """The bound that a signal has missed, in its own words."""
    threshold = signal["threshold"]
    if signal["status"] not in {"watch", "act"} or threshold is None:
        return ""
    healthy = threshold["healthy"]
    if isinstance(healthy, list):
        return f", healthy from {number(healthy[0])} to {number(healthy[1])}"
    words = WORDS.get(signal["name"])
    bound = number(healthy) if words is None else words.show(healthy)
    return f", healthy {'from' if threshold['better'] == 'up' else 'up to'} {bound}"
