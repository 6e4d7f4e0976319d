"""A summary as a Slack message: Block Kit, with a real `text` for notifications and screen readers. Pure.

Limits (docs.slack.dev/reference/block-kit): 50 blocks, header 150, section 3,000, 10 fields of 2,000, 13,200 in all. A
summary has at most 8 blocks, and its parts are cut far below what would add up to more.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from shared.flywheel.summaries.summary import Action, Figure, Link, Summary, TenetLine
from shared.slack.escaping import mrkdwn, plain

HEADER = 150
HEADLINE = 1500
FIELD = 250
CONTEXT = 1000
TENET = 600
FALLBACK = 3000
MAX_FIELDS = 6
MAX_TENETS = 3

Block = dict[str, Any]

_WEB = re.compile(r"https?://[^\s<>|]+").fullmatch


class Message(Struct, frozen=True):
    """A message: `text` for notifications and screen readers, `blocks` for everyone else."""

    text: str
    blocks: list[Block]


class Update(Struct, frozen=True):
    """The time of a correction, and the changes that it made, as far as they are known."""

    at: str
    changed: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """`, as the past was corrected: change fail rate is 50%, not 0%`."""
        return ", as the past was corrected" + (f": {'; '.join(self.changed)}" if self.changed else "")


def message_of(summary: Summary, updated: Update | None = None) -> Message:
    """A summary as a message. `updated`: it had been posted, and showed something else."""
    return Message(fallback_of(summary, updated), blocks_of(summary, updated))


def withdrawn_message_of(summary: Summary, at: str) -> Message:
    """The message that stands for one whose transition turns out not to have happened: an event was retracted, say."""
    heading = plain(f"Withdrawn: {summary.heading}", HEADER)
    why = f"Withdrawn {at}: after a correction of the past this did not happen."
    blocks: list[Block] = [
        {"type": "header", "text": {"type": "plain_text", "text": heading, "emoji": False}},
        _section(why),
        {"type": "context", "elements": [_text(mrkdwn(f"It said: {summary.headline}", CONTEXT))]},
    ]
    return Message(mrkdwn(f"{summary.heading}. {why}", FALLBACK), blocks)


def blocks_of(summary: Summary, updated: Update | None = None) -> list[Block]:
    """Heading, finding, figures, tenets, next best action with its rule, context; nothing else."""
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": plain(summary.heading, HEADER), "emoji": False}},
        _section(f"*{mrkdwn(summary.headline, HEADLINE)}*"),
    ]
    if summary.figures:
        blocks.append({"type": "section", "fields": [_field(figure) for figure in summary.figures[:MAX_FIELDS]]})
    if summary.tenets:
        blocks.append(_section("\n".join(_tenet(line) for line in summary.tenets[:MAX_TENETS])))
    if summary.action:
        blocks.append(_section(_action(summary.action)))
    if summary.link and _is_web(summary.link):
        blocks.append(_section(f"<{summary.link.replace('&', '&amp;')}|Open the board>"))
    blocks.append({"type": "context", "elements": [_text(line) for line in _context_lines(summary, updated)]})
    return blocks


def fallback_of(summary: Summary, updated: Update | None = None) -> str:
    """The message in one text: what a notification or a client without blocks shows."""
    parts = [plain(summary.heading, HEADER) + ".", summary.headline]
    parts += [f"{figure.label}: {figure.value}." for figure in summary.figures]
    parts += [f"Next: {summary.action.text}"] if summary.action else []
    parts += [f"Updated {updated.at}{updated.reason}."] if updated else []
    return mrkdwn(" ".join(parts), FALLBACK)


def comparison(figure: Figure) -> str:
    """`↓ better, was 12 h`; empty for a first value."""
    if figure.previous is None:
        return ""
    if figure.trend == "same":
        return f"{figure.arrow} as before".strip()
    verdict = f"{figure.trend}, " if figure.trend else ""
    return f"{figure.arrow} {verdict}was {figure.previous}".strip()


def _field(figure: Figure) -> Block:
    value = f"*{mrkdwn(figure.label, FIELD)}*\n{mrkdwn(figure.value, FIELD)}"
    compared = comparison(figure)
    return _text(f"{value}  {mrkdwn(compared, FIELD)}" if compared else value)


def _tenet(line: TenetLine) -> str:
    """`A data-informed north star: watch · inputs declared 2 (watch)` with the title in bold."""
    line_text = " · ".join([line.status, *line.signals])
    return f"*{mrkdwn(line.title, FIELD)}:* {mrkdwn(line_text, TENET)}"


def _context_lines(summary: Summary, updated: Update | None) -> list[str]:
    """The context lines: what a message stands on, and what is missing."""
    lines = ["; ".join([summary.context, *summary.missing])]
    if updated:
        lines.append(f"Updated {updated.at}{updated.reason}")
    return [mrkdwn(line, CONTEXT) for line in lines]


def _action(action: Action) -> str:
    """The action: what to do, with where its things are, then why, and what became of what was advised before."""
    links = "".join(f" {link_to(link)}" for link in action.links if _is_web(link.url))
    because = f" {_sentence(mrkdwn(action.because, HEADLINE))}." if action.because else ""
    before = f"\n{mrkdwn(action.before, HEADLINE)}" if action.before else ""
    return f"*Next:* {mrkdwn(action.text, HEADLINE)}{because}{links}{before}"


def link_to(link: Link) -> str:
    """A link with its host, so that nobody is led where they would not go."""
    host = urlsplit(link.url).hostname or ""
    return f"<{link.url.replace('&', '&amp;')}|{mrkdwn(link.title, FIELD).replace('|', '¦')}> ({mrkdwn(host, FIELD)})"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _section(text: str) -> Block:
    return {"type": "section", "text": _text(text)}


def _text(text: str) -> Block:
    """`verbatim`: Slack links no bare address, channel or name by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _is_web(link: str) -> bool:
    return _WEB(link) is not None and len(link) <= HEADLINE
