"""ANSWER items: the report of a flywheel and the history that its board draws, as they were at one moment.

One answer lies in one item, or in several where it is too large for that: the first, written last, names the others by
the hash of the whole. So who reads while another answer is written sees the one or the other, or that he must look
again. Who looks at it never folds.
"""

import hashlib
import zlib
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from shared.flywheel.history.values import History
from shared.store.table import names
from shared.store.table.items import Item
from shared.store.table.keys import moment_of, stamp, wheel_partition
from shared.store.table.table import Table

ROOM = 350_000
"""Bytes of one item: DynamoDB takes 400 KB with all attributes."""
_LOOKS = 3


class Answer(Struct, frozen=True, kw_only=True):
    """The report as of a moment, in the shape of `flywheel report --json`, and the history of the same moment.

    `history` None: another release stored one that this release cannot read.
    """

    report: dict[str, Any]
    history: History | None = None


class _Kept(Struct, frozen=True):
    report: dict[str, Any]
    history: msgspec.Raw = msgspec.Raw(b"null")


class Made(Struct, frozen=True, kw_only=True):
    """What an answer was made from: hashes of the facts, the settings and the moments that people hear of."""

    facts: str
    settings: str
    announced: str


class AnswerItem(Item):
    """The head of an answer: how it was made, and its first bytes."""

    KIND = names.ANSWER

    as_of = UnicodeAttribute()
    facts = UnicodeAttribute()
    settings = UnicodeAttribute()
    announced = UnicodeAttribute()
    size = NumberAttribute()
    """Bytes of the whole, packed."""
    whole = UnicodeAttribute()
    """Hash of the whole: names its other parts."""
    packed = BinaryAttribute(legacy_encoding=False)


class AnswerPartItem(Item):
    """Further bytes of an answer that is too large for one item."""

    KIND = names.ANSWER

    whole = UnicodeAttribute()
    packed = BinaryAttribute(legacy_encoding=False)


class Stored(Struct, frozen=True, kw_only=True):
    """What is stored, without what it says."""

    as_of: datetime
    made: Made
    size: int


def stored_of(raw: dict[str, Any], table: Table) -> Stored:
    """How the stored answer was made, from its head as DynamoDB has it."""
    return _stored(table.read(AnswerItem, raw))


def answer_key(flywheel: str) -> tuple[str, str]:
    """The key of the head of a flywheel's answer."""
    return wheel_partition(flywheel), names.ANSWER_SORT


def packed(answer: Answer) -> bytes:
    """An answer in few bytes: the same for the same answer."""
    return zlib.compress(msgspec.json.encode(answer), 9)


def keep_answer(table: Table, flywheel: str, answer: Answer, made: Made, as_of: datetime) -> int:
    """Store an answer in place of the one before; returns its bytes."""
    body = packed(answer)
    whole = hashlib.sha256(body).hexdigest()[:16]
    pk, sk = answer_key(flywheel)
    before = [key for key in _parts(table, flywheel) if f"#{whole}#" not in key[1]]
    for start in range(ROOM, len(body), ROOM):
        at = _part_sort(whole, start // ROOM)
        table.put(table.new(AnswerPartItem, pk, at, whole=whole, packed=body[start : start + ROOM]))
    table.put(
        table.new(
            AnswerItem,
            pk,
            sk,
            as_of=stamp(as_of),
            **msgspec.structs.asdict(made),
            size=len(body),
            whole=whole,
            packed=body[:ROOM],
        )
    )
    table.delete(before)
    return len(body)


def read_answer(table: Table, flywheel: str) -> Answer | None:
    """The answer as it was last stored; None where there is none, or it was replaced again and again meanwhile."""
    for _ in range(_LOOKS):
        head = table.get(AnswerItem, *answer_key(flywheel), consistent=False)
        if head is None:
            return None
        body = bytes(head.packed)
        for number in range(1, -(-int(head.size) // ROOM)):
            part = table.get(AnswerPartItem, head.pk, _part_sort(str(head.whole), number), consistent=False)
            body += b"" if part is None else bytes(part.packed)
        if len(body) == int(head.size):
            return unpacked(body)
    return None


def unpacked(body: bytes) -> Answer:
    """An answer from its bytes."""
    kept = msgspec.json.decode(zlib.decompress(body), type=_Kept)
    try:
        history = msgspec.json.decode(kept.history, type=History | None)
    except msgspec.ValidationError:
        history = None
    return Answer(report=kept.report, history=history)


def _stored(head: AnswerItem) -> Stored:
    made = Made(facts=head.facts, settings=head.settings, announced=head.announced)
    return Stored(as_of=moment_of(head.as_of), made=made, size=int(head.size))


def _part_sort(whole: str, number: int) -> str:
    return f"{names.ANSWER_SORT}#{whole}#{number:04d}"


def _parts(table: Table, flywheel: str) -> list[tuple[str, str]]:
    """The keys of the further parts that lie there now."""
    pk, sk = answer_key(flywheel)
    return [(part.pk, part.sk) for part in table.query(AnswerPartItem, pk, begins=f"{sk}#")]
