"""The function in the surroundings that the stack gives it."""

from tests.unit.functions.stack import handler, stack, stream

__all__ = ["handler", "stack", "stream"]
