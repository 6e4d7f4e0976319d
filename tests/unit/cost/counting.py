"""What a call costs, counted and not timed: the same on every machine.

Lines that run, and for each method of a text, a list or a table that looks at all of it the length of that. What C code
does inside one call otherwise is not seen; that regular expressions are linear is tested apart.
"""

import gc
import sys
import tracemalloc
from collections.abc import Callable
from types import FrameType
from typing import Any

_QUICK = frozenset(
    {
        "append",
        "extend",
        "update",
        "add",
        "get",
        "pop",
        "setdefault",
        "items",
        "keys",
        "values",
        "startswith",
        "endswith",
    }
)
"""Methods that do not look at the whole of what they belong to."""
_QUICK_OF_TEXT = _QUICK | {"find", "rfind", "index", "count"}
"""Where they begin is mostly said."""


def steps_of(work: Callable[[], Any]) -> int:
    """How many steps a call takes, beside what is loaded once."""
    steps = 0

    def line(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal steps
        steps += event == "line"
        return line

    def called(frame: FrameType, event: str, function: Any) -> None:
        nonlocal steps
        if event == "c_call":
            owner: Any = getattr(function, "__self__", None)
            steps += 1 + (len(owner) // 16 if _looks_at_all(owner, function.__name__) else 0)

    work()
    before = sys.gettrace(), sys.getprofile()
    gc.disable()  # what others have it call is no step of ours
    sys.setprofile(called)
    sys.settrace(line)
    try:
        work()
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])
        gc.enable()
    return steps


def _looks_at_all(owner: Any, method: str) -> bool:
    if isinstance(owner, (str, bytes)):
        return method not in _QUICK_OF_TEXT
    return isinstance(owner, (list, tuple, dict, set)) and method not in _QUICK


def memory_of(work: Callable[[], Any]) -> int:
    """The most bytes that a call holds at once, beside what was there before; what it loads once is not counted."""
    work()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
