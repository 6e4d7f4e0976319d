"""Facts sorted out once for folds as of several moments; what was sorted out before, not again."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, Optional, TypeVar, overload

from shared.flywheel.facts.fact import ChangeRecorded, EventRetracted, Fact
from shared.flywheel.facts.identity import Versions, united
from shared.flywheel.facts.packed import Packed
from shared.flywheel.facts.stated import EVER, Events, Owners, Stated, sorted_out
from shared.flywheel.facts.sums import Sum, Sums, Together, hash_of
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.finding import Deployments, Index
from shared.flywheel.wheel.incidents import IncidentRun
from shared.flywheel.wheel.model import Deployment, Run
from shared.flywheel.wheel.production import Cut, Production
from shared.flywheel.wheel.runs import Known
from shared.flywheel.wheel.turns import Closed

T = TypeVar("T")


class Made:
    """What folds have made of one flywheel, for those that are to make the same of the same."""

    def __init__(self) -> None:
        self.closed: Closed = {}
        """The turns that they found closed."""
        self.incidents: Known[list[IncidentRun]] = {}
        self.blockers: Known[list[Run]] = {}
        self.challenges: Known[list[Run]] = {}
        self._index: Index | None = None

    def indexed(self, united: Iterable[Deployment]) -> Deployments:
        """Deployments as folds find them; those that are the first of a later moment's, by what is known of these."""
        deployments = Deployments(united, self._index)
        self._index = deployments.index
        return deployments


class SortedOut:
    """Events as some settings sort them out."""

    def __init__(
        self, events: Stated, settings: Settings, base: Optional["SortedOut"] = None, moved: Sequence[Fact] = ()
    ) -> None:
        """`base`: others that were sorted out before, to which these come; `moved`: those of them that are no more."""
        self.settings = settings
        self._base = base
        self._moved = moved
        self._more = Stated({}, []) if base is None else events
        self.stated: Stated = events
        if base is not None:
            self.stated = base.stated.without({fact.key for fact in moved}).and_of(events)
        self.made: defaultdict[str, Made] = defaultdict(Made) if base is None else base.made
        self._productions: dict[str, Production] = {}
        self._sums: dict[str, int] = {}

    def deploying(self, flywheel: str, after: int, until: int, gone: Sequence[Fact], followers: Events) -> Cut:
        """The deployments of a flywheel from its events with after < time ≤ until, without those gone.

        `followers`: its events that do not state it.
        """
        more = self._more.of(flywheel).between(after, until, {fact.key for fact in gone})
        production = (self._base or self).production(flywheel)
        return production.between(after, until, [*gone, *self._moved], more.and_of(followers))

    def sum_of(self, flywheel: str, after: int, until: int, gone: Sequence[Fact], followers: Events) -> int:
        """The sum of the hashes of the same events, recorded changes left out."""
        base = self._base or self
        known = base.stated.of(flywheel)
        less = {id(fact): fact for fact in (*gone, *self._moved) if after < fact.time <= until}
        more = self._more.of(flywheel).between(after, until, {fact.key for fact in gone}).and_of(followers)
        beyond = _sum(known.between(-EVER, after)) + _sum(known.between(until, EVER))
        total = base.sum(flywheel) - beyond + _sum(more)
        return total - sum(hash_of(fact) for fact in less.values() if known.holds(fact) and not _is_change(fact))

    def sum(self, flywheel: str) -> int:
        """The sum of the hashes of all events that state a flywheel, recorded changes left out; made once."""
        if flywheel not in self._sums:
            self._sums[flywheel] = _sum(self.stated.of(flywheel))
        return self._sums[flywheel]

    def production(self, flywheel: str) -> Production:
        """The deployments of the events that state a flywheel, made once."""
        if flywheel not in self._productions:
            self._productions[flywheel] = Production(self.stated.of(flywheel), self.settings)
        return self._productions[flywheel]


def _is_change(fact: Fact) -> bool:
    return type(fact) is ChangeRecorded


def _sum(events: Events) -> int:
    return sum(sum(map(hash_of, facts)) for type_, facts in events.by_type.items() if type_ is not ChangeRecorded)


class Moments(Sequence[Fact]):
    """Facts that are folded as of several moments, under the same settings: what such folds share is made once."""

    def __init__(
        self, facts: Iterable[Fact], base: Optional["Moments"] = None, alone: Sequence[Sequence[Fact]] = ()
    ) -> None:
        """`base`: those that the facts begin with, if folds of these were made before; `alone`, where there is no base:
        some more, as `united` takes them, none of them copied.
        """
        self._facts = [*facts]
        self._alone = alone
        self._base = base
        self._once: dict[tuple[object, ...], Any] = {}
        self._sorted_out: SortedOut | None = None

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> "Moments":
        """These facts; where whoever asks has shared them before, as they are."""
        return facts if isinstance(facts, cls) else cls(facts)

    def __iter__(self) -> Iterator[Fact]:
        return chain(self._facts, *self._alone)

    def __len__(self) -> int:
        return len(self._facts) + sum(map(len, self._alone))

    @overload
    def __getitem__(self, place: int) -> Fact: ...

    @overload
    def __getitem__(self, place: slice) -> list[Fact]: ...

    def __getitem__(self, place: int | slice) -> Fact | list[Fact]:
        return ([*self] if self._alone else self._facts)[place]

    def once(self, of: tuple[object, ...], make: Callable[[], T]) -> T:
        """What is made of these facts, made once for all who ask for the same."""
        if of not in self._once:
            self._once = {of: make()}
        made: T = self._once[of]
        return made

    @cached_property
    def versions(self) -> Versions:
        """The highest version of every event."""
        if self._base is not None:
            return self._base.versions.and_of(self[len(self._base) :])
        return united(self._facts, self._alone)

    @cached_property
    def sums(self) -> Sum:
        """Sums by time of every version of every event."""
        if self._base is None:
            return Sums(self.versions.all)
        before, fresh = self._base, self._fresh
        return Together((before.sums, Sums(self.versions.of(fresh))), (Sums(before.versions.of(fresh)),))

    def sorted_out(self, settings: Settings) -> SortedOut:
        """The highest versions, retractions left out; made once."""
        if self._sorted_out is None or self._sorted_out.settings != settings:
            survivors, lists = self.versions.survivors, [each for each in self._alone if not isinstance(each, Packed)]
            highest = (
                chain(survivors.values(), *lists) if self._base is None else map(survivors.__getitem__, self._fresh)
            )
            events = sorted_out(
                (fact for fact in highest if type(fact) is not EventRetracted),
                Owners(settings),
                (each for each in self._alone if isinstance(each, Packed)),
            )
            if self._base is None:
                self._sorted_out = SortedOut(events, settings)
            else:
                known = self._base.versions.survivors
                moved = [known[key] for key in self._fresh if key in known]
                self._sorted_out = SortedOut(events, settings, self._base.sorted_out(settings), moved)
        return self._sorted_out

    @cached_property
    def _fresh(self) -> frozenset[int]:
        """The keys of what came to the base."""
        return frozenset(fact.key for fact in self[0 if self._base is None else len(self._base) :])
