"""What a summary was made from, as a hash: as long as it is the same, the summary is, and need not be made again.

A summary depends on the events that stand up to its transition's time (of its own memory and of the period before it),
on the transition and on the settings. Making all hashes costs one sort of the facts; making one summary, two folds.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

import msgspec

from shared.flywheel.facts import Fact
from shared.flywheel.identity import united
from shared.flywheel.moments import DAY, MEMORY, micros, span
from shared.flywheel.settings import Settings
from shared.flywheel.summaries import Transition

_WORD = (1 << 64) - 1
_SPREAD = 0x9E3779B97F4A7C15
"""2^64 / the golden ratio: spreads the bits of a product over the word."""


def inputs_of(transitions: Sequence[Transition], facts: Iterable[Fact], settings: Settings) -> list[str]:
    """For each transition, the hash of all that its summary is made from."""
    survivors = sorted(united(facts).survivors.values(), key=lambda fact: (fact.time, fact.key))
    times = [fact.time for fact in survivors]
    sums = [0, *accumulate((_mark(fact) for fact in survivors), lambda total, mark: (total + mark) & _WORD)]
    reach = MEMORY + span(settings.window_days, DAY)
    fingerprint = settings.fingerprint().encode()

    def inputs(transition: Transition) -> str:
        until = micros(transition.at)
        known = (sums[bisect_right(times, until)] - sums[bisect_right(times, until - reach)]) & _WORD
        digest = hashlib.sha256(known.to_bytes(8) + fingerprint + msgspec.json.encode(transition))
        return digest.hexdigest()[:16]

    return [inputs(transition) for transition in transitions]


def _mark(fact: Fact) -> int:
    """A fact's part of the sum: another version of an event is another mark."""
    mixed = (fact.key ^ (fact.content * _SPREAD) ^ fact.revision) & _WORD
    return ((mixed ^ (mixed >> 31)) * _SPREAD) & _WORD
