"""A Slack message in the terminal, as Slack would show it: heading, bold, fields in two columns, dim context.

Off a terminal it is plain text of a fixed width, the same on every machine.
"""

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cli.inert import inert
from cli.spark import spark

WIDTH = 88
"""Columns of a message; a narrower terminal gets what it has."""

_MARKED = re.compile(r"\*(?P<bold>[^*\n]+)\*|<(?P<link>https?://[^|>\s]+)\|(?P<label>[^>]+)>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
Block = Mapping[str, Any]


def show_message(console: Console, channel: str, text: str, blocks: Sequence[Block]) -> None:
    """Print one message; a terminal gets a panel, a file or a pipe plain lines."""
    if console.is_terminal:
        console.print(panel_of(channel, text, blocks, min(WIDTH, console.width)))
        return
    for line in plain_lines(channel, text, blocks):
        console.print(line, markup=False, highlight=False, emoji=False, soft_wrap=True)


def panel_of(channel: str, text: str, blocks: Sequence[Block], width: int = WIDTH) -> Panel:
    """One message as a panel titled with its channel."""
    rows = [_renderable(block) for block in blocks] if blocks else [marked(text)]
    return Panel(
        Group(*rows), title=Text(_clean(channel), style="cyan"), title_align="left", width=width, box=box.ROUNDED
    )


def plain_lines(channel: str, text: str, blocks: Sequence[Block], width: int = WIDTH) -> Iterator[str]:
    """One message as lines of plain text."""
    yield f"── {_clean(channel)} ".ljust(width, "─")
    for block in blocks or [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]:
        yield from _plain_block(block, width)
    yield "─" * width


def marked(text: str) -> Text:
    """Slack's mrkdwn as rich text: bold and links; entities become what they stand for."""
    shown, end = Text(), 0
    for match in _MARKED.finditer(text):
        shown.append(_clean(text[end : match.start()]))
        if match["bold"]:
            bold = marked(match["bold"])
            bold.stylize("bold")
            shown.append_text(bold)
        else:
            shown.append(f"{_clean(match['label'])}: ")
            shown.append(_clean(match["link"]), style="underline")
        end = match.end()
    return shown.append(_clean(text[end:]))


def _renderable(block: Block) -> RenderableType:
    kind = str(block.get("type"))
    if kind == "header":
        return Text(_clean(block["text"]["text"]), style="bold reverse")
    if kind == "divider":
        return Text("─" * 20, style="dim")
    if kind in _PLAIN:
        return Text("\n".join(_PLAIN[kind](block)))
    if kind == "context":
        return Group(*[_dim(marked(element["text"])) for element in block["elements"]])
    if block.get("fields"):
        return _columns([marked(field["text"]) for field in block["fields"]])
    return Group(marked(block["text"]["text"]))


def _dim(text: Text) -> Text:
    text.stylize("dim")
    return text


def _columns(fields: Sequence[Text]) -> Table:
    """Fields in two columns, as Slack sets them on a wide screen."""
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(ratio=1)
    table.add_column(ratio=1)
    for at in range(0, len(fields), 2):
        table.add_row(fields[at], fields[at + 1] if at + 1 < len(fields) else Text())
    return table


def _plain_block(block: Block, width: int) -> Iterator[str]:
    if block.get("type") == "divider":
        yield "-" * width
    elif (kind := str(block.get("type"))) in _PLAIN:
        yield from _PLAIN[kind](block)
    elif block.get("type") == "context":
        for element in block["elements"]:
            yield from textwrap.wrap(marked(element["text"]).plain, width, initial_indent="  ", subsequent_indent="  ")
    elif block.get("fields"):
        for field in block["fields"]:
            label, _, value = marked(field["text"]).plain.partition("\n")
            yield f"  {label}: {value}"
    elif block.get("type") == "header":
        yield from textwrap.wrap(_clean(block["text"]["text"]), width)
    else:
        for line in block["text"]["text"].split("\n"):
            yield from textwrap.wrap(marked(line).plain, width)


def _buttons(block: Block) -> Iterator[str]:
    """A block of buttons as one line."""
    yield "  ".join(f"[{_clean(each['text']['text'])}]" for each in block["elements"])


def _chart(block: Block) -> Iterator[str]:
    """A chart as its title, and a line of marks for each series with its last value, all of one scale from 0."""
    yield _clean(block["title"])
    lines = [(series["name"], [point["value"] for point in series["data"]]) for series in block["chart"]["series"]]
    every = [value for _, values in lines for value in values]
    for name, values in lines:
        yield f"  {_clean(name):<10} {spark(values, min(0, *every), max(every))}  {values[-1]:g}"


def _table(block: Block) -> Iterator[str]:
    """A table in columns, the last one as wide as it likes."""
    rows = [[_clean(cell["text"]) for cell in row] for row in block["rows"]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(["", *(cell.ljust(width) for cell, width in zip(row, widths, strict=True))]).rstrip()


_PLAIN: Mapping[str, Callable[[Block], Iterator[str]]] = {
    "actions": _buttons,
    "data_table": _table,
    "data_visualization": _chart,
}
"""Blocks that a terminal shows as plain lines, by type."""


def _clean(text: str) -> str:
    """The text that Slack shows, without anything that a terminal would obey."""
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return inert(text).replace("\t", "")
