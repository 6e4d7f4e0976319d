"""The flywheel that a report is of, where none was named."""

from collections.abc import Sequence

from cli.failure import WrongInputError
from cli.terminal import say
from shared.flywheel.settings.values import UNASSIGNED

_LISTED = 20


def chosen_flywheel(asked: str | None, known: Sequence[str]) -> str:
    """The one asked for; else the only one that events or settings name; else what no flywheel owns."""
    if asked is not None:
        if asked not in {*known, UNASSIGNED}:
            say(
                f"--flywheel: neither an event nor the configuration names {asked!r}; there are {_list(known)}",
                "warning",
            )
        return asked
    if len(known) > 1:
        raise WrongInputError(f"--flywheel: there are several, say which one: {_list(known)}")
    return known[0] if known else UNASSIGNED


def _list(names: Sequence[str]) -> str:
    more = len(names) - _LISTED
    return (", ".join(names[:_LISTED]) or f"none, only {UNASSIGNED}") + (f" and {more} more" if more > 0 else "")
