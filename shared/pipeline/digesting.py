"""Digests on their schedule: each made once, corrected while it is among the last few, announced until it is heard.

All of it hangs on one item per flywheel, written before anything is announced: what it says is waiting is announced
again by the next tick, and who is told twice posts once. A digest that is first made long after its period is history.
What a new digest finds wrong that the one before it did not is announced with it; a corrected one announces no more.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from shared.aws.bus import Announcement
from shared.flywheel.facts.fact import Fact
from shared.flywheel.rules import RULES
from shared.flywheel.rules import changed_since as changed_since_rules
from shared.flywheel.settings.digest_schedule import Period, periods
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.digest_names import KEY, digest_id, phases_with_digests
from shared.flywheel.summaries.summary import Summary
from shared.runtime.deadline import ENDLESS, OutOfTimeError, Time
from shared.store.kept import ignored
from shared.store.kept.attempts import Attempts
from shared.store.log.family import load_family
from shared.store.outbox.outbox import OutboxStore, SummaryRef, changed_since
from shared.store.outbox.votes import votes_between
from shared.store.projections.digest_items import (
    DIGEST_READY,
    DigestsItem,
    Made,
    digests_key,
    made_of,
    save,
    waiting_of,
)
from shared.store.projections.transition_items import Past
from shared.store.projections.turn_news import HISTORICAL
from shared.store.projections.upgrades import changed_by_rules_alone, number_of
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.errors import LostRaceError
from shared.store.table.items import WheelItem
from shared.store.table.keys import moment_of, stamp, wheel_partition
from shared.store.table.table import Key

if TYPE_CHECKING:
    from shared.flywheel.figures.findings import Finding

LOOK_AGAIN = timedelta(hours=1)
"""How soon a flywheel that hears events all the time is looked at for corrections again."""

Failed = Callable[[str, Exception], None]
Announce = Callable[[Sequence[Announcement]], bool]
"""Publishes; False where the bus did not take them all."""


class _Wheel(Struct, frozen=True):
    """The state of a flywheel before its facts are read."""

    flywheel: str
    facts: str
    """The hashes of facts of its wheel and of those of its kin, whose answers to surveys bear on its own."""
    before: DigestsItem | None

    @property
    def looked_at(self) -> str:
        """The stamp at which it was last looked at; an empty text where it never was."""
        return "" if self.before is None else str(self.before.looked_at)


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


def _wheels(store: Store, settings: Settings) -> Iterator[_Wheel]:
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
            yield _Wheel(name, "-".join(facts), before)


def _wheel_key(flywheel: str) -> Key:
    return wheel_partition(flywheel), names.WHEEL_SORT


def _digest(  # noqa: PLR0913, PLR0917  the wheel, and what a look at it needs
    store: Store, settings: Settings, each: _Wheel, as_of: datetime, announce: Announce, attempts: Attempts
) -> int:
    """Look at one flywheel, if there is a reason to, and announce what waits."""
    item, last = each.before, periods(settings.flywheel(each.flywheel), as_of, settings.corrections.digests)
    if last and _is_to_be_looked_at(each, last[-1], settings, as_of):
        with attempts.begun("digest", each.flywheel):
            item = _Look(store, settings, each, as_of).at(last)
    waiting = waiting_of(item) if item else []
    if item is None or not waiting or not announce(waiting):
        return 0
    item.waiting, item.untold, item.version = "[]", None, int(item.version) + 1
    save(store.table, item)
    return sum(each.detail_type == DIGEST_READY for each in waiting)


def _is_to_be_looked_at(each: _Wheel, newest: Period, settings: Settings, as_of: datetime) -> bool:
    """Whether a period is new, the settings are, or events came: those at most once an hour."""
    before = each.before
    if before is None or newest.name not in made_of(before) or before.settings != _settings(settings):
        return True
    return before.facts != each.facts and as_of - moment_of(before.looked_at) >= LOOK_AGAIN


class _Look:
    """One look at one flywheel's last digests."""

    def __init__(self, store: Store, settings: Settings, each: _Wheel, as_of: datetime) -> None:
        self._store, self._settings, self._as_of = store, settings, as_of
        self._flywheel, self._facts, self._before = each.flywheel, each.facts, each.before
        self._made = {} if each.before is None else made_of(each.before)
        self._rules = RULES if each.before is None else number_of(each.before.rules)
        self._waiting: list[dict[str, Any]] = [] if each.before is None else msgspec.json.decode(each.before.waiting)
        self._findings: list[str] = msgspec.json.decode((each.before and each.before.found) or "[]")
        self._untold = msgspec.json.decode((each.before and each.before.untold) or "[]", type=list[Announcement])

    def at(self, last: Sequence[Period]) -> DigestsItem:
        """Make the newest and correct the others, as far as they were made; returns the item as it is written."""
        facts = load_family(self._store, self._flywheel, self._settings)
        past = Past(facts, self._settings)
        known = {period.name: self._made[period.name] for period in last if period.name in self._made}
        for period in last:
            before, inputs = self._made.get(period.name), past.until(period.end)
            if (before is None and period is last[-1]) or (
                before is not None and (_is_other(before, inputs) or self._is_wanted_again(before))
            ):
                known[period.name] = self._remade(period, before, inputs, facts)
            elif before is not None:
                known[period.name] = self._without_lost(period, before)
        return self._written(known)

    def _remade(self, period: Period, before: Made | None, inputs: str, facts: Sequence[Fact]) -> Made:
        """Store the digests of a period, and withdraw those that there are no more; what changed is to be announced."""
        not_counted = {
            f"{item.source} {item.what}" for item in ignored.ignored(self._store.table, period.start, self._as_of)
        }
        after = self._rules if before is None else before.after or RULES
        from shared.flywheel.summaries.digest import edition_of  # noqa: PLC0415  every figure, where a digest is due

        votes = votes_between(self._store.table, self._flywheel, period.start, period.end)
        edition = edition_of(
            facts,
            self._flywheel,
            self._settings,
            period,
            not_counted=not_counted,
            rules=changed_since_rules(after),
            votes=(votes.useful, votes.noise),
        )
        by_phase = {digest.phase: digest for digest in (edition.digests() if edition else ())}
        before_by_phase = {} if before is None else before.shown
        late = before is None and self._as_of - period.end > HISTORICAL
        shown = {phase: digest.digest for phase, digest in by_phase.items()}
        shown |= {phase: "" for phase in before_by_phase if phase not in by_phase}
        for phase in sorted(shown):
            if before_by_phase.get(phase) != shown[phase]:
                self._keep(period, phase, by_phase.get(phase), late=late)
        if before is None and edition is not None:
            self._find(period, edition.findings, late=late)
            self._rules = RULES
        return Made(inputs, shown, RULES, after)

    def _is_wanted_again(self, before: Made) -> bool:
        """Whether new settings give a persona its channel back, for whom a digest was made and withdrawn."""
        if self._before is None or self._before.settings == _settings(self._settings):
            return False
        phases = phases_with_digests(self._settings.flywheel(self._flywheel))
        return any(before.shown.get(phase) == "" for phase in phases)

    def _without_lost(self, period: Period, before: Made) -> Made:
        """Withdraw the digests of personas that have no channel of their own any more; nothing is folded for that."""
        phases = phases_with_digests(self._settings.flywheel(self._flywheel))
        lost = sorted(phase for phase, digest in before.shown.items() if digest and phase not in phases)
        for phase in lost:
            self._keep(period, phase, None, late=False)
        return replace(before, shown=before.shown | dict.fromkeys(lost, ""))

    def _keep(self, period: Period, phase: int, digest: Summary | None, *, late: bool) -> None:
        ref = SummaryRef(
            summary=digest_id(self._flywheel, period.name, phase),
            flywheel=self._flywheel,
            turn=period.name,
            key=KEY,
            phase=phase,
        )
        kept = OutboxStore(self._store.table).keep_digest(ref, digest, late=late)
        if kept is not None:
            detail = {
                "id": f"{ref.summary}-{kept.digest}{'-vanished' if kept.vanished else ''}",
                "time": stamp(period.end),
                **msgspec.structs.asdict(ref),
                "digest": kept.digest,
                "outcome": "reported",
                "historical": bool(kept.historical),
                "vanished": bool(kept.vanished),
                **({"changed": list(changed)} if (changed := changed_since(kept)) else {}),
            }
            self._waiting = [*(each for each in self._waiting if each["summary"] != ref.summary), detail]

    def _find(self, period: Period, findings: "Sequence[Finding]", *, late: bool) -> None:
        """Have told what is found now and was not found by the digest before."""
        for each in findings:
            if each.identity not in self._findings:
                of_turn = {"turn": each.turn, "key": each.key, "phase": each.phase} if each.turn is not None else {}
                detail = {
                    "id": each.told_in(period.name),
                    "time": stamp(period.end),
                    "flywheel": each.flywheel,
                    **of_turn,
                    "historical": late,
                }
                self._untold.append(Announcement(detail_type=each.detail_type, detail=detail))
        self._findings = [each.identity for each in findings]

    def _written(self, known: Mapping[str, Made]) -> DigestsItem:
        item = self._store.table.new(
            DigestsItem,
            *digests_key(self._flywheel),
            facts=self._facts,
            settings=_settings(self._settings),
            looked_at=stamp(self._as_of),
            rules=self._rules,
            made=msgspec.json.encode(known).decode(),
            waiting=msgspec.json.encode(self._waiting).decode(),
            found=_json_or_none(self._findings),
            untold=_json_or_none(self._untold),
            version=1 if self._before is None else int(self._before.version) + 1,
        )
        if not save(self._store.table, item):
            raise LostRaceError(f"digests of {self._flywheel}", 1)
        return item


def _settings(settings: Settings) -> str:
    """A mark of the settings that a digest depends on: numbers, and how they are told."""
    return f"{settings.fingerprint()}-{settings.delivery_fingerprint()}"


def _is_other(before: Made, inputs: str) -> bool:
    """Whether a digest is made from something else now, and not by newer rules alone."""
    return before.inputs != inputs and not changed_by_rules_alone(before.rules, before.inputs, inputs)


def _json_or_none(listed: Sequence[Any]) -> str | None:
    return msgspec.json.encode(listed).decode() if listed else None
