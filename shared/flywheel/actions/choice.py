"""The choice among a report's actions for a message, and the fate of what the digest before advised."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from shared.flywheel.actions.rules import rule_of

Listed = Mapping[str, Any]
"""An action as a report lists it."""
WORN = 4
"""An action that stands in the lists of so many digests in a row is worn: who reads it again learns nothing."""


class Advice(Struct, frozen=True):
    """The action that a digest advises, and the one that it passes over as worn, if it does."""

    action: Listed | None
    worn: Listed | None = None


def chosen(actions: Sequence[Listed], phase: int) -> Listed | None:
    """The action of a message to the persona of a phase (0: to everyone); None where there is nothing to do."""
    return next(iter(_for(actions, phase)), None)


def advice(lists: Sequence[Sequence[Listed]], phase: int) -> Advice:
    """The advice of a digest. `lists`: its own actions first, then those of the digests before it, newest first.

    What another rule says in the words of a worn action is as worn.
    """
    fit = _for(lists[0], phase)
    worn = {action["text"] for action in fit if is_worn(action, lists)}
    fresh = next((action for action in fit if action["text"] not in worn), None)
    if not fit or fresh is None or fresh is fit[0]:
        return Advice(fit[0] if fit else None)
    return Advice(fresh, worn=fit[0])


def is_worn(action: Listed, lists: Sequence[Sequence[Listed]]) -> bool:
    """True of an action that stands in the list of a digest and of the three before it."""
    return len(lists) >= WORN and all(is_listed(action, listed) for listed in lists[:WORN])


def is_listed(action: Listed, actions: Sequence[Listed]) -> bool:
    """True where a list has the action: by the same rule in the same phase, of the same thing where it is about one."""
    return any(_identity(each) == _identity(action) for each in actions)


def is_asked(action: Listed, actions: Sequence[Listed]) -> bool:
    """True where what an action asked for is asked for by a list: also of its thing among others, in any phase."""
    thing = _thing(action)
    return is_listed(action, actions) or any(
        each["rule"] == action["rule"] and thing is not None and thing in map(_key, each["things"]) for each in actions
    )


def _for(actions: Sequence[Listed], phase: int) -> list[Listed]:
    """Of the persona's phase, or broken now; all where there is none."""
    fit = [action for action in actions if action["phase"] == phase or action["urgency"] == 1]
    return fit if phase and fit else list(actions)


def _identity(action: Listed) -> tuple[Any, ...]:
    return (action["rule"], action["phase"], _thing(action))


def _thing(action: Listed) -> tuple[str, str] | None:
    """The thing that tells an action of its rule from another; None where things are examples."""
    return _key(action["things"][0]) if action["things"] and rule_of(action).of_thing else None


def _key(thing: Mapping[str, Any]) -> tuple[str, str]:
    return thing["kind"], thing["id"]
