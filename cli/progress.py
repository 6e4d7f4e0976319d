"""Progress on stderr: a bar where somebody looks, else a line now and then, and nothing for what is quick."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cli.terminal import messages, say

_LINE_SECONDS = 5.0
_BAR_SECONDS = 0.1


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
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("[dim]{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=messages(), transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield _now_and_then(_BAR_SECONDS, lambda count: progress.update(task, completed=count))


def _lines(what: str, total: int | None) -> Callable[[int], None]:
    whole = f" of {total:,}" if total else ""
    return _now_and_then(_LINE_SECONDS, lambda count: say(f"{count:,}{whole} {what}"))


def _now_and_then(seconds: float, tell: Callable[[int], None]) -> Callable[[int], None]:
    """Tells a count at most once in so many seconds."""
    last = time.monotonic()

    def report(count: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= seconds:
            last = now
            tell(count)

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
