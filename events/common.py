"""The fields that every detail has, and the building blocks of the contracts (domain: "Events")."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

Identifier = Annotated[str, Meta(min_length=1, max_length=128, description="Stable across redeliveries.")]
Name = Annotated[str, Meta(min_length=1, max_length=256)]
Moment = Annotated[
    datetime,
    Meta(
        tz=True,
        description="RFC 3339 with an offset: when it happened, not when it was sent.",
        extra_json_schema={"pattern": r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)$"},
    ),
]
Share = Annotated[float, Meta(ge=0, le=1)]
Whole = Annotated[int, Meta(ge=-(2**53), le=2**53)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Amount = Annotated[float, Meta(ge=0)]


class FieldError(ValueError):
    """A rule that types cannot express does not hold; `field` is the one to mend, empty for the whole object."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(f"{field}: expected {expected}")
        self.field = field
        self.expected = expected


class Detail(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The fields common to every detail. Unknown extra fields are allowed and ignored; only their names are kept.

    `contract` is the version of the model: fields may be added to one, a change of meaning makes the next.
    """

    contract: ClassVar[int] = 1
    is_final: ClassVar[bool] = False
    """Whether nobody can correct or take back an event of this kind, its own sender neither."""

    id: Identifier
    time: Moment
    flywheel: Name | None = None
    service: Name | None = None
    idea: Name | None = None
    feature: Name | None = None
    url: str | None = None
    revision: Annotated[int, Meta(ge=1, le=2**31 - 1)] = 1

    def __post_init__(self) -> None:
        require_utc("time", self.time)


def require_utc(field: str, moment: datetime) -> None:
    """Raise FieldError for a moment of the first or last hours of the calendar that UTC cannot express."""
    if 1 < moment.year < 9999:
        return
    try:
        moment.astimezone(UTC)
    except OverflowError as error:
        raise FieldError(field, "a time between the years 1 and 9999 in UTC") from error


def require_idea_or_feature(detail: Detail) -> None:
    """Raise FieldError unless the detail names an idea or a feature."""
    if detail.idea is None and detail.feature is None:
        raise FieldError("idea", "a value here or in `feature`: one of the two is required")
