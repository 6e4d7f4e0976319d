"""Incidents, blockers and challenges are runs: from an opening to the closing that belongs to it (domain: "runs")."""

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Generic, TypeVar

from msgspec import Struct

from shared.flywheel.facts.fact import (
    BlockerClosed,
    BlockerOpened,
    ChallengeOpened,
    ChallengeResolved,
    Fact,
    IncidentOpened,
    IncidentResolved,
)
from shared.flywheel.facts.openings import CLOCKS
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import Run, TurnKey

F = TypeVar("F", bound=Fact)
T = TypeVar("T")
OPENINGS = (IncidentOpened, BlockerOpened, ChallengeOpened)
_CLOSINGS = (IncidentResolved, BlockerClosed, ChallengeResolved)
_ORDER = attrgetter("time", "key")


class Episode(Struct, Generic[F]):
    """One run of a name: when it opened and closed, the event that closed it, and all that belong to it, by time."""

    opened: int
    closed: int | None
    closing: F | None
    facts: list[F]


def _named(facts: Iterable[F], sort: str) -> dict[str, list[F]]:
    """Facts by the incident, blocker or challenge they speak of, each list by time."""
    groups: defaultdict[str, list[F]] = defaultdict(list)
    for fact in facts:
        groups[getattr(fact, sort)].append(fact)
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=_ORDER)
    return groups


def episodes(group: Sequence[F]) -> list[Episode[F]]:
    """The runs of one name, by time; `group`: its facts by time. Without an opening there is none.

    Each closing closes one run at most: the earliest run that it is not more than five minutes before. What else is
    said (further closings, reviews) belongs to the latest run opened at or before it, else to the first.
    """
    if (plain := _plain(group)) is not None:
        return [plain]
    opened: list[Episode[F]] = []
    closings = deque(fact for fact in group if isinstance(fact, _CLOSINGS))
    for fact in group:
        if not isinstance(fact, OPENINGS):
            continue
        last = opened[-1] if opened else None
        if last is not None and (last.closed is None or fact.time <= last.closed):
            last.facts.append(fact)
            continue
        while closings and closings[0].time < fact.time - CLOCKS:
            closings.popleft()
        closing = closings.popleft() if closings else None
        closed = None if closing is None else max(closing.time, fact.time)
        opened.append(Episode(fact.time, closed, closing, [fact]))
    return _with_the_rest(opened, group) if opened else []


def _plain(group: Sequence[F]) -> Episode[F] | None:
    """The run of an opening alone, or with its closing after it, as most are."""
    opening, closing = group[0], group[1] if len(group) > 1 else None
    if len(group) > 2 or not isinstance(opening, OPENINGS):
        return None
    if closing is None:
        return Episode(opening.time, None, None, [opening])
    return Episode(opening.time, closing.time, closing, [*group]) if isinstance(closing, _CLOSINGS) else None


def _with_the_rest(opened: list[Episode[F]], group: Sequence[F]) -> list[Episode[F]]:
    """Add to each run its closing, and whatever else is said of it."""
    by_closing = {each.closing.key: each for each in opened if each.closing is not None}
    starts = [each.opened for each in opened]
    for fact in group:
        if not isinstance(fact, OPENINGS):
            latest = opened[max(0, bisect_right(starts, fact.time) - 1)]
            by_closing.get(fact.key, latest).facts.append(fact)
    for each in opened:
        each.facts.sort(key=_ORDER)
    return opened


def turns_of(group: Sequence[Fact], membership: Membership) -> tuple[TurnKey, ...]:
    """The turns that any fact of a run belongs to."""
    if len(group) == 1:
        return membership.turns(group[0].idea, group[0].feature)
    named = {(fact.idea, fact.feature) for fact in group if fact.idea is not None or fact.feature is not None}
    if len(named) == 1:
        return membership.turns(*named.pop())
    return tuple(sorted({turn for names in named for turn in membership.turns(*names)}))


Known = dict[str, tuple[Sequence[Fact], T]]
"""By name the facts that speak of it, and what folds made of them."""


def of_each_name(facts: Iterable[F], sort: str, known: Known[T], make: Callable[[str, Sequence[F]], T]) -> Iterator[T]:
    """What is made of the facts that speak of each incident, blocker or challenge.

    `known` is read and added to: what is made of the same is made once for many folds. Only which turns a feature
    means is up to each.
    """
    for name, group in _named(facts, sort).items():
        before = known.get(name)
        if before is not None and before[0] == group:
            yield before[1]
            continue
        made = make(name, group)
        if (before is None or len(before[0]) < len(group)) and not any(map(_is_of_feature, group)):
            known[name] = group, made
        yield made


def _is_of_feature(fact: Fact) -> bool:
    return fact.idea is None and fact.feature is not None


def runs(facts: Iterable[F], sort: str, membership: Membership, known: Known[list[Run]]) -> tuple[Run, ...]:
    """Blockers or challenges by time of opening; one without an opening does not exist."""

    def made(name: str, group: Sequence[F]) -> list[Run]:
        return [
            Run(
                name=name,
                opened=each.opened,
                closed=each.closed,
                decision=each.closing.decision if isinstance(each.closing, ChallengeResolved) else None,
                turns=turns_of(each.facts, membership),
                keys=tuple(fact.key for fact in each.facts),
            )
            for each in episodes(group)
        ]

    of_all_names = [run for of_name in of_each_name(facts, sort, known, made) for run in of_name]
    return tuple(sorted(of_all_names, key=attrgetter("opened", "name")))
