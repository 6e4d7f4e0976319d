"""`make pictures`: Slack's channels as the demo's twenty weeks leave them, and every situation that the tests know.

The messages are those that the stack posted, drawn from their real blocks by a browser.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from cli.demo.moments import ENDS
from cli.demo.performance import stage
from cli.demo.show import CONTEXT
from cli.demo.story import story
from cli.embedded.assembly import PROJECT, assembly
from engine import Message
from shared.flywheel.settings.file import load
from shared.slack.blocks import message_of
from tests.pictures.blockkit import message_html, page_html
from tests.unit.summaries.situations import SITUATIONS

PICTURES = PROJECT / "docs" / "pictures"
SITUATIONS_DRAWN = PROJECT / ".cache" / "pictures"
"""Long pages, for whoever changes a message; not kept."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NEWEST = 4
"""Messages of a channel, each with its thread."""
WIDTH = 1312
TALLEST = 6_000
"""Pixels of a window in which a page is measured."""


def main() -> int:
    """Draw each page; returns 1 where there is no browser."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.stderr.write(f"no browser: one of {', '.join(BROWSERS)} is needed\n")
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, html in of_the_demo().items():
        shoot(browser, html, PICTURES / f"slack-{name}.png")
        sys.stdout.write(f"docs/pictures/slack-{name}.png\n")
    SITUATIONS_DRAWN.mkdir(parents=True, exist_ok=True)
    for name, html in of_situations().items():
        shoot(browser, html, SITUATIONS_DRAWN / f"{name}.png")
        sys.stdout.write(f".cache/pictures/{name}.png, to look at\n")
    return 0


def of_the_demo() -> Mapping[str, str]:
    """A page for each channel of the demo: its newest messages."""
    settings = load((PROJECT / CONTEXT["config"]).read_bytes(), CONTEXT["config"])
    deliveries = story()
    with stage(assembly(CONTEXT), deliveries, settings) as performance:
        performance.play(deliveries, lambda _: None)
        performance.until(ENDS)
        messages = [each for each in performance.messages if not each.deleted]
    channels = list(dict.fromkeys(each.channel for each in messages))
    return {channel.removeprefix("#"): page_html([(channel, of_channel(channel, messages))]) for channel in channels}


def of_channel(channel: str, messages: Sequence[Message]) -> list[str]:
    """The newest messages of a channel, oldest first, each followed by its thread."""
    here = [each for each in messages if each.channel == channel]
    shown = [each for each in here if each.thread_ts is None or each.broadcast][-NEWEST:]
    html = []
    for top in shown:
        replies = [each for each in here if each.thread_ts == top.ts]
        html += [drawn(top), *(drawn(each, reply=True) for each in replies)]
    return html


def drawn(message: Message, *, reply: bool = False) -> str:
    """One message as Slack shows it."""
    return message_html(message.blocks, message.text, edited=message.edits > 0, reply=reply)


def of_situations() -> Mapping[str, str]:
    """Every situation that a golden file pins, in two columns a page: those of a turn, and the digests."""
    pages: dict[str, list[str]] = {"turns": [], "digests": []}
    for name, situation in SITUATIONS.items():
        for _, summary in situation():
            message = message_of(summary)
            page = "digests" if summary.key == "digest" else "turns"
            pages[page].append(message_html(message.blocks, message.text, note=name.replace("_", " ")))
    return {
        name: page_html([(name, each[: -(-len(each) // 2)]), ("", each[-(-len(each) // 2) :])])
        for name, each in pages.items()
    }


def shoot(browser: str, html: str, to: Path) -> None:
    """A page as a picture, as tall as it is."""
    with tempfile.TemporaryDirectory() as scratch:
        page = Path(scratch) / "page.html"
        page.write_text(html, encoding="utf-8")
        height = measured(browser, page)
        run(browser, f"--window-size={width_of(html)},{height}", f"--screenshot={to}", page.as_uri())


def width_of(html: str) -> int:
    """Of a page, in pixels: one column or two."""
    return WIDTH if html.count("<section>") > 1 else WIDTH // 2


def measured(browser: str, page: Path) -> int:
    """The height of a page's content in pixels, which the page itself writes into its title."""
    script = "<script>document.title=document.querySelector('.columns').getBoundingClientRect().height</script>"
    page.write_text(page.read_text(encoding="utf-8") + script, encoding="utf-8")
    shown = run(browser, f"--window-size={width_of(page.read_text())},{TALLEST}", "--dump-dom", page.as_uri())
    return round(float(shown.split("<title>")[1].split("</title>")[0])) + 8


def run(browser: str, *options: str) -> str:
    """Run the browser without a window; returns what it printed."""
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", *options]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
