"""Digests on their schedule: each made once, corrected while it is among the last few, announced until it is heard.

All of it hangs on one item per flywheel, written before anything is announced: what it says is waiting is announced
again by the next tick, and who is told twice posts once. A digest that is first made long after its period is history.
What a new digest finds wrong that the one before it did not is announced with it; a corrected one announces no more.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import chain

from msgspec import Struct

from shared.aws.bus import Announcement
from shared.flywheel.settings.digest_schedule import periods
from shared.flywheel.settings.values import Settings
from shared.pipeline.digest_state import State
from shared.pipeline.rounds import Failed
from shared.runtime.deadline import ENDLESS, OutOfTimeError, Time
from shared.store.kept.attempts import Attempts
from shared.store.projections.digest_items import (
    DIGEST_READY,
    DigestsItem,
    digests_key,
    save,
    waiting_of,
)
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.items import WheelItem
from shared.store.table.keys import wheel_partition
from shared.store.table.table import Key

Announce = Callable[[Sequence[Announcement]], bool]
"""Publishes; False where the bus did not take them all."""


class Digested(Struct, frozen=True):
    """How many digests were announced and taken, and the flywheels whose turn must come again."""

    announced: int
    failed: list[str]


def digest_all(  # noqa: PLR0913  what, as of when, and the ways out; the rest by name
    store: Store,
    settings: Settings,
    as_of: datetime,
    announce: Announce,
    on_failure: Failed,
    *,
    time: Time = ENDLESS,
    attempts: Attempts | None = None,
) -> Digested:
    """Make, correct and announce what is due by `as_of`; a flywheel that fails keeps no other back.

    Those on which work failed before come after all others, then those first that were looked at longest ago.
    """
    attempts = Attempts(store.table, as_of) if attempts is None else attempts
    suspects = attempts.failed("digest") | attempts.failed("advance")
    paused = attempts.failed("digest") - attempts.owed("digest")
    announced, failed = 0, []
    waiting = [each for each in _wheels(store, settings) if each.flywheel not in paused]
    for each in sorted(waiting, key=lambda each: (each.flywheel in suspects, each.looked_at)):
        try:
            with time.bounded():
                announced += _digest(store, settings, each, as_of, announce, attempts)
        except OutOfTimeError:
            break
        except Exception as error:  # noqa: BLE001  whatever it is: its turn comes again
            failed.append(each.flywheel)
            on_failure(each.flywheel, error)
    return Digested(announced, failed)


def _wheels(store: Store, settings: Settings) -> Iterator[State]:
    """The flywheels that have a wheel, or any below them has, and are to have digests."""
    heard = {above for name in store.hints.wheels() for above in settings.scope_of(name)}
    listed = [name for name in sorted(heard) if settings.flywheel(name).digest != "off"]
    families = {name: settings.family_of(name) for name in listed}
    items = store.table.get_many({*map(digests_key, listed), *map(_wheel_key, chain(*families.values()))})
    for name, family in families.items():
        wheels = {member: items[_wheel_key(member)] for member in family if _wheel_key(member) in items}
        if wheels:
            facts = [str(store.table.read(WheelItem, wheel).facts) for wheel in wheels.values()]
            digests = items.get(digests_key(name))
            before = None if digests is None else store.table.read(DigestsItem, digests)
            yield State(name, "-".join(facts), before)


def _wheel_key(flywheel: str) -> Key:
    return wheel_partition(flywheel), names.WHEEL_SORT


def _digest(  # noqa: PLR0913, PLR0917  the wheel, and what a look at it needs
    store: Store, settings: Settings, each: State, as_of: datetime, announce: Announce, attempts: Attempts
) -> int:
    """Look at one flywheel, if there is a reason to, and announce what waits."""
    item, last = each.before, periods(settings.flywheel(each.flywheel), as_of, settings.corrections.digests)
    if last and each.is_due(last[-1], settings, as_of):
        with attempts.begun("digest", each.flywheel):
            from shared.pipeline.digest_looks import Look  # noqa: PLC0415  for those that are due

            item = Look(store, settings, each, as_of).at(last)
    waiting = waiting_of(item) if item else []
    if item is None or not waiting or not announce(waiting):
        return 0
    item.waiting, item.untold, item.version = "[]", None, int(item.version) + 1
    save(store.table, item)
    return sum(each.detail_type == DIGEST_READY for each in waiting)
