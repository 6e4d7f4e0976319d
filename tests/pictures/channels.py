"""Slack's channels as a browser shows them at the end of the demo's story, and the sheets of every situation."""

from collections.abc import Sequence
from pathlib import Path

from engine import Message
from tests.pictures.blockkit import message_html, page_html, sheet_html
from tests.pictures.browser import run, shoot
from tests.pictures.palette import lighter
from tests.pictures.sheets import SHEETS

CHANNELS = ("#checkout", "#search", "#leadership")
"""Of the demo: its two teams and their organisation."""
NEWEST = 4
"""Messages of a channel, each with its thread."""
COLUMN, TALLEST = 500, 12_000
"""Pixels: the width of a channel, and the height of a window in which a page is measured."""


def draw_channels(messages: Sequence[Message], scratch: Path, into: Path) -> None:
    """The newest messages of each channel, oldest first, each followed by its thread."""
    seen = [each for each in messages if not each.deleted]
    for channel in CHANNELS:
        html = page_html(channel, of_channel([each for each in seen if each.channel == channel]))
        draw_page(html, COLUMN, scratch, into / f"slack-{channel.removeprefix('#')}.png")


def of_channel(here: Sequence[Message]) -> list[str]:
    """The newest messages of one channel with their replies, as HTML."""
    html = []
    for top in [each for each in here if each.thread_ts is None or each.broadcast][-NEWEST:]:
        replies = [each for each in here if each.thread_ts == top.ts]
        html += [drawn(top), *(drawn(each, reply=True) for each in replies)]
    return html


def drawn(message: Message, *, reply: bool = False) -> str:
    """One message as Slack shows it."""
    return message_html(message.blocks, message.text, edited=message.edits > 0, reply=reply)


def draw_sheets(scratch: Path, into: Path) -> None:
    """Every sheet."""
    for name, sheet in SHEETS.items():
        html = sheet_html(list(sheet.drawn()), sheet.columns, dark=sheet.dark)
        draw_page(html, sheet.columns * sheet.width, scratch, into / f"{name}.png")


def draw_page(html: str, width: int, scratch: Path, to: Path) -> None:
    """A page as a picture, as tall as it is: the page itself writes its height into its title."""
    script = "<script>document.title=document.querySelector('.sheet').getBoundingClientRect().height</script>"
    page = scratch / f"{to.stem}.html"
    page.write_text(html + script, encoding="utf-8")
    shown = run(f"--window-size={width},{TALLEST}", "--dump-dom", page.as_uri())
    height = round(float(shown.split("<title>")[1].split("</title>")[0])) + 8
    shoot(page, to, width, height)
    to.write_bytes(lighter(to.read_bytes()))
