"""TURN items: what of a fold's turns is stored, and which of them differ from what is."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from shared.flywheel.moments import MEMORY, micros
from shared.flywheel.report.turn_entry import turn_entry
from shared.flywheel.wheel.model import Turn, Wheel
from shared.store.projections.turn_news import START, news_of
from shared.store.table.items import TurnItem
from shared.store.table.keys import turn_sort, wheel_partition
from shared.store.table.table import Table

VANISHED = "vanished"
"""State of a tombstone: the turn was there and, as we now know, never was."""


def shown(turn: Turn, things: Mapping[str, Any]) -> dict[str, Any]:
    """A turn as it is stored: its entry in the report, which holds nothing of the moment of asking, then its title, its
    address and what holds it, as far as there are any.

    Earlier releases stored it so: in another order each turn would look damaged, and be written again.
    """
    entry = turn_entry(turn)
    return {**{name: value for name, value in entry.items() if name != "title"}, "title": turn.title, **things}


def changed_turns(table: Table, wheel: Wheel, stored: Mapping[str, TurnItem], now: datetime) -> Iterator[TurnItem]:
    """The items to write: new turns, changed ones, and a tombstone for each that is no more."""
    from shared.flywheel.report.turn_things import turn_things  # noqa: PLC0415  who only reads items needs none

    flywheel, things, present = wheel.flywheel, turn_things(wheel), set()
    for turn in wheel.turns:
        sk = turn_sort(turn.key, turn.turn)
        present.add(sk)
        text = msgspec.json.encode(shown(turn, things.get(turn.identity, {}))).decode()
        before = stored.get(sk)
        if before is None or ((before.state, before.shows) != (turn.state, text) and not is_final(before, now)):
            news = news_of(before.shows if before is not None and before.state != VANISHED else None, text)
            yield _item(
                table, flywheel, sk, before, turn=turn.turn, key=turn.key, state=turn.state, shows=text, news=news
            )
    for sk, before in stored.items():
        if sk not in present and before.state != VANISHED and not is_final(before, now):
            gone = {"turn": before.turn, "key": before.key, "state": VANISHED, "shows": before.shows}
            yield _item(table, flywheel, sk, before, **gone, news=str(START))


def is_final(item: TurnItem, now: datetime) -> bool:
    """Whether a closed turn fades: it can no longer be told in full, and stays as it is."""
    return item.state in ("delivered", "stopped") and _fades(item, now)


def fading(items: Iterable[TurnItem], now: datetime) -> set[tuple[str, str]]:
    """The turns whose beginning is out of a fold's memory: what was said of them then is not told anew."""
    return {(item.key, item.turn) for item in items if _fades(item, now)}


def _fades(item: TurnItem, now: datetime) -> bool:
    turn = msgspec.json.decode(item.shows)
    began = turn["started_at"] or turn["released_at"] or turn["closed_at"]
    return began is not None and micros(datetime.fromisoformat(began)) <= micros(now) - MEMORY


def _item(table: Table, flywheel: str, sk: str, before: TurnItem | None, **attributes: Any) -> TurnItem:
    version = 1 if before is None else int(before.version) + 1
    return table.new(TurnItem, wheel_partition(flywheel), sk, version=version, **attributes)
