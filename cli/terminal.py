"""stdout for data, stderr for messages; colour and animation only where somebody looks.

Everything that a command says goes through here, and nothing of it is obeyed by a terminal (`cli/inert.py`).
"""

import json
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TextIO

from cli.inert import NOT_PLAIN, inert, on_one_line

if TYPE_CHECKING:
    from rich.console import Console

Tone = Literal["note", "warning", "error"]
_STYLES: dict[Tone, str] = {"note": "dim", "warning": "yellow", "error": "bold red"}


def page() -> "Console":
    """The console of pages on stdout: 80 columns off a terminal, so that a piped page is the same everywhere."""
    from cli.inert_console import InertConsole

    console = InertConsole(highlight=False)
    return console if console.is_terminal else InertConsole(highlight=False, width=80)


def messages() -> "Console":
    """The console of messages on stderr; rich itself heeds NO_COLOR and TERM=dumb."""
    from cli.inert_console import InertConsole

    return InertConsole(stderr=True, highlight=False, soft_wrap=True)


def say(message: str, tone: Tone = "note") -> None:
    """One message to stderr, one line, never wrapped: a script may read it line by line."""
    from rich.markup import escape

    prefix = "" if tone == "note" else f"[{_STYLES[tone]}]{tone}:[/] "
    body = escape(on_one_line(message))
    messages().print(prefix + (f"[{_STYLES[tone]}]{body}[/]" if tone == "note" else body))


def print_json(value: Any) -> None:
    """One JSON document to stdout; the same value is always the same bytes.

    Written compactly and then indented: `json` indents ten times as slowly, which shows in reports of many turns.
    """
    import msgspec

    compact = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    sys.stdout.write(_escaped(msgspec.json.format(compact, indent=2)) + "\n")


def print_json_line(value: Any, *, at_once: bool = False, to: TextIO | None = None) -> None:
    """One line of JSONL to stdout; `at_once` where somebody at the other end of a pipe waits for it."""
    file = to or sys.stdout
    file.write(_escaped(json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)) + "\n")
    if at_once:
        file.flush()


def print_plain(text: str, *, to: TextIO | None = None) -> None:
    """Lines as they are, for what is neither a page nor data: a version, a usage."""
    (to or sys.stdout).write(inert(text) + "\n")


def speak_utf_8() -> None:
    """Write UTF-8 whatever the locale says: JSON is UTF-8, and a page does not end at a letter that a locale lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def told_by(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    """How a defect of ours is told: Python's own way, inert."""
    import traceback

    print_plain("".join(traceback.format_exception(kind, error, where)).rstrip(), to=sys.stderr)


def _escaped(written: str) -> str:
    """JSON in which what a terminal obeys is spelt with backslashes: it reads the same."""
    return NOT_PLAIN.sub(lambda match: "".join(f"\\u{unit:04x}" for unit in _utf16(match[0])), written)


def _utf16(character: str) -> Iterable[int]:
    return memoryview(character.encode("utf-16", errors="surrogatepass")[2:]).cast("H")
