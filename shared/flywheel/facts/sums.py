"""Sums of the facts up to any moment: two that are equal were made of the same facts, in whatever order these came."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import accumulate
from operator import attrgetter
from struct import unpack
from typing import Protocol

from shared.flywheel.facts.fact import ChangeRecorded, Fact

_WORD = (1 << 64) - 1
_TIME = attrgetter("time")


class Sum(Protocol):
    """Sums of a set of facts by time."""

    def until(self, at: int) -> int:
        """The sum of the facts up to a moment in microseconds, inclusive: 64 bits."""

    def count(self, at: int) -> int:
        """How many facts there are up to a moment in microseconds, inclusive."""


class Sums:
    """Sums of a set of facts by time. Those of two sets without a fact in common add up to those of both."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        ordered = sorted(facts, key=_TIME)
        self._times = [fact.time for fact in ordered]
        self._sums = list(accumulate(_words(ordered), initial=0))

    def until(self, at: int) -> int:
        """The sum of the facts up to a moment in microseconds, inclusive: 64 bits."""
        return self._sums[bisect_right(self._times, at)] & _WORD

    def count(self, at: int) -> int:
        """How many facts there are up to a moment in microseconds, inclusive."""
        return bisect_right(self._times, at)


class Together:
    """Sums of some sets without a fact in common, less those of others that are parts of them."""

    def __init__(self, of: Sequence[Sum], less: Sequence[Sum]) -> None:
        self._of = of
        self._less = less

    def until(self, at: int) -> int:
        """The sum of the facts up to a moment in microseconds, inclusive: 64 bits."""
        return sum(each.until(at) for each in self._of) - sum(each.until(at) for each in self._less) & _WORD

    def count(self, at: int) -> int:
        """How many facts there are up to a moment in microseconds, inclusive."""
        return sum(each.count(at) for each in self._of) - sum(each.count(at) for each in self._less)


def hash_of(fact: Fact) -> int:
    """A hash of a fact, and of whether all is known of it: what is completed later may change what was made of it."""
    rank = (fact.revision, fact.time, fact.content)  # the property takes as long as the hash
    if fact.source is None:
        return hash((fact.key, rank))
    return hash((fact.key, rank, fact.content_tail or 0, int(fact.account or 0)))


def sum_of_changes(facts: Iterable[Fact]) -> int:
    """The sum of the hashes of the recorded changes among facts that are no copies of each other."""
    return sum(hash_of(fact) for fact in facts if type(fact) is ChangeRecorded)


def _words(facts: Sequence[Fact]) -> Sequence[int]:
    """Of each fact 64 bits that tell one version of one event from another: sums of them tell sets apart."""
    digests = [blake2b(_identity(fact), digest_size=8).digest() for fact in facts]
    return unpack(f">{len(digests)}Q", b"".join(digests))


def _identity(fact: Fact) -> bytes:
    identity = b"%d\0(%d, %d, %d)" % (fact.key, fact.revision, fact.time, fact.content)
    return identity if fact.content_tail is None else b"%b%d" % (identity, fact.content_tail)
