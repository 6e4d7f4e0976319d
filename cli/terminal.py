"""stdout for data, stderr for messages; colour and animation only where somebody looks."""

import json
import sys
from typing import Any, Literal, TextIO

import msgspec
from rich.console import Console
from rich.markup import escape

Tone = Literal["note", "warning", "error"]
_STYLES: dict[Tone, str] = {"note": "dim", "warning": "yellow", "error": "bold red"}


def page() -> Console:
    """The console of pages on stdout: 80 columns off a terminal, so that a piped page is the same everywhere."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=80)


def messages() -> Console:
    """The console of messages on stderr; rich itself heeds NO_COLOR and TERM=dumb."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def say(message: str, tone: Tone = "note") -> None:
    """One message to stderr, never wrapped: a script may read it line by line."""
    prefix = "" if tone == "note" else f"[{_STYLES[tone]}]{tone}:[/] "
    body = escape(message)
    messages().print(prefix + (f"[{_STYLES[tone]}]{body}[/]" if tone == "note" else body))


def print_json(value: Any) -> None:
    """One JSON document to stdout; the same value is always the same bytes.

    Written compactly and then indented: `json` indents ten times as slowly, which shows in reports of many turns.
    """
    compact = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    sys.stdout.write(msgspec.json.format(compact, indent=2) + "\n")


def print_json_line(value: Any, *, at_once: bool = False, to: TextIO | None = None) -> None:
    """One line of JSONL to stdout; `at_once` where somebody at the other end of a pipe waits for it."""
    file = to or sys.stdout
    file.write(json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False) + "\n")
    if at_once:
        file.flush()
