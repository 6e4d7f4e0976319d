"""What every detail has, and the building blocks of the contracts (domain: "Events")."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

PUBLISHER = "flywheel"
"""The source of what the system itself publishes; producers may not use it."""

Identifier = Annotated[str, Meta(min_length=1, max_length=128, description="Stable across redeliveries.")]
Name = Annotated[str, Meta(min_length=1, max_length=256)]
Moment = Annotated[
    datetime, Meta(tz=True, description="RFC 3339 with an offset: when it happened, not when it was sent.")
]
Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]
Amount = Annotated[float, Meta(ge=0)]


class FieldError(ValueError):
    """A rule over several fields does not hold; says which field, what stood there and what was expected."""

    def __init__(self, field: str, value: Any, expected: str) -> None:
        super().__init__(f"{field}: got {value!r}, expected {expected}")
        self.field = field
        self.value = value
        self.expected = expected


class Detail(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The fields common to every detail. Unknown extra fields are allowed, kept in the log and ignored."""

    id: Identifier
    time: Moment
    flywheel: Name | None = None
    service: Name | None = None
    idea: Name | None = None
    feature: Name | None = None
    url: str | None = None
    revision: Annotated[int, Meta(ge=1, le=2**31 - 1)] = 1


def require_idea_or_feature(detail: Detail) -> None:
    """Raise FieldError unless the detail names an idea or a feature."""
    if detail.idea is None and detail.feature is None:
        raise FieldError("idea", None, "an `idea` or a `feature`")
