"""One habit of logging an exception: its type, AWS's code where it has one, and where it came from, frame by frame."""

import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from aws_lambda_powertools import Logger

_INNERMOST = 30
"""Frames told of one exception, the innermost; a recursion has thousands."""
_DEEPEST = 5
"""Exceptions told of one chain."""


def log_failure(logger: Logger, message: str, error: BaseException, **ids: Any) -> None:
    """Log an ERROR with the traceback of `error`; `ids` are fields beside it, say the flywheel or the message's id.

    The exception's own message is left out: it may quote an event, and logs carry ids, never bodies.
    """
    code = getattr(error, "cause_response_code", None)
    logger.error(message, error=type(error).__name__, code=code, traceback=traceback_of(error), **ids)


def traceback_of(error: BaseException) -> list[str]:
    """The frames of an exception and of those that led to it, outermost first: `file:line in function`."""
    chain = list(_chain(error))[:_DEEPEST]
    return [line for each in reversed(chain) for line in (*_frames(each.__traceback__), type(each).__name__)]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.StackSummary.extract(traceback.walk_tb(trace), limit=-_INNERMOST, lookup_lines=False):
        yield f"{_short(frame.filename)}:{frame.lineno} in {frame.name}"


def _short(file: str) -> str:
    """The last three parts of a path: enough to find the room, the same on every machine."""
    return "/".join(Path(file).parts[-3:])
