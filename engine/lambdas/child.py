"""A function's own process: the guard of its role, then `awslambdaric` with the real handler.

Python is started with this module (`python -m engine.lambdas.child HANDLER`) by `engine.lambdas.out_of_process`.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

from engine.iam.calls import Place
from engine.iam.permissions import GUARD, Call, Caller

CALLER_FILE: Final = "ENGINE_CALLER"
CALLS_FILE: Final = "ENGINE_CALLS"
"""Variables that name the two files shared with the engine; taken away before the handler sees its environment."""


def caller_of(description: dict[str, Any] | None, calls: Path) -> Caller | None:
    """The function that this process belongs to; each of its calls becomes a line of `calls`."""
    if description is None:
        return None

    def record(call: Call) -> None:
        access = call.access
        line = {"action": access.action, "resource": access.resource, "context": dict(access.context)}
        with calls.open("a") as file:
            file.write(json.dumps({**line, "allowed": call.allowed}) + "\n")

    place = Place(description["account"], description["region"])
    function, role, statements, guards = (description[name] for name in ("function", "role", "statements", "guards"))
    return Caller(function, role, statements, guards, place, record)


def main() -> None:
    """Judge every call of this process from now on, then serve invocations until killed."""
    description, calls = Path(os.environ.pop(CALLER_FILE)).read_text(), Path(os.environ.pop(CALLS_FILE))
    GUARD.install()
    GUARD.caller = caller_of(json.loads(description), calls)
    from awslambdaric.__main__ import main as serve  # noqa: PLC0415  reads the environment as it now is

    serve(sys.argv)


if __name__ == "__main__":
    main()
