"""Incidents, blockers and challenges run from the earliest opening to the earliest closing not before it."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import TypeVar

from shared.flywheel.facts import (
    BlockerClosed,
    BlockerOpened,
    ChallengeOpened,
    ChallengeResolved,
    Fact,
    IncidentOpened,
    IncidentResolved,
)
from shared.flywheel.membership import Membership
from shared.flywheel.model import Run, TurnKey

F = TypeVar("F", bound=Fact)
_ORDER = attrgetter("time", "key")


def named(facts: Iterable[F], sort: str) -> dict[str, list[F]]:
    """Facts by the incident, blocker or challenge they speak of, each list by time."""
    found: dict[str, list[F]] = {}
    for fact in facts:
        found.setdefault(getattr(fact, sort), []).append(fact)
    for group in found.values():
        if len(group) > 1:
            group.sort(key=_ORDER)
    return found


def opening(group: list[F]) -> F | None:
    """The earliest opening among the facts of one run, which are sorted by time."""
    return next((fact for fact in group if isinstance(fact, IncidentOpened | BlockerOpened | ChallengeOpened)), None)


def closing(group: list[F], opened: int) -> F | None:
    """The earliest closing not before the opening."""
    closings = (fact for fact in group if isinstance(fact, IncidentResolved | BlockerClosed | ChallengeResolved))
    return next((fact for fact in closings if fact.time >= opened), None)


def turns_of(group: Sequence[Fact], membership: Membership) -> tuple[TurnKey, ...]:
    """The turns that any fact of a run belongs to."""
    named = {(fact.idea, fact.feature) for fact in group if fact.idea is not None or fact.feature is not None}
    if len(named) < 2:
        return membership.turns(*next(iter(named))) if named else ()
    return tuple(sorted({turn for names in named for turn in membership.turns(*names)}))


def runs(groups: Mapping[str, list[F]], membership: Membership) -> tuple[Run, ...]:
    """Blockers or challenges by time of opening; one without an opening does not exist."""
    found = []
    for name, group in groups.items():
        first = opening(group)
        if first is None:
            continue
        last = closing(group, first.time)
        found.append(
            Run(
                name=name,
                opened=first.time,
                closed=None if last is None else last.time,
                decision=last.decision if isinstance(last, ChallengeResolved) else None,
                turns=turns_of(group, membership),
                keys=tuple(fact.key for fact in group),
            )
        )
    return tuple(sorted(found, key=attrgetter("opened", "name")))
