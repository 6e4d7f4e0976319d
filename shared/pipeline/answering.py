"""Answers for who looks at a board: each flywheel's report, stored as one answer, so that a view never folds.

An answer is made anew where people are told something (a transition, a digest), by the next tick; where other events
came, as soon as its size allows: so many write units a day and flywheel, and no more. Once a day time alone changes
enough. What was set aside as it could not be made keeps the answer before, which says how old it is.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from shared.flywheel.rules import RULES
from shared.flywheel.settings.digest_schedule import periods
from shared.flywheel.settings.values import Settings
from shared.pipeline.rounds import Failed
from shared.runtime.deadline import ENDLESS, OutOfTimeError, Time
from shared.store.kept.attempts import Attempts
from shared.store.projections.answer_items import Answer, Made, Stored, answer_key, keep_answer, stored_of
from shared.store.projections.wheel_cache import writes_of
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.items import WheelItem
from shared.store.table.keys import wheel_partition
from shared.store.table.table import Key

if TYPE_CHECKING:
    from shared.flywheel.facts.fact import Fact

AT_LEAST = timedelta(minutes=15)
"""Between two answers of one flywheel, whatever happens: what a tick of the default schedule takes anyway."""
AT_MOST = timedelta(days=1)
"""So long an answer stays where nothing happens: momentum decays, and windows move."""
UNITS_A_DAY = 100
"""Write units that answers of one flywheel may take for events that nobody is told of: one for each of a busy day's."""
FORM = "2"
"""Of an answer: another one is made of what has not changed since an earlier release stored it."""
_UNIT = 1024


class _Wanted(Struct, frozen=True):
    """A flywheel's answer that is to be made, and of what."""

    flywheel: str
    made: Made
    before: Stored | None

    @property
    def since(self) -> str:
        """The stamp of the answer before; an empty text where there is none."""
        return "" if self.before is None else self.before.as_of.isoformat()


class Answered(Struct, frozen=True):
    """How many answers were stored, their bytes, and the flywheels whose turn must come again."""

    stored: int
    size: int
    failed: list[str]


def answer_all(  # noqa: PLR0913  what, as of when, and the ways out; the rest by name
    store: Store,
    settings: Settings,
    as_of: datetime,
    on_failure: Failed,
    *,
    time: Time = ENDLESS,
    attempts: Attempts | None = None,
) -> Answered:
    """Make and store the answers that are due by `as_of`, the oldest first; one that fails keeps no other back."""
    attempts = Attempts(store.table, as_of) if attempts is None else attempts
    suspects = attempts.failed("answer") | attempts.failed("advance")
    paused = attempts.failed("answer") - attempts.owed("answer")
    sizes, failed = list[int](), list[str]()
    wanted = [each for each in _wanted(store, settings, as_of) if each.flywheel not in paused]
    for each in sorted(wanted, key=lambda each: (each.flywheel in suspects, each.since)):
        try:
            with time.bounded(), attempts.begun("answer", each.flywheel):
                sizes.append(_answer(store, settings, each, as_of))
        except OutOfTimeError:
            break
        except Exception as error:  # noqa: BLE001  whatever it is: its turn comes again
            failed.append(each.flywheel)
            on_failure(each.flywheel, error)
    return Answered(len(sizes), sum(sizes), failed)


def _answer(store: Store, settings: Settings, wanted: _Wanted, as_of: datetime) -> int:
    from shared.store.log.family import load_family  # noqa: PLC0415  where an answer is due

    facts = load_family(store, wanted.flywheel, settings)
    answer = answer_of(facts, wanted.flywheel, settings, as_of)
    return keep_answer(store.table, wanted.flywheel, answer, wanted.made, as_of)


def answer_of(facts: "Sequence[Fact]", flywheel: str, settings: Settings, as_of: datetime) -> Answer:
    """The report of a flywheel and the history that its board draws."""
    from shared.flywheel.history.advised import advised_before  # noqa: PLC0415  every figure, where an answer is due
    from shared.flywheel.history.history import history_of  # noqa: PLC0415  as above
    from shared.flywheel.report.report import report_of  # noqa: PLC0415  as above
    from shared.flywheel.wheel.fold import fold  # noqa: PLC0415  as above
    from shared.flywheel.wheel.sorted_out import Moments  # noqa: PLC0415  as above

    shared = Moments(facts)
    wheel = fold(shared, flywheel, settings, as_of)
    report = report_of(wheel, settings.window_days)
    advised = advised_before(wheel, shared, settings, report["actions"])
    return Answer(report=report, history=history_of(wheel, settings, settings.window_days, advised))


def _wanted(store: Store, settings: Settings, as_of: datetime) -> Iterator[_Wanted]:
    """Those that are due, of the flywheels that have a wheel, or of which any below them has."""
    heard = sorted({above for name in store.hints.wheels() for above in settings.scope_of(name)})
    families = {name: settings.family_of(name) for name in heard}
    keys = {*map(answer_key, heard), *map(_wheel_key, chain(*families.values()))}
    items = store.table.get_many(keys, consistent=False)
    for name, family in families.items():
        wheels = {each: store.table.read(WheelItem, items[at]) for each in family if (at := _wheel_key(each)) in items}
        if wheels:
            raw = items.get(answer_key(name))
            before = None if raw is None else stored_of(raw, store.table)
            made = _made_of(name, wheels, settings, as_of)
            if is_due(before, made, as_of):
                yield _Wanted(name, made, before)


def is_due(before: Stored | None, made: Made, as_of: datetime) -> bool:
    """Whether an answer is to be made from what there is now."""
    if before is None or before.made.settings != made.settings:
        return True
    age = as_of - before.as_of
    if before.made.announced != made.announced:
        return age >= AT_LEAST
    return age >= (AT_MOST if before.made.facts == made.facts else min(AT_MOST, wait_of(before.size)))


def wait_of(size: int) -> timedelta:
    """How soon an answer of so many bytes may be written again for events that nobody is told of."""
    units = -(-size // _UNIT)
    return max(AT_LEAST, timedelta(days=1) * units / UNITS_A_DAY)


def _made_of(flywheel: str, wheels: Mapping[str, WheelItem], settings: Settings, as_of: datetime) -> Made:
    below = {flywheel, *_below(flywheel, settings)}
    digest = periods(settings.flywheel(flywheel), as_of, 1)
    transitions = [f"{name} {_last_transition(wheel)}" for name, wheel in sorted(wheels.items()) if name in below]
    return Made(
        facts=_hashed(f"{name} {wheel.facts}" for name, wheel in sorted(wheels.items())),
        settings=_hashed((settings.fingerprint(), settings.delivery_fingerprint(), str(RULES), FORM)),
        announced=_hashed([*transitions, *(each.name for each in digest)]),
    )


def _below(flywheel: str, settings: Settings) -> Iterator[str]:
    """All below a flywheel, which is among its own ancestors' children in no configuration that is accepted."""
    for child in settings.children_of(flywheel):
        yield child
        yield from _below(child, settings)


def _last_transition(wheel: WheelItem) -> Any:
    """The last transition that the WHEEL names; another one, or none where there was one, is news to somebody."""
    named = (write for write in writes_of(wheel) if write.sk.startswith(names.TRANSITION_SORT))
    return max(((write.wheel, write.sk) for write in named), default=None)


def _hashed(parts: Iterator[str] | Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:16]


def _wheel_key(flywheel: str) -> Key:
    return wheel_partition(flywheel), names.WHEEL_SORT
