"""An action, the thing that it is about, and the rule that finds it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from msgspec import Struct

from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.wording import outside, quoted

Urgency = Literal[1, 2, 3, 4, 5, 6]
"""1 broken now, 2 held, 3 friction, 4 watch, 5 unknown, 6 keep turning."""
ThingKind = Literal[
    "blocker", "challenge", "component", "deployment", "event_kind", "incident", "metric", "ritual", "turn"
]
MOST = 10
"""Things of one action; those that matter most come first."""
NAMED = 3
"""Of many things so many are named in a sentence."""
FEW = 5
"""A share of fewer things than this calls for nothing: one of two is no finding."""


class Thing(Struct, frozen=True, kw_only=True):
    """A thing that an action is about: its id, its title and its address; of a deployment also the service."""

    kind: ThingKind
    id: str
    title: str | None = None
    url: str | None = None
    service: str | None = None

    @property
    def named(self) -> str:
        """The thing within a sentence: by its title, without one by its id."""
        return quoted(self.title or self.id)


def names_of(things: Sequence[Thing]) -> list[str]:
    """The things within a sentence; those that would be called alike also by their service."""
    alike = Counter(thing.named for thing in things)
    return [
        f"{thing.named} of {outside(thing.service)}" if thing.service and alike[thing.named] > 1 else thing.named
        for thing in things
    ]


class Action(Struct, frozen=True, kw_only=True):
    """One thing to do. `distance`: how far beyond its limit or threshold it is, 1 where it has none.

    `part`: of a rule over several signals or parts, the one that asks for it.
    """

    phase: int
    text: str
    because: str
    things: tuple[Thing, ...] = ()
    distance: float = 1.0
    part: str = ""


class Situation(Struct, frozen=True):
    """The situation that rules look at: the figures of a report, and the wheel and window that they were read from."""

    report: dict[str, Any]
    evidence: Evidence


class Rule(Struct, frozen=True, kw_only=True):
    """A row of the table. `find`: the actions that it asks for now, none where it does not apply, which `when` tells.

    `done_when`: what makes one done, with the thing's name at `{}`. `of_thing`: another first thing is another action;
    else things are examples.
    """

    id: str
    urgency: Urgency
    find: Callable[[Situation], Iterable[Action]]
    when: str
    done_when: str
    of_thing: bool = False
