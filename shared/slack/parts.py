"""The parts that messages are put together from: texts, links and buttons as Block Kit has them. Pure.

Limits (docs.slack.dev/reference/block-kit): 50 blocks, header 150, section 3,000, 13,200 in all, 25 buttons in a block.
"""

import re
from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

from msgspec import Struct

from shared.flywheel.summaries.summary import Line, Link
from shared.slack.actions import BUTTONS, OPEN_BOARD, Pressed, value_of
from shared.slack.escaping import mrkdwn, plain

HEADER = 150
SECTION = 1500
FIELD = 250
CONTEXT = 1000
FALLBACK = 3000
BUTTON = 75

Block = dict[str, Any]

_WEB = re.compile(r"https?://[^\s<>|]+").fullmatch


class Message(Struct, frozen=True):
    """A message: `text` for notifications and screen readers, `blocks` for everyone else."""

    text: str
    blocks: list[Block]


class Button(Struct, frozen=True, kw_only=True):
    """A button: what it says, what it does, and of what; with `url` it leads there."""

    label: str
    action: str
    pressed: Pressed
    url: str = ""
    style: Literal["", "primary"] = ""


def header(text: str) -> Block:
    """The one line in large letters."""
    return {"type": "header", "text": {"type": "plain_text", "text": plain(text, HEADER), "emoji": False}}


def section(*lines: str) -> Block:
    """Lines of mrkdwn that are escaped already; empty ones are left out."""
    return {"type": "section", "text": text_of("\n".join(filter(None, lines)))}


def context(*lines: str) -> Block:
    """Lines in small grey letters, escaped here."""
    return {"type": "context", "elements": [text_of(mrkdwn(line, CONTEXT)) for line in lines]}


def buttons(listed: Sequence[Button]) -> list[Block]:
    """The one block of buttons; none without any."""
    return [{"type": "actions", "block_id": BUTTONS, "elements": [_button(each) for each in listed]}] if listed else []


def board(link: str | None, pressed: Pressed, *, interactive: bool) -> list[Button]:
    """The button that opens the board, where there is a link and Slack can tell of a press; see `board_line`."""
    if not interactive or not link or not is_web(link):
        return []
    return [Button(label="Open the board", action=OPEN_BOARD, pressed=pressed, url=link)]


def board_line(link: str | None, *, interactive: bool) -> str:
    """The same as a plain link, where the app cannot be told of a press, and Slack would warn of one."""
    return "" if interactive or not link or not is_web(link) else f"<{_address(link)}|Open the board>"


def titled(link: Link) -> str:
    """A thing by its title; with an address, as a link that shows its host."""
    return link_to(link) if link.url and is_web(link.url) else mrkdwn(link.title, FIELD)


def headed(link: Link) -> str:
    """The same with the title in bold."""
    return link_to(link, mark="*") if link.url and is_web(link.url) else f"*{mrkdwn(link.title, FIELD)}*"


def link_to(link: Link, *, mark: str = "") -> str:
    """A link with its host, so that nobody is led where they would not go; `mark`: of Slack's, on the link alone."""
    host = urlsplit(link.url).hostname or ""
    title = mrkdwn(link.title, FIELD).replace("|", "¦")
    return f"{mark}<{_address(link.url)}|{title}>{mark} ({mrkdwn(host, FIELD)})"


def line(each: Line) -> str:
    """One line of evidence: the thing with its link, and what it did."""
    if each.link is None or not is_web(each.link.url):
        named = "" if each.link is None else f"“{mrkdwn(each.link.title, FIELD)}” "
        return f"{named}{mrkdwn(each.text, SECTION)}"
    return f"{link_to(each.link)} {mrkdwn(each.text, SECTION)}"


def sentence(text: str) -> str:
    """A clause as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?', '.”', '…')) else '.'}" if text else ""


def is_web(link: str) -> bool:
    """Whether it is an address that can stand in a link of Slack."""
    return _WEB(link) is not None and len(link) <= SECTION


def _button(button: Button) -> Block:
    made: Block = {
        "type": "button",
        "action_id": button.action,
        "text": {"type": "plain_text", "text": plain(button.label, BUTTON), "emoji": False},
        "value": value_of(button.pressed),
    }
    return made | ({"url": button.url} if button.url else {}) | ({"style": button.style} if button.style else {})


def _address(url: str) -> str:
    return url.replace("&", "&amp;")


def text_of(text: str) -> Block:
    """Text with marks, escaped already. `verbatim`: Slack links no bare address, channel or name by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}
