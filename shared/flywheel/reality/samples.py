"""Samples to compare, now and one window earlier: a share, a count over time, or times (value §4)."""

from msgspec import Struct

from shared.flywheel.moments import DAY
from shared.flywheel.reality.exact import binomial, fisher
from shared.flywheel.reality.ranks import mann_whitney

FEW = 5
"""Where two counts differ by fewer, one event must not decide."""
LEAST_TIME = 7 * DAY
LEAST_TIMES = 4


class Tested(Struct, frozen=True):
    """How likely a difference as large as this is if nothing changed, and its direction: 1 up, −1 down, 0 none."""

    p: float
    sign: int


class Share(Struct, frozen=True):
    """`k` of `n`."""

    k: int
    n: int

    def beside(self, before: "Share") -> Tested | None:
        """Fisher's exact test; None where there is nothing of which to have a share."""
        if not self.n or not before.n:
            return None
        sign = _sign(self.k * before.n - before.k * self.n)
        p = fisher(self.k, self.n, before.k, before.n)
        if sign and abs(self.k - before.k) < FEW:
            p = max(p, fisher(self.k - sign, self.n, before.k, before.n))
        return Tested(p, sign)


class Count(Struct, frozen=True):
    """`n` in a `time`, microseconds, in which they could have been; None where none could be known yet."""

    n: int
    time: int | None

    def beside(self, before: "Count") -> Tested | None:
        """The exact binomial test; None where nothing was counted, or one of the times is under a week."""
        if self.time is None or before.time is None or min(self.time, before.time) < LEAST_TIME:
            return None
        if not self.n and not before.n:
            return None
        sign = _sign(self.n * before.time - before.n * self.time)
        p = binomial(self.n, self.time, before.n, before.time)
        if sign and abs(self.n - before.n) < FEW:
            p = max(p, binomial(max(0, self.n - sign), self.time, before.n, before.time))
        return Tested(p, sign)


class Times(Struct, frozen=True):
    """How long each of some took, in any order."""

    values: tuple[float, ...]

    def beside(self, before: "Times") -> Tested | None:
        """Mann–Whitney U; None where either has fewer than four."""
        if min(len(self.values), len(before.values)) < LEAST_TIMES:
            return None
        tested = mann_whitney(self.values, before.values)
        return Tested(tested.p, tested.sign)


Sample = Share | Count | Times


def beside(now: Sample | None, before: Sample | None) -> Tested | None:
    """The test that fits two samples of one figure; None where one is unknown, or there is too little to tell."""
    if now is None or before is None or type(now) is not type(before):
        return None
    return now.beside(before)  # type: ignore[arg-type]  # of one sort


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
