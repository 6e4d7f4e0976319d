"""The environment of a function: a typed model, which its handler has, of what the stack gives it.

`infra` sets the same names (shared/store/table/names.py).
"""

import os
from typing import TypeVar

import msgspec
from msgspec import Struct

Environment = TypeVar("Environment", bound=Struct)


def environment_of(function: type[Environment]) -> Environment:
    """This function's environment. Raises msgspec.ValidationError, which names the variable that is missing."""
    return msgspec.convert(dict(os.environ), function)
