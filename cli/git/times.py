"""Times that cannot be: replaced by the nearest known one, and counted, so that it can be told."""

from collections.abc import Mapping

from cli.git.history import UNKNOWN, History


def settle_times(history: History, tagged: Mapping[int, int]) -> None:
    """Give every commit a usable time where any is near: its other one, its parents', its tag's, its children's.

    `tagged`: the time of a commit's annotated tag, by the commit's number.
    """
    order = history.parents_first()
    for number in order:
        authored, committed = history.authored[number], history.committed[number]
        if UNKNOWN not in {authored, committed}:
            continue
        history.replaced += 1
        near = max(authored, committed)
        if near == UNKNOWN:
            near = max((history.committed[parent] for parent in history.parents[number] or ()), default=UNKNOWN)
        if near == UNKNOWN:
            near = tagged.get(number, UNKNOWN)
        history.authored[number] = near if authored == UNKNOWN else authored
        history.committed[number] = near if committed == UNKNOWN else committed
    _from_children(history, order)


def _from_children(history: History, order: list[int]) -> None:
    """Roots with no time at all take the earliest of their children's."""
    for number in reversed(order):
        known = history.committed[number]
        if known == UNKNOWN:
            continue
        for parent in history.parents[number] or ():
            if history.parents[parent] is not None and history.committed[parent] == UNKNOWN:
                history.committed[parent] = history.authored[parent] = known
