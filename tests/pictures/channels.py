"""Slack's channels as a browser shows them, and every situation that a golden file pins."""

from collections.abc import Sequence
from pathlib import Path

from engine import Message
from shared.slack.blocks import message_of
from tests.pictures.blockkit import message_html, page_html
from tests.pictures.browser import run, shoot
from tests.unit.summaries.situations import SITUATIONS

CHANNELS = ("#checkout", "#leadership")
"""Those that docs/slack.md shows."""
NEWEST = 4
"""Messages of a channel, each with its thread."""
COLUMN, TALLEST = 656, 6_000
"""Pixels: the width of a channel, and the height of a window in which a page is measured."""


def draw_channels(messages: Sequence[Message], scratch: Path, into: Path) -> None:
    """The newest messages of each channel, oldest first, each followed by its thread."""
    seen = [each for each in messages if not each.deleted]
    for channel in CHANNELS:
        html = page_html([(channel, of_channel([each for each in seen if each.channel == channel]))])
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


def draw_situations(scratch: Path, into: Path) -> None:
    """Every situation in two columns a page: those of a turn, and the digests."""
    pages: dict[str, list[str]] = {"turns": [], "digests": []}
    for name, situation in SITUATIONS.items():
        for _, summary in situation():
            message = message_of(summary)
            page = "digests" if summary.key == "digest" else "turns"
            pages[page].append(message_html(message.blocks, message.text, note=name.replace("_", " ")))
    for name, each in pages.items():
        half = -(-len(each) // 2)
        draw_page(page_html([(name, each[:half]), ("", each[half:])]), 2 * COLUMN, scratch, into / f"{name}.png")


def draw_page(html: str, width: int, scratch: Path, to: Path) -> None:
    """A page as a picture, as tall as it is: the page itself writes its height into its title."""
    script = "<script>document.title=document.querySelector('.columns').getBoundingClientRect().height</script>"
    page = scratch / f"{to.stem}.html"
    page.write_text(html + script, encoding="utf-8")
    shown = run(f"--window-size={width},{TALLEST}", "--dump-dom", page.as_uri())
    height = round(float(shown.split("<title>")[1].split("</title>")[0])) + 8
    shoot(page, to, width, height)
