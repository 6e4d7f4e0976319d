"""Times that cannot be: replaced by the nearest known one, and counted, so that it can be told."""

from collections.abc import Mapping

from cli.git.graph.history import UNKNOWN, History


def settle_times(history: History, tagged: Mapping[int, int]) -> None:
    """Give every commit a usable time where any is near: its other one, its parents', its tag's, its children's.

    `tagged`: the time of a commit's annotated tag, by the commit's number; a release on a commit without a time is
    not before one on its parent.
    """
    order = history.parents_first()
    made: dict[int, int] = {}
    for number in order:
        authored, committed = history.authored[number], history.committed[number]
        if UNKNOWN not in {authored, committed}:
            continue
        history.replaced += 1
        parents = [parent for parent in history.parents[number] or () if history.parents[parent] is not None]
        known = max(authored, committed)
        if known == UNKNOWN:
            before = (made.get(parent, history.committed[parent]) for parent in parents)
            known = made[number] = max(before, default=UNKNOWN)
        landed = max((tagged.get(parent, UNKNOWN) for parent in parents), default=UNKNOWN)
        landed = max([known, landed, *(history.committed[parent] for parent in parents)])
        history.authored[number] = _first_known(authored, known, tagged.get(number, UNKNOWN))
        history.committed[number] = _first_known(committed, authored, landed, tagged.get(number, UNKNOWN))
    _from_children(history, order)


def _first_known(*times: int) -> int:
    return next((time for time in times if time != UNKNOWN), UNKNOWN)


def _from_children(history: History, order: list[int]) -> None:
    """Roots with no time at all take that of a child."""
    for number in reversed(order):
        known = history.committed[number]
        if known == UNKNOWN:
            continue
        for parent in history.parents[number] or ():
            if history.parents[parent] is not None and history.committed[parent] == UNKNOWN:
                history.committed[parent] = history.authored[parent] = known
