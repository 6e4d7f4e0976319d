"""The fact of a kind that has none of its own: the plain fields of its contract, and nothing that could not be kept."""

import zlib
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta, Struct

from events import Kind
from events.common import Detail, Name
from shared.flywheel.facts.derived import derived_fact, of_kind
from shared.flywheel.facts.fact import Fact
from shared.store.segments.pack import VERSION, UnknownKindError, pack, unpack
from tests.unit.domain.histories import History, facts_of


class Inner(Struct):
    """What no fact keeps."""

    value: int = 1


class Everything(Detail, kw_only=True, frozen=True):
    """A field of every sort."""

    kind: Literal["this", "that"] | None = None
    experiment: Name
    head: str | None = None
    share: Annotated[float, Meta(ge=0)] = 0.5
    count: int | None = None
    is_over: bool = False
    begun_at: datetime | None = None
    people: list[str] | None = None
    inner: Inner | None = None
    by_name: dict[str, int] | None = None
    repository: str | None = None


TYPE, values_of = derived_fact(Kind(63, "Everything Told", Everything))
BEGUN = datetime(2026, 3, 1, tzinfo=UTC)


def test_plain_fields_are_kept_by_the_names_of_the_contract() -> None:
    own = [field for field in TYPE.__struct_fields__ if field not in Fact.__struct_fields__]
    assert own == ["form", "experiment", "head", "share", "count", "is_over", "begun_at", "people"]

    detail = Everything(id="1", time=BEGUN, kind="this", experiment="e" * 256, begun_at=BEGUN, people=["a" * 900, "b"])
    assert values_of(detail) == ("this", "e" * 256, None, 0.5, None, False, 1772323200000000, ("a" * 256, "b"))


def test_a_fact_says_its_kind_and_that_it_is_derived() -> None:
    assert (TYPE.kind, TYPE.number, TYPE.is_derived, Fact.is_derived) == ("Everything Told", 63, True, False)
    fact: Any = TYPE(*[None] * len(Fact.__struct_fields__), *values_of(Everything(id="1", time=BEGUN, experiment="e")))
    (proposed,) = facts_of(History().proposed("03-01", "x").events)
    assert of_kind([proposed, fact], "Everything Told") == [fact]


def test_a_segment_of_a_kind_that_is_not_known_says_which_and_what_mends_it() -> None:
    packed = pack(facts_of(History().proposed("03-01", "x").events))
    texts, blocks = msgspec.msgpack.decode(zlib.decompress(packed[1:]))
    blocks[0][0] = 63
    newer = bytes([VERSION]) + zlib.compress(msgspec.msgpack.encode([texts, blocks]))

    with pytest.raises(UnknownKindError, match=r"kind 63.*deploy a newer release"):
        unpack(newer)
