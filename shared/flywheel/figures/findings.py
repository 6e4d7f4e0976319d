"""Findings of a digest, for others to act on: stalled turns, and a doom loop (domain: "Figures").

A digest tells only what the one before it did not find; both are of the moment at which its period ends. Pure.
"""

import hashlib
from typing import Literal

from msgspec import Struct

from shared.flywheel.figures.doom_loop import verdict
from shared.flywheel.figures.turns import stalled
from shared.flywheel.wheel.model import Phase, Wheel


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that is wrong; of a turn where it has one, with the phase in which it stands still."""

    detail_type: Literal["Turn Stalled", "Doom Loop Suspected"]
    flywheel: str
    turn: str | None = None
    key: Literal["idea", "feature"] | None = None
    phase: Phase | None = None

    @property
    def identity(self) -> str:
        """The same for as long as it is the same finding."""
        return self._hashed("")[:16]

    def told_in(self, period: str) -> str:
        """The natural id of telling it in the digest of a period."""
        return self._hashed(period)[:32]

    def _hashed(self, period: str) -> str:
        joined = "\0".join((self.detail_type, self.flywheel, self.key or "", self.turn or "", period))
        return hashlib.sha256(joined.encode()).hexdigest()


def findings_of(wheel: Wheel) -> list[Finding]:
    """All that is wrong as of the wheel's moment."""
    findings = [
        Finding(detail_type="Turn Stalled", flywheel=wheel.flywheel, turn=turn.turn, key=turn.key, phase=turn.phase)
        for turn in stalled(wheel)
    ]
    if verdict(wheel) == "doom_loop":
        findings.append(Finding(detail_type="Doom Loop Suspected", flywheel=wheel.flywheel))
    return findings
