"""The flywheel that a report is of, where none was named."""

from collections.abc import Sequence
from difflib import get_close_matches

from cli.failure import WrongInputError
from cli.terminal import say
from shared.flywheel.settings.values import UNASSIGNED

_LISTED = 20


def chosen_flywheel(asked: str | None, known: Sequence[str]) -> str:
    """The one asked for; else the only one that events or settings name; else what no flywheel owns."""
    if asked is not None:
        _check(asked, known)
        return asked
    if len(known) > 1:
        raise WrongInputError(f"--flywheel: there are several, say which one: {_list(known)}")
    return known[0] if known else UNASSIGNED


def _check(asked: str, known: Sequence[str]) -> None:
    """Refuse a name that nothing knows, with the nearest that something does; before the first event all are new."""
    if asked in {*known, UNASSIGNED}:
        return
    nameless = f"--flywheel: neither an event nor the configuration names {asked!r}"
    if not known:
        say(f"{nameless}, nor any other flywheel", "warning")
        return
    near = get_close_matches(asked, known, n=1)
    raise WrongInputError(f"{nameless}; " + (f"did you mean {near[0]}?" if near else f"expected {_list(known)}"))


def _list(names: Sequence[str]) -> str:
    more = len(names) - _LISTED
    return (", ".join(names[:_LISTED]) or f"none, only {UNASSIGNED}") + (f" and {more} more" if more > 0 else "")
