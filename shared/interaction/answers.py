"""Answers to `/flywheel`: what the last report of a flywheel says, in words; nothing is worked out here.

It loads the catalogues of figures and tenets, which takes a while: only who answers a command loads it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from shared.flywheel.catalogue.catalogue import CATALOGUE, read_by
from shared.flywheel.catalogue.change import change_of
from shared.flywheel.catalogue.few import figure_text
from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.settings.values import FlywheelSettings
from shared.flywheel.summaries.tenets import STATUS_WORDS, TITLES, not_wired, status_of_tenet
from shared.flywheel.vocabularies import phase_name
from shared.flywheel.wording import hour, nearest, number, outside, plural
from shared.interaction.known import title_of
from shared.slack.escaping import mrkdwn

Report = Mapping[str, Any]
_FIGURES = 4
_TURNS = 10
_LINE = 300


def status(report: Report, settings: FlywheelSettings) -> list[str]:
    """How it turns, what it delivers, the next best action."""
    where = ", ".join(
        f"{number(count)} in {phase_name(settings.vocabulary, int(phase))}"
        for phase, count in report["turns"]["open"].items()
        if count
    )
    lines = [
        f"*{_momentum(report)}.* {_delivered(report)}; open: {mrkdwn(where, _LINE) or 'none'}.",
        *(f"• {line}" for line in _figures(report)),
    ]
    action = next(iter(report["actions"]), None)
    if action is not None:
        because = f" Because {mrkdwn(action['because'], _LINE)}." if action["because"] else ""
        lines.append(f"*Next:* {mrkdwn(action['text'], _LINE)}{because}")
    return lines


def turns(report: Report, settings: FlywheelSettings) -> list[str]:
    """The open turns with their phases, the newest first, and how the last ones ended."""
    listed = list(reversed(report["turn_list"]))
    is_open = [turn for turn in listed if turn["state"] == "open"]
    closed = [turn for turn in listed if turn["state"] != "open"][:_TURNS]
    stalled = {turn if isinstance(turn, str) else turn.get("turn") for turn in report["turns"]["stalled"]}
    lines = [f"*Open: {plural(len(is_open), 'turn')}*"]
    for turn in is_open[:_TURNS]:
        still = ", stalled" if turn["turn"] in stalled else ""
        lines.append(f"• {_named(turn)}: {mrkdwn(phase_name(settings.vocabulary, turn['phase']), _LINE)}{still}")
    if len(is_open) > _TURNS:
        lines.append(f"and {number(len(is_open) - _TURNS)} more")
    if closed:
        lines.append("*Closed last*")
        lines += [f"• {_named(turn)}: {_ended(turn)}" for turn in closed]
    return lines


def tenets(report: Report, settings: FlywheelSettings) -> list[str]:
    """Each of the twelve with its status, by phase."""
    lines = []
    for phase in range(1, 5):
        entries = [entry for entry in report["tenets"] if entry["phase"] == phase]
        told_of = "; ".join(f"{TITLES[entry['tenet']]}: {STATUS_WORDS[status_of_tenet(entry)]}" for entry in entries)
        lines.append(f"*{mrkdwn(phase_name(settings.vocabulary, phase), _LINE)}*\n{mrkdwn(told_of, 600)}")
    return [*lines, *(mrkdwn(line, _LINE) for line in not_wired(report))]


def why(report: Report, figure: str) -> list[str]:
    """One figure: its value, the one before, how it is made and what it tells."""
    if not figure:
        return ["Why what? Name a figure, such as `/flywheel why lead_time_hours`."]
    kind = _kind(figure)
    if kind is None:
        return [_unknown(figure)]
    trend = report["trends"].get(kind.trend) if kind.trend else None
    previous = None if trend is None or trend["previous"] is None else kind.unit.show(float(trend["previous"]))
    change = change_of(kind, report)
    verdict = f"; the change is real: {change.verdict}" if change.is_real else ""
    was = f" (a window earlier {mrkdwn(previous, _LINE)}{verdict})" if previous is not None else ""
    notes = [note["note"] for note in report["receipt"]["notes"] if note["figure"] == kind.path]
    return [
        f"*{mrkdwn(kind.label, _LINE)}:* {mrkdwn(figure_text(kind, report) or 'not known yet', _LINE)}{was}",
        mrkdwn(_sentence(kind.explanation), 600),
        f"How: {mrkdwn(kind.formula, 600)}",
        *(f"Note: {mrkdwn(note, _LINE)}" for note in notes),
        f"Every event behind it: `flywheel explain {kind.path}`",
    ]


ANSWERS: dict[str, Callable[[Report, FlywheelSettings], list[str]]] = {
    "status": status,
    "turns": turns,
    "tenets": tenets,
}


def answer(word: str, about: str, report: Report, settings: FlywheelSettings) -> list[str]:
    """The answer to one of `ASKS`, `about` a figure where it asks why."""
    return why(report, about) if word == "why" else ANSWERS[word](report, settings)


def as_of(report: Report, settings: FlywheelSettings) -> str:
    """The line below every answer: of when it is, and over which window."""
    moment = hour(datetime.fromisoformat(report["as_of"]), settings.time_zone)
    return f"{outside(settings.title)} · {plural(report['window_days'], 'day')} to {moment}"


def _momentum(report: Report) -> str:
    momentum = report["momentum"]
    state = str(momentum["state"]).replace("_", " ")
    words = [state, str(momentum["direction"])] if momentum["direction"] else [state]
    loop = " In a doom loop" if report["doom_loop"] == "doom_loop" else ""
    return _sentence(", ".join(words)) + (f".{loop}" if loop else "")


def _delivered(report: Report) -> str:
    return f"{plural(report['turns']['delivered'], 'turn')} delivered in {plural(report['window_days'], 'day')}"


def _figures(report: Report) -> list[str]:
    known = [(kind, value) for kind in read_by(0) if (value := figure_text(kind, report)) is not None]
    lines = []
    for kind, value in known[:_FIGURES]:
        change = change_of(kind, report)
        verdict = f"  {change.arrow} {change.verdict}" if change.is_real else ""
        lines.append(f"{mrkdwn(kind.label, _LINE)}: {mrkdwn(value, _LINE)}{verdict}")
    return lines


def _named(turn: Mapping[str, Any]) -> str:
    title = title_of(turn)
    key = "" if title == turn["turn"] else f" ({mrkdwn(turn['turn'], 60)})"
    return f"{mrkdwn(title, 120)}{key}"


def _ended(turn: Mapping[str, Any]) -> str:
    outcome = f", outcome {turn['outcome']}" if turn["outcome"] else ", outcome unknown"
    return f"{turn['state']}{outcome if turn['state'] == 'delivered' else ''} {str(turn['closed_at'])[:10]}"


def _kind(figure: str) -> FigureKind | None:
    """By its path, by an end of it that only one has, or by its label."""
    wanted = figure.strip().casefold()
    by_label = [kind for kind in CATALOGUE.values() if wanted in {kind.label.casefold(), kind.short.casefold()}]
    by_end = [kind for path, kind in CATALOGUE.items() if path == wanted or path.endswith(f".{wanted}")]
    exact = CATALOGUE.get(wanted)
    return exact or next((kinds[0] for kinds in (by_end, by_label) if len(kinds) == 1), None)


def _unknown(figure: str) -> str:
    ends = {path.rpartition(".")[2]: path for path in CATALOGUE}
    labels = {kind.label.casefold(): kind.path for kind in CATALOGUE.values()}
    names = {**labels, **ends, **{path: path for path in CATALOGUE}}
    near = [path for path in CATALOGUE if path.endswith(f".{figure}")]
    near += [names[each] for each in nearest(figure.casefold(), list(names), 3, 0.4)]
    meant = f" Did you mean {', '.join(f'`{path}`' for path in dict.fromkeys(near[:3]))}?" if near else ""
    return f"No figure is called {mrkdwn(figure, 60)}.{meant}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
