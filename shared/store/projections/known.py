"""What an advance knows of a stored turn or transition: enough to see whether it is still so, in some fifty bytes.

Who is to write one anew reads the item itself, and it must still be the one that is known.
"""

import hashlib
import zlib
from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from shared.flywheel.moments import micros
from shared.store.table import names
from shared.store.table.items import TransitionItem, TurnItem
from shared.store.table.keys import moment_of

Derived = TurnItem | TransitionItem


class KnownTurn(Struct, frozen=True, array_like=True):
    """Of a TURN item: `shows` is a hash of what it shows, `began` when that turn started, in microseconds."""

    version: int
    state: str
    shows: bytes
    began: int | None


class Composed(Struct, frozen=True, array_like=True):
    """How the summary of a transition was made, as its item has it."""

    historical: bool
    digest: str
    inputs: str
    rules: int | None


class KnownTransition(Struct, frozen=True, array_like=True):
    """Of a TRANSITION item: `at` in microseconds; `composed` None where it was too old to matter when it was packed."""

    version: int
    at: int
    vanished: bool
    composed: Composed | None


Known = KnownTurn | KnownTransition


class _Packed(Struct, frozen=True, array_like=True):
    turns: dict[str, KnownTurn]
    transitions: dict[str, KnownTransition]
    gone: list[str]


def known_of(item: Derived) -> Known:
    """What is to be known of an item."""
    return known_turn(item) if isinstance(item, TurnItem) else known_transition(item)


def known_turn(item: TurnItem) -> KnownTurn:
    """What is to be known of a TURN."""
    return KnownTurn(int(item.version), item.state, hash_of(item.shows), _began(item.shows))


def known_transition(item: TransitionItem) -> KnownTransition:
    """What is to be known of a TRANSITION."""
    rules = None if item.rules is None else int(item.rules)
    composed = Composed(bool(item.historical), item.digest, item.inputs, rules)
    return KnownTransition(int(item.version), micros(moment_of(item.at)), bool(item.vanished), composed)


def hash_of(shows: str) -> bytes:
    """Of what a turn shows."""
    return hashlib.sha256(shows.encode()).digest()[:8]


def without_old(items: Mapping[str, Known], before: int) -> dict[str, Known]:
    """The same in less room: what happened by a moment (microseconds) is known to be there, and no more."""
    return {
        sk: msgspec.structs.replace(known, composed=None)
        if isinstance(known, KnownTransition) and known.at <= before
        else known
        for sk, known in items.items()
    }


def pack_known(items: Mapping[str, Known | None]) -> bytes:
    """By sort key; None for what is no more. The same for the same, in any order."""
    ordered = sorted(items.items())
    turns = {sk: known for sk, known in ordered if isinstance(known, KnownTurn)}
    transitions = {sk: known for sk, known in ordered if isinstance(known, KnownTransition)}
    gone = [sk for sk, known in ordered if known is None]
    return zlib.compress(msgspec.msgpack.encode(_Packed(turns, transitions, gone)), 9)


def unpack_known(packed: bytes) -> dict[str, Known | None]:
    """What was packed."""
    kept = msgspec.msgpack.decode(zlib.decompress(packed), type=_Packed)
    return {**kept.turns, **kept.transitions, **dict.fromkeys(kept.gone)}


def turn_at(sk: str) -> str:
    """The sort key of the turn of a transition."""
    return names.TURN_SORT + sk.removeprefix(names.TRANSITION_SORT).rpartition("#")[0]


def _began(shows: str) -> int | None:
    turn = msgspec.json.decode(shows, type=_Beginning)
    began = turn.started_at or turn.released_at or turn.closed_at
    return None if began is None else micros(datetime.fromisoformat(began))


class _Beginning(Struct, frozen=True):
    started_at: str | None
    released_at: str | None
    closed_at: str | None
