"""Incidents, blockers and challenges run from the earliest opening to the earliest closing not before it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import TypeVar

from shared.flywheel.facts.fact import (
    BlockerClosed,
    BlockerOpened,
    ChallengeOpened,
    ChallengeResolved,
    Fact,
    IncidentOpened,
    IncidentResolved,
)
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import Run, TurnKey

F = TypeVar("F", bound=Fact)
_ORDER = attrgetter("time", "key")
_OPENINGS = (IncidentOpened, BlockerOpened, ChallengeOpened)
_CLOSINGS = (IncidentResolved, BlockerClosed, ChallengeResolved)


def named(facts: Iterable[F], sort: str) -> dict[str, list[F]]:
    """Facts by the incident, blocker or challenge they speak of, each list by time."""
    found: defaultdict[str, list[F]] = defaultdict(list)
    for fact in facts:
        found[getattr(fact, sort)].append(fact)
    for group in found.values():
        if len(group) > 1:
            group.sort(key=_ORDER)
    return found


def opening(group: list[F]) -> F | None:
    """The earliest opening among the facts of one run, which are sorted by time."""
    for fact in group:
        if isinstance(fact, _OPENINGS):
            return fact
    return None


def closing(group: list[F], opened: int) -> F | None:
    """The earliest closing not before the opening."""
    for fact in group:
        if fact.time >= opened and isinstance(fact, _CLOSINGS):
            return fact
    return None


def turns_of(group: Sequence[Fact], membership: Membership) -> tuple[TurnKey, ...]:
    """The turns that any fact of a run belongs to."""
    if len(group) == 1:
        return membership.turns(group[0].idea, group[0].feature)
    named = {(fact.idea, fact.feature) for fact in group}
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
