"""Progress on stderr: a bar where somebody looks, else a line now and then, and nothing for what is quick."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cli.terminal import messages, say

_LINE_SECONDS = 5.0
_BAR_EVERY = 256


@contextmanager
def counting(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Yields a function to call with the count so far; calling it costs little, call it for each."""
    if sys.stderr.isatty() and messages().is_terminal:
        with _bar(what, total) as report:
            yield report
    else:
        yield _lines(what, total)


@contextmanager
def _bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("[dim]{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=messages(), transient=True) as progress:
        task = progress.add_task(what, total=total)

        def report(count: int) -> None:
            if count % _BAR_EVERY == 0 or count == total:
                progress.update(task, completed=count)

        yield report


def _lines(what: str, total: int | None) -> Callable[[int], None]:
    last = time.monotonic()

    def report(count: int) -> None:
        nonlocal last
        if count % _BAR_EVERY == 0 and time.monotonic() - last >= _LINE_SECONDS:
            last = time.monotonic()
            say(f"{count:,}{f' of {total:,}' if total else ''} {what}")

    return report


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Says what is being waited for, and how long it took; a moving mark only where somebody looks."""
    began = time.monotonic()
    console = messages()
    if console.is_terminal:
        with console.status(f"[dim]{what} …"):
            yield
    else:
        say(f"{what} …")
        yield
    say(f"{what}: {time.monotonic() - began:.1f} s")
