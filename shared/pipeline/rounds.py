"""What advances have come to, for one flywheel and for several: apart from the work, which most ticks need not do."""

from collections.abc import Callable

from msgspec import Struct

Failed = Callable[[str, Exception], None]


class Advanced(Struct, frozen=True):
    """How much an advance wrote, and how much it leaves to the next one.

    `rivals`: others that, as only now turned out, name the same as this flywheel.
    """

    flywheel: str
    turns: int
    transitions: int
    wheel: bool
    rounds: int
    rivals: frozenset[str] = frozenset()
    left: int = 0


class Round(Struct, frozen=True):
    """The result of advancing several flywheels.

    `waiting`: there was no time left to begin with them; `overtime`: of the failed, those that came to no end.
    """

    done: list[Advanced]
    failed: set[str]
    waiting: set[str]
    overtime: set[str]
