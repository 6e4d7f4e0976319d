"""The report as a terminal page: 80 columns are enough, and nothing is said by colour alone."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from cli.figures.around_section import around_rows, purpose_lines
from cli.figures.children_table import children_table
from cli.figures.rows import PICTURE, Row, rows_of
from cli.figures.sentence import finding, footnotes, how_known, news
from cli.figures.tenet_section import tenet_section
from cli.figures.turn_table import turn_table
from cli.figures.value_section import value_rows
from cli.figures.weeks import Weeks
from cli.spark import bar
from shared.flywheel.vocabularies import phase_name
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wording import duration, outside, plural

WIDTH = 100
"""Wider terminals are not filled: a line should be read in one go."""
ENOUGH = 80
"""In narrower ones there are no columns: a figure stands before its note, and none of it is cut."""
_TREND = {"better": "green", "worse": "yellow", "changed": "cyan", "same": "dim", None: "dim"}


def draw(console: Console, figures: Mapping[str, Any], before: Mapping[str, Any], wheel: Wheel, weeks: Weeks) -> None:
    """Print the page of one report; `before` holds the figures of one window earlier."""
    width = min(console.width, WIDTH)
    parts: list[RenderableType] = [
        _title(figures, wheel),
        *(Text(line, style="italic") for line in purpose_lines(figures)),
        Text(finding(figures)),
        Text(news(figures)),
        Text(),
        _phases(figures, wheel.settings.vocabulary, width),
        *(
            _section(title, rows) if width >= ENOUGH else _lines(title, rows)
            for title, rows in (
                ("Value", value_rows(figures, before, weeks)),
                ("Turning", rows_of("turning", figures, before, weeks)),
                ("Drag", rows_of("drag", figures, before, weeks)),
                ("Delivery (DORA's five)", rows_of("delivery", figures, before, weeks)),
                ("Around the wheel", around_rows(figures, before, weeks)),
            )
        ),
        tenet_section(figures, wheel.settings.vocabulary),
        *children_table(figures),
        *turn_table(figures, wheel, narrow=width < ENOUGH),
        Rule(style="dim", characters="─"),
        *(
            Text(note, style="dim")
            for note in (*how_known(figures), *footnotes(figures), f"Sparklines: {_marks(weeks)} a mark, newest last.")
        ),
    ]
    console.print(Group(*parts), width=width)


def _marks(weeks: Weeks) -> str:
    return plural(weeks.weeks_a_mark, "week")


def _title(figures: Mapping[str, Any], wheel: Wheel) -> RenderableType:
    left = Text(outside(wheel.settings.name or figures["flywheel"]), style="bold")
    grid = Table.grid(expand=True)
    grid.add_column(ratio=1)
    grid.add_column(justify="right")
    moment = figures["as_of"][:16].replace("T", " ")
    grid.add_row(left, Text(f"{plural(figures['window_days'], 'day')} to {moment} UTC", style="dim"))
    return Group(grid, Rule(style="dim", characters="━"))


def _phases(figures: Mapping[str, Any], vocabulary: str, width: int) -> RenderableType:
    """The wheel: of each phase the open turns in it, its median time, and that as a bar; the constraint is marked."""
    turns = figures["turns"]
    medians = {phase: turns["phase_hours"][phase]["p50"] for phase in "1234"}
    if width < ENOUGH:
        return Group(*(_phase_line(figures, vocabulary, phase, hours) for phase, hours in medians.items()))
    longest = max((hours for hours in medians.values() if hours is not None), default=0) or 1
    grid = Table.grid(expand=True, padding=(0, 1))
    for _ in medians:
        grid.add_column(ratio=1)
    room = width // 4 - 3
    names, open_turns, times, bars = [], [], [], []
    for phase, hours in medians.items():
        slowest = turns["constraint"] == int(phase)
        names.append(Text(f"{phase} {phase_name(vocabulary, int(phase))}", style="bold cyan"))
        open_turns.append(Text("● " * min(turns["open"][phase], 5) + f"{turns['open'][phase]} open"))
        times.append(
            Text("not observed" if hours is None else f"median {duration(hours)}", style="dim" if hours is None else "")
        )
        bars.append(
            Text(bar((hours or 0) / longest, room - 13 if slowest else room), style="yellow" if slowest else "cyan")
            + Text(" ◄ constraint" if slowest else "", style="bold yellow")
        )
    for row in (names, open_turns, times, bars):
        grid.add_row(*row)
    return grid


def _phase_line(figures: Mapping[str, Any], vocabulary: str, phase: str, hours: float | None) -> Text:
    """The same of one phase on a line."""
    line = Text(f"{phase} {phase_name(vocabulary, int(phase))}", style="bold cyan")
    line.append(f"  {figures['turns']['open'][phase]} open, ", style="not bold default")
    line.append("not observed" if hours is None else f"median {duration(hours)}", style="not bold default")
    return line.append("  ◄ constraint" if figures["turns"]["constraint"] == int(phase) else "", style="bold yellow")


def _lines(title: str, rows: list[Row]) -> RenderableType:
    """A section without columns."""
    shown: list[RenderableType] = [Text(), Text(title, style="bold cyan")]
    for row in rows:
        was = f" {row.arrow or ' '} was {row.previous}".replace("   ", "  ") if row.previous else ""
        shown.append(Text.assemble((row.label, ""), "  ", (row.value, "bold"), (was, _TREND[row.trend])))
        if row.note:
            shown.append(Padding(Text(row.note, style="bold yellow" if row.marked else "dim"), (0, 0, 0, 4)))
    return Group(*shown)


def _section(title: str, rows: list[Row]) -> RenderableType:
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(width=22, no_wrap=True)
    grid.add_column(width=10, justify="right", no_wrap=True)
    grid.add_column(width=16 if any(row.previous for row in rows) else 1, no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    for row in rows:
        style = "" if row.known else "dim"
        was = Text(f"{row.arrow or ' '} was {row.previous}" if row.previous else "", style=_TREND[row.trend])
        grid.add_row(Text(row.label, style=style), Text(row.value, style=style or "bold"), was, _note(row))
    return Group(Text(), Text(title, style="bold cyan"), grid)


def _note(row: Row) -> Text:
    note = Text(row.picture.ljust(PICTURE) if row.picture else "", style="cyan")
    return note.append("  " if row.picture else "").append(row.note, style="bold yellow" if row.marked else "dim")
