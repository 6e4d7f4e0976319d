"""What became of an event as Markdown, for the page of a pipeline's run: GitHub's step summary, for one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cli.emitting.outcome import Outcome
from cli.failure import CommandError
from cli.inert import on_one_line
from cli.terminal import say

_TITLE = "**Value Flywheel**"


@contextmanager
def failures_in(file: Path | None) -> Iterator[None]:
    """A command that ends with an error says so in the file too, where there is one."""
    try:
        yield
    except CommandError as error:
        write(file, _escaped(error.message))
        raise


def write(file: Path | None, text: str) -> None:
    """Add a paragraph to the file. One that cannot be written costs a warning and not the event."""
    if file is None:
        return
    try:
        with file.open("a", encoding="utf-8") as page:
            page.write(f"{_TITLE}: {text}\n\n")
    except OSError as error:
        say(f"--summary: {file} cannot be written ({error.strerror})", "warning")


def text_of(envelope: dict[str, Any], outcome: Outcome) -> str:
    """A sentence: which event, its verdict, in which flywheel, and why where it does not count."""
    detail = envelope["detail"]
    whose = f" of {_code(detail['service'])}" if detail.get("service") else ""
    where = f" in flywheel {_code(outcome.flywheel)}" if outcome.flywheel and outcome.is_counted else ""
    why = f": {_escaped(outcome.reason)}" if outcome.reason and not outcome.is_counted else ""
    verdict = outcome.verdict.replace("_", " ")
    return f"{envelope['detail-type']} {_code(detail['id'])}{whose}: **{verdict}**{where}{why}"


def _code(text: str) -> str:
    """A name, as it is: nothing in it is Markdown or HTML."""
    return f"`{on_one_line(text).replace('`', chr(39))}`"


def _escaped(text: str) -> str:
    """A sentence in which somebody else's words are only words."""
    safe = on_one_line(text).replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{letter}" if letter in "\\`*_[]|#" else letter for letter in safe)
