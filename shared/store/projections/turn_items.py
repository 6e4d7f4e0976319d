"""TURN items: what of a fold's turns is stored, and which of them differ from what is."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from shared.flywheel.moments import MEMORY, micros
from shared.flywheel.report.turn_entry import turn_entry
from shared.flywheel.wheel.model import Turn, Wheel
from shared.store.projections.known import KnownTurn, hash_of
from shared.store.projections.turn_news import START, news_of
from shared.store.table.items import VANISHED, TurnItem
from shared.store.table.keys import turn_sort, wheel_partition
from shared.store.table.table import Table


def shown(turn: Turn, things: Mapping[str, Any]) -> dict[str, Any]:
    """A turn as it is stored: its entry in the report, which holds nothing of the moment of asking, then its title, its
    address and what holds it, as far as there are any.

    Earlier releases stored it so: in another order each turn would look damaged, and be written again.
    """
    entry = turn_entry(turn)
    return {**{name: value for name, value in entry.items() if name != "title"}, "title": turn.title, **things}


class TurnChange(Struct, frozen=True):
    """A turn that is to be written: where, what is known of it as it is stored, and what it is to be.

    `shows` None: the turn was there and never was.
    """

    sk: str
    before: KnownTurn | None
    turn: str = ""
    key: str = ""
    state: str = VANISHED
    shows: str | None = None

    def item(self, table: Table, flywheel: str, before: TurnItem | None) -> TurnItem:
        """The item to write over the one before; a tombstone keeps what that showed."""
        shows: dict[str, Any]
        if self.shows is None:
            assert before is not None  # noqa: S101  what is not stored cannot go
            shows = {"turn": before.turn, "key": before.key, "shows": before.shows, "news": str(START)}
        else:
            earlier = before.shows if before is not None and before.state != VANISHED else None
            shows = {"turn": self.turn, "key": self.key, "shows": self.shows, "news": news_of(earlier, self.shows)}
        version = 1 if before is None else int(before.version) + 1
        return table.new(TurnItem, wheel_partition(flywheel), self.sk, version=version, state=self.state, **shows)


def changed_turns(wheel: Wheel, stored: Mapping[str, KnownTurn], now: datetime) -> Iterator[TurnChange]:
    """What is to be written: new turns, changed ones, and a tombstone for each that is no more."""
    from shared.flywheel.report.turn_things import turn_things  # noqa: PLC0415  who only reads items needs none

    things, present = turn_things(wheel), set()
    for turn in wheel.turns:
        sk = turn_sort(turn.key, turn.turn)
        present.add(sk)
        text = msgspec.json.encode(shown(turn, things.get(turn.identity, {}))).decode()
        before = stored.get(sk)
        if before is None or (
            (before.state, before.shows) != (turn.state, hash_of(text)) and not _is_final(before, now)
        ):
            yield TurnChange(sk, before, turn.turn, turn.key, turn.state, text)
    for sk, before in stored.items():
        if sk not in present and before.state != VANISHED and not _is_final(before, now):
            yield TurnChange(sk, before)


def _is_final(turn: KnownTurn, now: datetime) -> bool:
    """Whether a closed turn fades: it can no longer be told in full, and stays as it is."""
    return turn.state in ("delivered", "stopped") and _fades(turn, now)


def fading(stored: Mapping[str, KnownTurn], now: datetime) -> set[str]:
    """Where the turns lie whose beginning is out of a fold's memory: what was said of them then is not told anew."""
    return {sk for sk, turn in stored.items() if _fades(turn, now)}


def _fades(turn: KnownTurn, now: datetime) -> bool:
    return turn.began is not None and turn.began <= micros(now) - MEMORY
