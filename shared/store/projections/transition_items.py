"""TRANSITION items: completed phases and closes with what their summaries show, and which of them are new or differ."""

import hashlib
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

import msgspec

from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.identity import united
from shared.flywheel.moments import DAY, MEMORY, micros
from shared.flywheel.rules import RULES
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.phases_and_turns import Summary, Transition, brief_of, summary_of
from shared.store.projections.summary_packing import summary_text
from shared.store.projections.turn_news import HISTORICAL
from shared.store.projections.upgrades import changed_by_rules_alone, inputs_of
from shared.store.table.items import TransitionItem
from shared.store.table.keys import moment_of, stamp, transition_sort, wheel_partition
from shared.store.table.table import Table

_TREND_DAYS = 28.0
"""Over which the trend of momentum is told."""


def lookback(settings: Settings) -> timedelta:
    """How far before its transition a summary looks: the memory of each figure's value one period earlier."""
    return timedelta(days=MEMORY / DAY + max(settings.window_days, _TREND_DAYS) + 1)


class Past:
    """The facts before any moment, as a hash: a summary made from the same facts and settings says the same.

    Only as far as a summary looks back, so that facts which are no longer read change no hash.
    """

    def __init__(self, facts: Iterable[Fact], settings: Settings) -> None:
        standing = sorted(united(facts).survivors.values(), key=lambda fact: fact.time)
        self._times = [fact.time for fact in standing]
        self._sums = list(accumulate((_mixed(fact) for fact in standing), _add, initial=0))
        self._settings = settings.fingerprint()
        self._lookback = lookback(settings)

    def until(self, moment: datetime) -> str:
        """Hashes of the set of facts up to a moment, inclusive, and of the settings (`upgrades.inputs_of`)."""
        told = self._sum(moment) - self._sum(moment - self._lookback) & _WORD
        return inputs_of(f"{told:016x}", self._settings)

    def _sum(self, moment: datetime) -> int:
        return self._sums[bisect_right(self._times, micros(moment))]


class Composer:
    """Makes the items of one flywheel's transitions from its facts."""

    def __init__(
        self, table: Table, facts: Sequence[Fact], flywheel: str, settings: Settings, ruled_at: datetime | None = None
    ) -> None:
        """`ruled_at`: how far the flywheel was folded by older rules; what only today's find before that is history."""
        self._table = table
        self._ruled_at = ruled_at
        self._facts = facts
        self._flywheel = flywheel
        self._settings = settings
        self._past: Past | None = None

    def changed(
        self,
        found: Iterable[Transition],
        stored: Mapping[str, TransitionItem],
        now: datetime,
        *,
        fading: Collection[tuple[str, str]],
    ) -> Iterator[TransitionItem]:
        """The items to write: new transitions, those that now show something else, those that never were."""
        kept = {sk for sk, item in stored.items() if (item.key, item.turn) in fading}
        seen = set()
        for transition in found:
            sk = transition_sort(transition.key, transition.turn, transition.phase)
            seen.add(sk)
            if sk not in kept and (item := self._written(transition, stored.get(sk), now)) is not None:
                yield item
        oldest = micros(now) - MEMORY
        for sk, before in stored.items():
            if sk in seen | kept or before.vanished or micros(moment_of(before.at)) <= oldest:
                continue
            past = self._known.until(moment_of(before.at))
            if before.historical or not changed_by_rules_alone(before.rules, before.inputs, past):
                yield self._item(before, sk, vanished=1)

    def _written(self, transition: Transition, before: TransitionItem | None, now: datetime) -> TransitionItem | None:
        historical = self._is_history(transition, now) if before is None else bool(before.historical)
        inputs = "" if historical else self._inputs(transition)
        standing = None if before is None or before.vanished else before
        if standing is not None and not historical and standing.inputs == inputs:
            return None
        if before is not None and not historical and changed_by_rules_alone(before.rules, before.inputs, inputs):
            return None
        summary = self._summary(transition, historical=historical)
        if standing is not None and (standing.digest, standing.inputs) == (summary.digest, inputs):
            return None
        sk = transition_sort(transition.key, transition.turn, transition.phase)
        return self._item(
            before,
            sk,
            flywheel=self._flywheel,
            turn=transition.turn,
            key=transition.key,
            phase=transition.phase,
            at=stamp(transition.at),
            arrived_at=stamp(now) if before is None else before.arrived_at,
            historical=int(historical),
            shows=summary_text(summary),
            digest=summary.digest,
            inputs=inputs,
            rules=RULES,
            vanished=0,
        )

    def _is_history(self, transition: Transition, now: datetime) -> bool:
        """Whether a transition that was not known before is too old to be news, or only newer rules find it."""
        ruled = self._ruled_at is not None and transition.at <= self._ruled_at
        return ruled or now - transition.at > HISTORICAL

    def _summary(self, transition: Transition, *, historical: bool) -> Summary:
        if historical:
            return brief_of(transition, self._settings.flywheel(self._flywheel))
        return summary_of(transition, self._facts, self._flywheel, self._settings)

    def _inputs(self, transition: Transition) -> str:
        """The past that it was made from, and the transition itself."""
        told = hashlib.sha256(msgspec.json.encode(transition)).hexdigest()[:8]
        return inputs_of(self._known.until(transition.at), told)

    @property
    def _known(self) -> Past:
        if self._past is None:
            self._past = Past(self._facts, self._settings)
        return self._past

    def _item(self, before: TransitionItem | None, sk: str, **attributes: Any) -> TransitionItem:
        kept = {} if before is None else {name: getattr(before, name) for name in _KEPT}
        version = 1 if before is None else int(before.version) + 1
        pk = wheel_partition(self._flywheel)
        return self._table.new(TransitionItem, pk, sk, version=version, **{**kept, **attributes})


_KEPT = tuple(name for name in TransitionItem.get_attributes() if name not in ("pk", "sk", "kind", "version"))
_WORD = (1 << 64) - 1


def _mixed(fact: Fact) -> int:
    """64 bits that tell one version of one event from another; summed, they tell sets apart in any order."""
    told = f"{fact.key}\0{fact.rank}".encode()
    return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest())


def _add(total: int, word: int) -> int:
    return (total + word) & _WORD
