"""The model that a fold makes of facts: deployments, incidents, turns and the wheel that holds them."""

from array import array
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence, Set
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, Protocol, TypeVar, cast

from msgspec import Struct

from shared.flywheel.facts.fact import Fact, GoalSet, MetricDefined, MetricMeasured, OutcomeRecorded
from shared.flywheel.facts.stated import Chained, Events, without
from shared.flywheel.moments import HOUR
from shared.flywheel.settings.values import FlywheelSettings
from shared.flywheel.wheel.leads import Leads
from shared.flywheel.wheel.recorded_changes import Carried

T = TypeVar("T")
F = TypeVar("F", bound=Fact)
Phase = Literal[1, 2, 3, 4]
PHASES: tuple[Phase, ...] = (1, 2, 3, 4)
Result = Literal["met", "missed", "learned"]
Evidence = Literal["explicit", "inferred", "none"]
TurnKey = tuple[Literal["idea", "feature"], str]
"""A turn's identity: an idea and a feature of the same name are two turns."""

_WIDTH = 8

ROLLOUT = 4 * HOUR
"""So long before its end a deployment counts as begun at most, whenever it says that it started."""


class Deployment(Struct, frozen=True, gc=False):
    """All production events of one (`service`, `name`). Times in microseconds; commit columns run in step.

    `events`: how many it was made of, `columns`: what `columns_of` lays together, as there are many deployments.
    `started`: the earliest start that any of them states. `carried`: the recorded commits of one that states none.
    """

    service: str
    name: str
    time: int
    outcome: str
    nature: str
    repository: str | None
    head: int | None
    events: int
    columns: bytes
    commit_ideas: tuple[tuple[str, ...], ...]
    names: tuple[tuple[TurnKey, str | None], ...]
    remediates: tuple[str, ...]
    started: int | None = None
    carried: Carried | None = None

    @property
    def keys(self) -> tuple[int, ...]:
        """The events that it was made of."""
        return tuple(array("Q", self.columns[: _WIDTH * self.events]))

    @property
    def commits(self) -> int:
        """How many commits it carries."""
        return (len(self.columns) // _WIDTH - self.events) // 2 if self.carried is None else len(self.carried.shas)

    @property
    def shas(self) -> Sequence[int]:
        """Its commits."""
        return array("Q", self._columns[0]) if self.carried is None else self.carried.shas

    @property
    def commit_times(self) -> Sequence[int | None]:
        """Their times; one of a head-only deployment that no one recorded has none."""
        return array("q", self._columns[1]) if self.carried is None else self.carried.times

    @property
    def _columns(self) -> tuple[bytes, bytes]:
        first = _WIDTH * self.events
        second = (first + len(self.columns)) // 2
        return self.columns[first:second], self.columns[second:]

    @property
    def effective(self) -> bool:
        """Whether it took effect: `succeeded`, or `rolled_back` afterwards."""
        return self.outcome != "failed"

    @property
    def begun(self) -> int:
        """From when on an incident may be its doing: a planned one's rollout counts, at most 4 h of it."""
        if self.nature != "planned" or self.started is None:
            return self.time
        return max(min(self.started, self.time), self.time - ROLLOUT)

    @property
    def order(self) -> tuple[int, str, str]:
        """By time, then name, then service: the order in which deployments of a flywheel happened."""
        return (self.time, self.name, self.service)


def columns_of(keys: Sequence[int], shas: Sequence[int], times: Sequence[int]) -> bytes:
    """The keys of a deployment's events, then the commits that these tell and their times."""
    return array("Q", keys).tobytes() + array("Q", shas).tobytes() + array("q", times).tobytes()


Link = Literal["explicit", "inferred", "external", "unlinked"]


class Run(Struct, frozen=True, gc=False):
    """One run of a blocker or challenge: from an opening to the closing that belongs to it."""

    name: str
    opened: int
    closed: int | None
    decision: str | None
    turns: tuple[TurnKey, ...]
    keys: tuple[int, ...]


class Incident(Struct, frozen=True, gc=False):
    """An incident, the deployments (places in `Wheel.deployments`) that it came from, and how that is known."""

    name: str
    opened: int
    closed: int | None
    turns: tuple[TurnKey, ...]
    link: Link
    deployments: tuple[int, ...]
    keys: tuple[int, ...]


class PhaseOfTurn(Struct, frozen=True):
    """One phase of a turn. `hours` is None where unobserved or still running."""

    entered_at: datetime | None
    hours: float | None
    evidence: Evidence


class Turn(Struct, frozen=True):
    """One idea (or feature) on its way through the four phases.

    `closes_at`: when an open released turn will be delivered if nothing else happens; None where that is unknown.
    `decided_at`: when a stop by withdrawal was decided, which is later than its close; else None.
    `deployments`: places in `Wheel.deployments` of those linked, by how; `keys`: the events that it was made of.
    `outcome`: the latest that was recorded of it, also long after its close.
    """

    turn: str
    key: Literal["idea", "feature"]
    state: Literal["open", "delivered", "stopped"]
    phase: Phase | None
    started_at: datetime | None
    released_at: datetime | None
    closed_at: datetime | None
    closes_at: datetime | None
    turn_time_hours: float | None
    time_to_value_hours: float | None
    basis: Literal["idea", "first_commit"] | None
    weight: float | None
    completeness: float
    phases: Mapping[int, PhaseOfTurn]
    title: str | None = None
    explicit: tuple[int, ...] = ()
    inferred: tuple[int, ...] = ()
    incidents: tuple[int, ...] = ()
    blind: bool = False
    keys: tuple[int, ...] = ()
    follows: str | None = None
    outcome: OutcomeRecorded | None = None
    decided_at: datetime | None = None

    @property
    def result(self) -> Result | None:
        """The result of the turn, in a word; None while nobody has said."""
        return None if self.outcome is None else cast("Result", self.outcome.result)

    @property
    def identity(self) -> TurnKey:
        """The key of the turn."""
        return (self.key, self.turn)

    @property
    def deployments(self) -> tuple[int, ...]:
        """Places in `Wheel.deployments` of all that are linked."""
        return (*self.explicit, *self.inferred)


class Definition(Struct, frozen=True, gc=False):
    """A metric's definition from its time on."""

    time: int
    key: int
    metric: str
    role: str
    unit: str | None
    target: float | None
    direction: str


class Tally(Struct, frozen=True):
    """The events that a fold counted and those that it left out, by reason (domain: "The receipt"); keys of events."""

    counted: Collection[int]
    excluded: Mapping[str, tuple[int, ...]]


class Sheet(Struct, frozen=True, gc=False):
    """One anonymous answer sheet of a flywheel of the family."""

    survey: str
    time: int
    flywheel: str
    answers: tuple[int | None, ...]
    key: int
    conflicting: bool = False
    """One of several different sheets of one identity: one may have been published; none is, nor what went with it."""


Purpose = GoalSet | MetricDefined


class Family(Struct, frozen=True, dict=True):
    """The tree that a flywheel stands in: (id, parent) with each after its parent, and every answer sheet in it.

    `survey_days`: over which window surveys are published, whatever window is asked for; `purposes`: the goals and
    the metrics that events of each member tell, `measured`: the measurements, each by time; `confined`: the members
    that a measurement of a restricted sender may reach, by the key of its event.
    """

    members: tuple[tuple[str, str | None], ...]
    sheets: tuple[Sheet, ...]
    survey_days: float
    purposes: Mapping[str, tuple[Purpose, ...]] = {}
    measured: Mapping[str, Sequence[MetricMeasured]] = {}
    confined: Mapping[int, frozenset[str]] = {}

    def scope_of(self, flywheel: str) -> tuple[str, ...]:
        """A member, then its parent, and so on up to the root."""
        way = [flywheel]
        while (parent := self._parents.get(way[-1])) is not None and parent not in way:
            way.append(parent)
        return tuple(way)

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        return dict(self.members)


class Past(Protocol):
    """A flywheel as of earlier moments, over the events that stand at a later one."""

    def at(self, time: int) -> "Wheel":
        """The wheel as of a moment, microseconds, without family, children and kin."""


class Receipts(Protocol):
    """The receipts of a fold, made for whom asks."""

    def sum(self) -> int:
        """The sum of the hashes (`facts.sums`) of the flywheel's events, without recorded changes."""

    def tally(self) -> Tally:
        """The events that the fold counted and those that it left out."""


class Wheel(Struct, frozen=True, dict=True):
    """One flywheel as its events up to `as_of` show it: what every figure is computed from. Times in microseconds.

    `leads`: the lead times of the deployments at some places; `failed`: places of those that are failed changes;
    `mends`: for a deployment the places of those that it remediates; `calm`: time and key of every challenge resolved,
    map submitted and incident reviewed; `outside`: keys of the events that are not of production; `children`: the
    wheels of the flywheels whose parent this is, each with its own; `kin`: those of the family who name an input metric
    that this one names too; `past`: the same flywheel as of earlier moments.
    """

    flywheel: str
    as_of: datetime
    settings: FlywheelSettings
    first_event: int | None
    turns: tuple[Turn, ...]
    deployments: tuple[Deployment, ...]
    leads: Callable[[range], Leads]
    failed: frozenset[int]
    mends: Mapping[int, tuple[int, ...]]
    incidents: tuple[Incident, ...]
    blockers: tuple[Run, ...]
    challenges: tuple[Run, ...]
    definitions: tuple[Definition, ...]
    measurements: Sequence[MetricMeasured]
    calm: tuple[tuple[int, int], ...]
    goals: int
    receipts: Receipts
    outside: Set[int]
    events: Events
    family: Family
    past: Past
    children: tuple["Wheel", ...] = ()
    kin: tuple["Wheel", ...] = ()

    @cached_property
    def tally(self) -> Tally:
        """The events that were counted and those that were left out."""
        return self.receipts.tally()

    @property
    def facts(self) -> Chained:
        """Its standing events, type by type."""
        return self.events.all

    def all(self, type_: type[F]) -> Sequence[F]:
        """Its standing events of a type by time, those outside production left out."""
        facts = self.events.by_type.get(type_, [])
        return facts if not self.outside else self.once(type_, lambda: without(facts, self.outside))

    def once(self, of: Hashable, make: Callable[[], T]) -> T:
        """What is made of this wheel, made once for all who ask for the same; it must not lead back to the wheel."""
        if of not in self._made:
            self._made[of] = make()
        made: T = self._made[of]
        return made

    @cached_property
    def _made(self) -> dict[Hashable, Any]:
        return {}
