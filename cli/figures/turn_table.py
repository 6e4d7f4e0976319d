"""The turns of a report as a table: where each stands, how long it took, and its phases as a strip of time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wording import duration, number, outside

SHOWN = 15
_STRIP = 12
_STATE = 16
_NAME = 32
_SHADES = {"1": "░", "2": "▒", "3": "▓", "4": "█"}
_STATES = {"delivered": ("delivered", "green"), "stopped": ("stopped", "dim"), "open": ("", "")}


def turn_table(figures: Mapping[str, Any], wheel: Wheel, *, narrow: bool = False) -> list[RenderableType]:
    """The newest turns, newest first, with what was said of their outcome or stop; nothing where there is none.

    `narrow`: a turn's name stands above where it stands and its time, without the strip.
    """
    turns = figures["turn_list"]
    if not turns:
        return []
    titles = {turn.identity: turn.title for turn in wheel.turns}
    newest = sorted(turns, key=lambda turn: turn["started_at"] or turn["released_at"] or "", reverse=True)
    heads = [Text(head, style="dim") for head in ("", "", "░1 ▒2 ▓3 █4", "turn time", "weight")]
    parts: list[RenderableType] = [Text(), Text("Turns", style="bold cyan"), *([] if narrow else [_line(heads)])]
    for turn in newest[:SHOWN]:
        stalled = turn["turn"] in figures["turns"]["stalled"]
        cells = _cells(turn, titles.get((turn["key"], turn["turn"])), stalled, figures["as_of"])
        parts += _short(*cells) if narrow else [_line(cells)]
        if words := turn["reason"] or turn["note"]:
            parts.append(Text(f"  “{outside(words, 256)}”", style="dim", no_wrap=not narrow, overflow="ellipsis"))
    if len(turns) > SHOWN:
        parts.append(Text(f"and {len(turns) - SHOWN:,} earlier ones (--json lists them all)", style="dim"))
    return parts


def _line(cells: Sequence[Text]) -> RenderableType:
    """One row, its columns as wide as every other's: what was said stands below a row over the whole width."""
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(width=_STATE, no_wrap=True)
    table.add_column(width=_STRIP, no_wrap=True)
    table.add_column(width=9, justify="right", no_wrap=True)
    table.add_column(width=6, justify="right", no_wrap=True)
    table.add_row(*cells)
    return table


def _short(name: Text, state: Text, _: Text, time: Text, weight: Text) -> list[RenderableType]:
    words = [state, *([Text(f"turn time {time}")] if time else []), *([Text(f"weight {weight}")] if weight else [])]
    return [name, Text("  ").append_text(Text(", ").join(words))]


def _cells(turn: Mapping[str, Any], title: str | None, stalled: bool, as_of: str) -> Sequence[Text]:
    name = Text(_ending(outside(turn["turn"], 256)))
    if title:
        name.append(f"  {outside(title)}", style="dim")
    text, style = _STATES[turn["state"]]
    if turn["outcome"] and turn["state"] != "open":
        text = turn["outcome"] if turn["state"] == "delivered" else f"{text}: {turn['outcome']}"
    if turn["state"] == "open":
        text, style = (f"stalled in {turn['phase']}", "yellow") if stalled else (f"in phase {turn['phase']}", "cyan")
    time = turn["turn_time_hours"]
    weight = turn["weight"]
    return (
        name,
        Text(text, style=style),
        Text(_strip(turn, as_of), style="cyan"),
        Text("" if time is None else duration(time)),
        Text("" if weight is None else number(weight)),
    )


def _ending(name: str) -> str:
    """A long name by its end, where names of one kind differ."""
    return name if len(name) <= _NAME else "…" + name[1 - _NAME :]


def _strip(turn: Mapping[str, Any], as_of: str) -> str:
    """The phases, each as long as its share of the turn, the running one up to as_of; the unobserved are not there."""
    hours = {phase: entry["hours"] for phase, entry in turn["phases"].items() if entry["hours"]}
    running = str(turn["phase"])
    if turn["phase"] and turn["phases"][running]["entered_at"]:
        entered = datetime.fromisoformat(turn["phases"][running]["entered_at"])
        hours[running] = (datetime.fromisoformat(as_of) - entered).total_seconds() / 3600
    whole = sum(hours.values())
    if not whole:
        return "·"
    ends, strip = 0.0, ""
    for phase, length in hours.items():
        ends += length
        strip += _SHADES[phase] * max(1, round(ends / whole * _STRIP) - len(strip))
    return strip[:_STRIP]
