"""Sentences of a report: the finding at the top, and the evidence at the bottom."""

from collections.abc import Mapping
from typing import Any

from shared.flywheel.catalogue.catalogue import CATALOGUE
from shared.flywheel.catalogue.change import change_of, untested
from shared.flywheel.catalogue.drag import part_name
from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.summaries.headline import whole_sentence
from shared.flywheel.summaries.receipt import PARTS, every_reason
from shared.flywheel.wording import count_of, listing, percent, plural

_STATES = {
    "not_started": "No turn has closed yet",
    "learning": "The wheel is learning: turns were stopped, none delivered yet",
    "first_turn": "The first turn has closed",
    "turning": "The wheel is turning",
    "coasting": "The wheel is coasting: no delivery closed for four weeks",
    "stopped": "The wheel stands still: no delivery closed for twelve weeks",
}
_DOOM = {
    "clear": "no reactive change of direction",
    "watch": "one change of direction was a reaction to a disappointment: watch it",
    "doom_loop": "changes of direction chase disappointments, with no delivery between them",
    "unknown": "no goal, north star or stopped turn: nobody can tell",
}


def finding(figures: Mapping[str, Any]) -> str:
    """One or two sentences: how the wheel stands, what came of it, and what slows it most; of a parent that sends
    nothing itself how those below it do.
    """
    if not figures["turn_list"] and not figures["dora"]["deployments"] and (whole := whole_sentence(figures)):
        return f"{whole}."
    turns, momentum, drag = figures["turns"], figures["momentum"], figures["drag"]
    closed = [plural(turns["delivered"], "turn") + " delivered"]
    if turns["stopped"]:
        closed.append(f"{turns['stopped']} stopped")
    text = f"{_STATES[momentum['state']]}; {listing(closed)} in the window"
    if momentum["direction"] and "momentum" in figures["context"]["news"]:
        text += f", momentum {momentum['direction']}"
    if turns["stalled"]:
        text += f". {plural(len(turns['stalled']), 'turn is', 'turns are')} stalled"
    if drag["largest"]:
        text += f". The largest drag is {part_name(drag['largest'])}, {percent(drag[drag['largest']])}"
    return text + "."


_EFFECTS = {
    "accelerating": "each day's turns were released faster than those before",
    "slowing": "each day's turns were released slower than those before",
}


def news(figures: Mapping[str, Any]) -> str:
    """A sentence on the changes that are real against one window earlier, a week ago too; or that there are none."""
    changed = [kind for path, kind in CATALOGUE.items() if path == kind.trend and path in figures["context"]["news"]]
    real = [f"{_plain_name(kind)} {change_of(kind, figures).verdict}" for kind in changed]
    why = untested(figures).replace(": ", ", ")
    effect = _EFFECTS.get(figures["flywheel_effect"]["verdict"] or "")
    sentence = f"News: {listing(real)}" if real else f"News: {why or 'nothing changed beyond chance'}"
    return f"{sentence}; {effect}." if effect else f"{sentence}."


def _plain_name(kind: FigureKind) -> str:
    """A figure's short name, unless that is one below another's."""
    return kind.label if kind.name.startswith(" ") else kind.name


def footnotes(figures: Mapping[str, Any]) -> list[str]:
    """Notes at the bottom: the events counted and left out, how incidents were linked, and the doom loop."""
    receipt = figures["receipt"]
    out = every_reason(figures)
    links = [f"{count} {link}" for link, count in receipt["links"].items() if count]
    return [
        f"Counted: {count_of(receipt['counted'], 'event')}. Left out: {listing(out) if out else 'nothing'}.",
        f"Incidents linked: {listing(links) if links else 'none opened in the window'}.",
        f"Doom loop: {_DOOM[figures['doom_loop']]}.",
    ]


def how_known(figures: Mapping[str, Any]) -> list[str]:
    """A line for each figure that is inferred, or unknown by the way things are told."""
    return [f"{_named(note['figure'])}: {note['note']}." for note in figures["receipt"]["notes"]]


def _named(path: str) -> str:
    kind = CATALOGUE.get(path)
    return _plain_name(kind) if kind else PARTS.get(path, path)
