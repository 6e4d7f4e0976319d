"""Facts as bytes: column by column and deflated, so that a year of events is small enough to read at once.

The same set of facts always gives the same bytes, whatever their order. Layout: one version byte, then zlib over
MessagePack of `[texts, [[kind, rows, column…]…]]`; facts are sorted by kind, time and key, a text is its place in
`texts` plus one (0: none), hashes are big-endian, times are steps of seconds with the microseconds aside.

Older versions lack columns; what they lack is unknown, so None. A new column joins the end of its kind's fields, or of
those that all kinds have, with its version in `_SINCE`.
"""

import struct
import sys
import zlib
from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import accumulate, chain, groupby, pairwise, repeat
from operator import attrgetter, sub
from typing import Any

import msgspec
from msgspec import Struct

from shared.flywheel.facts.fact import OWN, Fact
from shared.flywheel.moments import SECOND

VERSION = 4
"""The format that `pack` writes."""

_SINCE: dict[tuple[str, str], int] = {
    ("Map Submitted", "contents"): 2,
    ("", "source"): 3,
    ("", "account"): 3,
    ("", "url"): 3,
    ("", "content_tail"): 3,
    ("Change Recorded", "source"): 1,
    ("Challenge Opened", "title"): 3,
    ("Blocker Opened", "title"): 3,
    ("Incident Opened", "title"): 3,
    ("Outcome Recorded", "note"): 3,
    ("Turn Stopped", "reason"): 3,
    ("Metric Defined", "is_direction_stated"): 4,
}
"""By kind (empty: what all have, but for kinds that say otherwise) and column, the version that it joined in;
all others in the first.

Version 2 kept more of maps than their sort, version 3 who sent an event, its link, and what it is called,
version 4 whether a metric's direction was stated.
"""

_TYPES: dict[int, type[Fact]] = {type_.number: type_ for type_ in OWN}


class PackError(ValueError):
    """Bytes that are no segment of ours, or of a version that this code does not read."""

    def __init__(self, version: int | None) -> None:
        super().__init__(f"segment version: got {version!r}, expected 1 to {VERSION}")
        self.version = version


class UnknownKindError(PackError):
    """A segment that holds events of a kind that a newer release has and this one does not know."""

    def __init__(self, number: int) -> None:
        super().__init__(VERSION)
        self.number = number

    def __str__(self) -> str:
        return f"segment: facts of kind {self.number}, which this release does not know: deploy a newer release"


class Texts:
    """Every text of a segment once; a column holds the place of each."""

    def __init__(self, known: Sequence[str] = ()) -> None:
        self.known = list(known)
        self.places: dict[str, int] = {}

    def place(self, text: str | None) -> int:
        """The place of a text plus one, 0 for none."""
        if text is None:
            return 0
        place = self.places.get(text)
        if place is None:
            self.known.append(text)
            place = self.places[text] = len(self.known)
        return place

    def lookup(self) -> list[str | None]:
        """Texts by place."""
        return [None, *self.known]


Encode = Callable[[Sequence[Any], Texts, list[int]], Any]
Decode = Callable[[Any, list[str | None], list[int]], Iterable[Any]]


def _encode_text(values: Sequence[Any], texts: Texts, _: list[int]) -> Any:
    places = [texts.place(value) for value in values]
    return places[0] if places.count(places[0]) == len(places) else places


def _decode_text(column: Any, texts: list[str | None], times: list[int]) -> Iterable[Any]:
    if isinstance(column, int):
        return repeat(texts[column], len(times))
    return map(texts.__getitem__, column)


def _encode_texts(values: Sequence[Any], texts: Texts, _: list[int]) -> Any:
    return [[texts.place(text) for text in value] for value in values] if any(values) else 0


def _decode_texts(column: Any, texts: list[str | None], _: list[int]) -> Iterable[Any]:
    return [tuple([texts[place] for place in row]) if row else () for row in column]


def _encode_text_lists(values: Sequence[Any], texts: Texts, _: list[int]) -> Any:
    return [[[texts.place(text) for text in row] for row in value] for value in values] if any(values) else 0


def _decode_text_lists(column: Any, texts: list[str | None], _: list[int]) -> Iterable[Any]:
    return [tuple([tuple([texts[place] for place in row]) for row in value]) if value else () for value in column]


def _encode_hash(values: Sequence[Any], _: Texts, __: list[int]) -> Any:
    known = [value for value in values if value is not None]
    rows = 0 if len(known) == len(values) else [0 if value is None else 1 for value in values]
    return [rows, struct.pack(f">{len(known)}Q", *known)]


def _decode_hash(column: Any, _: list[str | None], __: list[int]) -> Iterable[Any]:
    rows, packed = column
    known = struct.unpack(f">{len(packed) // 8}Q", packed)
    if rows == 0:
        return known
    rest = iter(known)
    return [next(rest) if row else None for row in rows]


def _encode_half(values: Sequence[Any], _: Texts, __: list[int]) -> Any:
    """Hashes of 32 bits, of few facts."""
    known = [value for value in values if value is not None]
    return [[0 if value is None else 1 for value in values], struct.pack(f">{len(known)}I", *known)] if known else 0


def _decode_half(column: Any, _: list[str | None], __: list[int]) -> Iterable[Any]:
    rows, packed = column
    rest = iter(struct.unpack(f">{len(packed) // 4}I", packed))
    return [next(rest) if row else None for row in rows]


def _encode_hashes(values: Sequence[Any], _: Texts, __: list[int]) -> Any:
    flat = list(chain.from_iterable(values))
    return [[len(value) for value in values], struct.pack(f">{len(flat)}Q", *flat)] if flat else 0


def _decode_hashes(column: Any, _: list[str | None], __: list[int]) -> Iterable[Any]:
    counts, packed = column
    flat = array("Q", packed)
    if sys.byteorder == "little":
        flat.byteswap()
    return _cut(counts, flat)


def _encode_moments(values: Sequence[Any], _: Texts, times: list[int]) -> Any:
    """Lists of times, each as the distance before the fact's own time."""
    flat = [time - moment for value, time in zip(values, times, strict=True) for moment in value]
    if not flat:
        return 0
    return [[len(value) for value in values], *_split(flat)]


def _decode_moments(column: Any, _: list[str | None], times: list[int]) -> Iterable[Any]:
    counts, seconds, micros = column
    own = chain.from_iterable(map(repeat, times, counts))
    return _cut(counts, array("q", map(sub, own, _join(seconds, micros))))


def _encode_moment(values: Sequence[Any], _: Texts, times: list[int]) -> Any:
    steps = [None if value is None else time - value for value, time in zip(values, times, strict=True)]
    return steps if any(step is not None for step in steps) else 0


def _decode_moment(column: Any, _: list[str | None], times: list[int]) -> Iterable[Any]:
    return [None if step is None else time - step for step, time in zip(column, times, strict=True)]


def _encode_plain(values: Sequence[Any], _: Texts, __: list[int]) -> Any:
    return values if any(value is not None for value in values) else 0


def _decode_plain(column: Any, _: list[str | None], __: list[int]) -> Iterable[Any]:
    values: list[Any] = column
    return values


def _encode_rows(values: Sequence[Any], _: Texts, __: list[int]) -> Any:
    return values


def _decode_rows(column: Any, _: list[str | None], __: list[int]) -> Iterable[Any]:
    return [tuple(row) for row in column]


def _split(micros: list[int]) -> tuple[Any, Any]:
    """Whole seconds and the microseconds beside them; one 0 where all of those are 0."""
    seconds = [value // SECOND for value in micros]
    rest = [value % SECOND for value in micros]
    return (seconds, rest if any(rest) else 0)


def _join(seconds: list[int], rest: Any) -> list[int]:
    if rest == 0:
        return [value * SECOND for value in seconds]
    return [value * SECOND + micro for value, micro in zip(seconds, rest, strict=True)]


def _cut(counts: list[int], flat: "array[int]") -> list[Sequence[int]]:
    ends = accumulate(counts)
    return [flat[end - count : end] if count else () for count, end in zip(counts, ends, strict=True)]


_TEXT = (_encode_text, _decode_text, None)
_TEXTS = (_encode_texts, _decode_texts, ())
_TEXT_LISTS = (_encode_text_lists, _decode_text_lists, ())
_HASH = (_encode_hash, _decode_hash, None)
_HALF = (_encode_half, _decode_half, None)
_HASHES = (_encode_hashes, _decode_hashes, ())
_MOMENT = (_encode_moment, _decode_moment, None)
_MOMENTS = (_encode_moments, _decode_moments, ())
_PLAIN = (_encode_plain, _decode_plain, None)
_ROWS = (_encode_rows, _decode_rows, ())

_BY_NAME: dict[str, tuple[Encode, Decode, Any]] = {
    "content_tail": _HALF,
    "head": _HASH,
    "target": _PLAIN,
    "shas": _HASHES,
    "cause_commit": _HASH,
    "commit_times": _MOMENTS,
    "commit_ideas": _TEXT_LISTS,
    "commit_services": _TEXT_LISTS,
    "ideas": _TEXTS,
    "features": _TEXTS,
    "deployments": _TEXTS,
    "roles": _TEXTS,
    "answers": _ROWS,
    "started_at": _MOMENT,
    "period_start": _MOMENT,
    "period_end": _MOMENT,
    "operational_gco2e": _PLAIN,
    "embodied_gco2e": _PLAIN,
}
_PLAIN_TYPES = (int, float, bool)
_IDENTITY = ("time", "key", "revision", "content")
_IN_ALL = frozenset(Fact.__struct_fields__)


class Column(Struct, frozen=True):
    """One field of a kind as it is stored; what each row has where it is 0; its first version."""

    name: str
    encode: Encode
    decode: Decode
    empty: Any
    since: int


@cache
def _columns(type_: type[Fact]) -> list[Column]:
    """The columns of a kind after its identity, in the order of its fields."""
    columns = []
    for field in msgspec.structs.fields(type_):
        if field.name in _IDENTITY:
            continue
        codec = None if type_.is_derived and field.name not in _IN_ALL else _BY_NAME.get(field.name)
        if field.name == "target" and type_.kind == "Event Retracted":
            codec = _HASH
        if codec is None:
            plain = any(part in _PLAIN_TYPES for part in (field.type, *getattr(field.type, "__args__", ())))
            codec = _PLAIN if plain else _TEXTS if field.type == tuple[str, ...] else _TEXT
        since = _SINCE.get((type_.kind, field.name), _SINCE.get(("", field.name), 1) if field.name in _IN_ALL else 1)
        encode, decode, empty = codec
        columns.append(Column(field.name, encode, decode, empty, since))
    return columns


@cache
def _values_of(type_: type[Fact]) -> Callable[[Fact], tuple[Any, ...]]:
    """What reads the columns of a kind from a fact."""
    return attrgetter(*(column.name for column in _columns(type_)))


_ORDER = attrgetter("time", "key", "revision", "content")


def _order(fact: Fact) -> tuple[Any, ...]:
    return fact.number, *_ORDER(fact), fact.content_tail or 0, fact.account or ""


def pack(facts: Iterable[Fact]) -> bytes:
    """Facts as bytes, the same for the same set in any order."""
    texts = Texts()
    blocks = []
    for type_, group in groupby(sorted(facts, key=_order), key=type):
        blocks.append(_block(type_, list(group), texts))
    return bytes([VERSION]) + zlib.compress(msgspec.msgpack.encode([texts.known, blocks]), 6)


def unpack(data: bytes) -> list[Fact]:
    """The facts of `pack`, sorted by kind, time and key. Raises PackError."""
    if not data or not 1 <= data[0] <= VERSION:
        raise PackError(data[0] if data else None)
    version = data[0]
    known, blocks = msgspec.msgpack.decode(zlib.decompress(data[1:]))
    texts = Texts(known).lookup()
    facts: list[Fact] = []
    for number, first, seconds, rest, keys, revisions, contents, *columns in blocks:
        type_ = _TYPES.get(number) or _derived(number)
        times = list(accumulate(_join(seconds, rest), initial=first))
        rows = len(times)
        identity = (
            times,
            struct.unpack(f">{rows}Q", keys),
            [revisions] * rows if isinstance(revisions, int) else revisions,
            struct.unpack(f">{rows}I", contents),
        )
        facts.extend(map(type_, *identity, *_decoded(type_, version, columns, texts, times)))
    return facts


@cache
def _derived(number: int) -> type[Fact]:
    """The type of a kind that has no fact of its own."""
    from shared.flywheel.facts.derived import derived_facts  # noqa: PLC0415  the contracts: who reads others needs none

    if number not in derived_facts():
        raise UnknownKindError(number)
    return derived_facts()[number][0]


@cache
def _decoders(type_: type[Fact], version: int) -> tuple[list[int], list[tuple[Decode, Iterable[Any]]]]:
    """The places of the columns that a version did not keep; and for each column what it decodes by, and what its rows
    have where it is 0.
    """
    columns = _columns(type_)
    lacking = [place for place, column in enumerate(columns) if column.since > version]
    return lacking, [(each.decode, repeat(None if each.since > version else each.empty)) for each in columns]


def _decoded(
    type_: type[Fact], version: int, columns: list[Any], texts: list[str | None], times: list[int]
) -> list[Iterable[Any]]:
    """The values of each field after the identity, row by row; None where that version did not keep it."""
    lacking, decoders = _decoders(type_, version)
    if len(columns) + len(lacking) != len(decoders):
        raise PackError(version)
    for place in lacking:
        columns.insert(place, 0)
    return [
        decode(column, texts, times) if column else empty
        for column, (decode, empty) in zip(columns, decoders, strict=True)
    ]


def _block(type_: type[Fact], facts: list[Fact], texts: Texts) -> list[Any]:
    times = [fact.time for fact in facts]
    steps = [later - earlier for earlier, later in pairwise(times)]
    revisions = [fact.revision for fact in facts]
    return [
        type_.number,
        times[0],
        *_split(steps),
        struct.pack(f">{len(facts)}Q", *(fact.key for fact in facts)),
        revisions[0] if len(set(revisions)) == 1 else revisions,
        struct.pack(f">{len(facts)}I", *(fact.content for fact in facts)),
        *[
            column.encode(values, texts, times)
            for column, values in zip(_columns(type_), zip(*map(_values_of(type_), facts), strict=True), strict=True)
        ],
    ]
