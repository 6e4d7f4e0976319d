"""The values of a history: series by week, curves, turns, maps, children. Times are aware UTC; the unknown is None."""

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

WEEKS = 26
"""So many weeks a board looks back."""


class Point(Struct, frozen=True, array_like=True):
    """A value at a time."""

    at: datetime
    value: float


class Level(Struct, frozen=True, kw_only=True):
    """A figure over a whole window: its value, how many cases it stands on, and its natural variation.

    `low` and `high`: where eight of ten weeks fall while nothing changes: the Wilson interval of a share, the Poisson
    one of a count a week, the 10th and 90th percentile of times. None where there is no value.
    """

    start: datetime
    end: datetime
    value: float | None
    n: int
    count: int | None = None
    low: float | None = None
    high: float | None = None


class Span(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A figure in one span of the series: `(end − weeks, end]`. `low`, `high`: the Wilson 95% interval of a share."""

    end: datetime
    value: float | None = None
    n: int = 0
    low: float | None = None
    high: float | None = None


class Series(Struct, frozen=True, kw_only=True):
    """One figure of the catalogue over the weeks, oldest first, in its own unit.

    `weeks`: how many one span covers: shares and recoveries are too few in a single week. `before`, `now`: the window
    before and the window itself.
    """

    weeks: int
    spans: tuple[Span, ...]
    before: Level
    now: Level


class Momentum(Struct, frozen=True, kw_only=True):
    """Momentum of deliveries and of value over the weeks: the corners of two curves that fall between pushes."""

    releases: tuple[Point, ...]
    value: tuple[Point, ...]


class MetricHistory(Struct, frozen=True, kw_only=True):
    """A metric of the scope: the newest measurement of each week. `shared`: its owner lets others show its value."""

    metric: str
    of: str
    owner: str
    shared: bool
    points: tuple[Point, ...]


class Hold(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A blocker that holds a turn. `until` None: it still does."""

    blocker: str
    since: datetime
    until: datetime | None = None
    title: str | None = None
    url: str | None = None
    turns: tuple[str, ...] = ()
    """The turns that it names; left out where it is one turn's own."""


class Moment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event on the way of a turn, in words of the domain. `failed`: it asks for attention."""

    at: datetime
    phase: Literal[1, 2, 3, 4] | None
    text: str
    failed: bool = False


class TurnHistory(Struct, frozen=True, kw_only=True):
    """A turn of the report by its title, what held it, and what happened on its way."""

    turn: str
    key: Literal["idea", "feature"]
    title: str | None
    url: str | None
    holds: tuple[Hold, ...]
    moments: tuple[Moment, ...]
    bet: dict[str, Any] | None = None
    """Its entry among the report's bets, whenever it was released; None of one that bets on no input."""


class MapComponent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A component of a map by its maturity, 0 to 1: now, on the map before, and where it is expected to go."""

    name: str
    now: float | None = None
    was: float | None = None
    foreseen: float | None = None
    inertia: bool = False
    fate: Literal["stays", "new", "gone"] = "stays"


class MapHistory(Struct, frozen=True, kw_only=True):
    """The newest map of a sort beside the one before it. `bounds`: the maturities at which the stages begin."""

    submitted_at: datetime
    before_at: datetime | None
    bounds: tuple[float, float, float]
    components: tuple[MapComponent, ...]


class PhaseNow(Struct, frozen=True, kw_only=True):
    """A phase on the wheel: the median share of a turn's time (None: too few to tell), open turns, and those held."""

    share: float | None
    open: int
    held: int


class Changed(Struct, frozen=True, kw_only=True):
    """A figure of a child that changed beyond chance."""

    figure: str
    before: float | None
    now: float | None
    verdict: str


class ChildHistory(Struct, frozen=True, kw_only=True):
    """A child of an organisation, in the order of the configuration: what its part of the page draws."""

    flywheel: str
    name: str
    momentum: Momentum
    phases: tuple[PhaseNow, ...]
    results: tuple[str, ...]
    """Of each turn closed in the window, oldest first: met, missed, learned, unknown or stopped."""
    changed: tuple[Changed, ...]
    tested: int
    tenets: tuple[str, ...]
    """The status of each of the twelve."""
    north_star: dict[str, Any] | None
    north_star_shared: bool
    stalled: int


class Advised(Struct, frozen=True, kw_only=True):
    """The action that the digest before advised, and what became of it."""

    at: datetime
    text: str
    became: Literal["done", "still"]
    how: str


class Place(Struct, frozen=True, kw_only=True):
    """A flywheel by id and name."""

    id: str
    name: str


class History(Struct, frozen=True, kw_only=True):
    """All that a board draws and the report does not hold. JSON by msgspec, both ways."""

    flywheel: str
    name: str
    kind: str
    vocabulary: str
    time_zone: str
    certainty: float
    soak_days: float
    bet_days: float
    as_of: datetime
    window_start: datetime
    above: tuple[Place, ...]
    """Its parent, then that one's, and so on."""
    weeks: tuple[datetime, ...]
    """The ends of the 26 weeks, oldest first; the last is as_of."""
    series: dict[str, Series]
    """By path in the catalogue."""
    momentum: Momentum
    metrics: tuple[MetricHistory, ...]
    phases: tuple[PhaseNow, ...]
    turns: tuple[TurnHistory, ...]
    """Those that were open in the weeks, by start; the newest where they are many."""
    before: dict[str, Any]
    """What stood at the path of each tested figure one window earlier: a number, a distribution or a share."""
    holds: tuple[Hold, ...]
    """The blockers that are open, the oldest first."""
    maps: dict[str, MapHistory]
    children: tuple[ChildHistory, ...] = ()
    advised: Advised | None = None

    @property
    def start(self) -> datetime:
        """The beginning of the first week."""
        return self.weeks[0] - (self.weeks[1] - self.weeks[0])
