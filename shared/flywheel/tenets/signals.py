"""The evidence that signals are read from, and the reading that one gives."""

from collections.abc import Callable, Sequence
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Literal, TypeVar

from msgspec import Struct

from shared.flywheel.facts.fact import Fact, MapSubmitted
from shared.flywheel.wheel.membership import Membership, membership_of
from shared.flywheel.wheel.model import Turn, Wheel
from shared.flywheel.wheel.window import Window

if TYPE_CHECKING:
    from shared.flywheel.maps.contents import MapContents
    from shared.flywheel.maps.text import Answers
    from shared.flywheel.tenets.answers import SurveyResult
    from shared.flywheel.value.value import Value
    from shared.flywheel.wheel.leads import Leads
    from shared.flywheel.wheel.metrics import Metrics

F = TypeVar("F", bound=Fact)


class Reading(Struct, frozen=True):
    """A signal's value and how many events, components, turns or persons it stands on.

    `known`: whether anything was ever sent that it could be read from (`sent`), nothing was (`not_wired`), or it may
    not be told (`suppressed`). A value of None that was sent: there was nothing to count.
    """

    value: float | None
    n: int | None = None
    known: Literal["sent", "not_wired", "suppressed"] = "sent"


NOT_WIRED = Reading(None, None, "not_wired")
SUPPRESSED = Reading(None, None, "suppressed")


class Evidence:
    """A wheel and a window, with the flywheel's standing events by type. Events outside production are not here.

    What reads maps, surveys and value is loaded by who asks for it: an advance asks for titles and links alone.
    """

    def __init__(self, wheel: Wheel, window: Window) -> None:
        self.wheel = wheel
        self.window = window
        self.now = window.end
        self._maps: dict[str, tuple[MapSubmitted, ...]] = {}
        self._surveys: dict[str, SurveyResult | None] = {}

    def all(self, type_: type[F]) -> Sequence[F]:
        """Every event of a type in the memory, by time."""
        return self.wheel.all(type_)

    def inside(self, type_: type[F]) -> list[F]:
        """Those of the window."""
        return [fact for fact in self.all(type_) if self.window.holds(fact.time)]

    @property
    def leads(self) -> "Leads":
        """Change lead times of the window, negative ones too."""
        from shared.flywheel.figures.dora import lead_times  # noqa: PLC0415  as said above

        return lead_times(self.wheel, self.window)

    @property
    def membership(self) -> Membership:
        """The ideas that share features."""
        return membership_of(self.wheel)

    @cached_property
    def value(self) -> "Value":
        """Whether the turns mattered."""
        from shared.flywheel.value.value import Value  # noqa: PLC0415  as said above

        return Value(self.wheel, self.window)

    @property
    def metrics(self) -> "Metrics":
        """The metrics of the family, and what was measured of each."""
        return self.value.metrics

    @cached_property
    def turns(self) -> dict[tuple[str, str], Turn]:
        """Turns by what they are known by."""
        return {turn.identity: turn for turn in self.wheel.turns}

    def maps(self, sort: str) -> tuple[MapSubmitted, ...]:
        """The maps of a sort, by time."""
        if sort not in self._maps:
            self._maps[sort] = tuple(fact for fact in self.all(MapSubmitted) if fact.map == sort)
        return self._maps[sort]

    def newest_map(self, sort: str) -> MapSubmitted | None:
        """The newest map of a sort."""
        maps = self.maps(sort)
        return maps[-1] if maps else None

    def answers_of(self, submitted: MapSubmitted) -> "Answers | None":
        """The answers of a map, by the flywheel's bounds of stages; None of one of which only the time is known."""
        from shared.flywheel.maps.text import answers  # noqa: PLC0415  as said above

        contents = contents_or_none(submitted)
        return None if contents is None else answers(contents.as_map(), self.wheel.settings.map_stages)

    def survey(self, survey: str) -> "SurveyResult | None":
        """The publishable result of a survey."""
        from shared.flywheel.tenets.answers import result  # noqa: PLC0415  as said above

        if survey not in self._surveys:
            self._surveys[survey] = result(self.wheel, survey)
        return self._surveys[survey]


Read = Callable[[Evidence], Reading]


def contents_or_none(submitted: MapSubmitted) -> "MapContents | None":
    """The contents that were kept of a map; None of one recorded before anything was."""
    from shared.flywheel.maps.contents import contents_of  # noqa: PLC0415  for those that have any

    return None if submitted.contents is None else contents_of(submitted.contents)


def ratio(part: float, whole: float) -> float | None:
    """A part of a whole; None of nothing, and where the numbers sent leave what a double can hold."""
    value = part / whole if whole else None
    return value if value is not None and isfinite(value) else None


def share_of(part: int, n: int) -> Reading:
    """A share with the number of cases that it is of."""
    return Reading(ratio(part, n), n)
