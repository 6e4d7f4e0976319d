"""The tally of a fold: the events counted and left out, each once and for one reason (domain: "The receipt")."""

from collections.abc import Collection, Iterable, Iterator

from shared.flywheel.facts.assignment import Assignment
from shared.flywheel.facts.fact import EventRetracted, Fact
from shared.flywheel.facts.stated import Chained
from shared.flywheel.settings.values import UNASSIGNED
from shared.flywheel.wheel.model import Tally


class Ledger:
    """Takes the events of one flywheel, reason by reason. A retraction is in no figure, so not here either."""

    def __init__(self, assignment: Assignment, flywheel: str) -> None:
        self._assignment = assignment
        self._flywheel = flywheel
        self._excluded: dict[str, list[int]] = {}

    def leave_out(self, reason: str, facts: Iterable[Fact]) -> None:
        """Events of any flywheel, of which those of this one are left out."""
        own = (fact for fact in facts if self._assignment.of(fact) == self._flywheel)
        self._leave_out(reason, own)

    def leave_out_unmapped(self) -> None:
        """Events that no flywheel owns are left out of every report but that of the unassigned."""
        if self._flywheel != UNASSIGNED:
            self._excluded["unmapped"] = self._assignment.unmapped

    def tally(self, own: Chained, outside: Collection[int]) -> Tally:
        """`own`: the flywheel's standing events; `outside`: the keys of those that are not of production."""
        self._excluded["not_production"] = sorted(outside)
        return Tally(
            counted=_Counted(own, outside),
            excluded={reason: tuple(keys) for reason, keys in self._excluded.items() if keys},
        )

    def _leave_out(self, reason: str, facts: Iterable[Fact]) -> None:
        self._excluded[reason] = sorted(fact.key for fact in facts if type(fact) is not EventRetracted)


class _Counted(Collection[int]):
    """The keys of events, without some: most ask only how many they are."""

    def __init__(self, events: Chained, without: Collection[int]) -> None:
        self._events, self._without = events, without

    def __iter__(self) -> Iterator[int]:
        return (key for key in self._events.keys if key not in self._without)

    def __len__(self) -> int:
        return sum(1 for _ in self) if self._without else len(self._events)

    def __contains__(self, key: object) -> bool:
        return any(each == key for each in self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Counted) and [*self] == [*other]

    def __hash__(self) -> int:
        return hash(tuple(self))
