"""Phase 2, challenge and landscape: challenges, maps, surveys, blockers and rituals."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from events.common import Detail, Name


class ChallengeOpened(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """An idea is put up for challenge."""

    challenge: Name
    kind: Literal["review", "rfc", "adr", "map", "experiment", "premortem"] | None = None
    challenger: Annotated[str | None, Meta(description="Opaque; stored as a keyed hash.")] = None
    title: str | None = None


class ChallengeResolved(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """The decision of a challenge."""

    challenge: Name
    decision: Literal["proceed", "change", "stop"]


class MapSubmitted(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """A Wardley map as OnlineWardleyMaps text."""

    map: Literal["market", "organisation", "solution", "emerging_value"]
    text: str


class SurveyAnswered(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """One anonymous answer sheet: no respondent, a random id, the time cut to the day; final once it is sent."""

    is_final: ClassVar[bool] = True
    survey: Literal["psychological_safety", "westrum", "developer_experience", "alignment"]
    answers: list[Annotated[int, Meta(ge=1, le=7)] | None]


Category = Literal["approval", "dependency", "governance", "environment", "skills", "debt", "ownership"]


class BlockerOpened(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """Something stops a turn from moving."""

    blocker: Name
    category: Category | None = None
    title: str | None = None


class BlockerClosed(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """The blocker is gone."""

    blocker: Name
    category: Category | None = None


class RitualHeld(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """A ritual of the wheel took place, for example `whiteboard_walk` or `quarterly_planning`."""

    ritual: Name
