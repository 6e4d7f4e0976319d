"""Digests by name: whose there are, and the one id of each; apart from how they are made."""

from shared.flywheel.settings.values import PERSONAS, FlywheelSettings, Settings
from shared.flywheel.summaries.summary import summary_id

KEY = "digest"
"""Where a summary of a turn has `idea` or `feature`."""
EVERYONES = 0
"""The phase of a digest for everyone."""


def phases_with_digests(flywheel: FlywheelSettings) -> tuple[int, ...]:
    """0 for everyone, and the phases whose personas have a channel of their own."""
    return (EVERYONES, *(phase for phase, who in enumerate(PERSONAS, 1) if who in flywheel.personas))


def totalling_phase(flywheel: str, channel: str, settings: Settings) -> int:
    """The digest that says how much its channel was not told: of those that go there the first."""
    phases = phases_with_digests(settings.flywheel(flywheel))
    return next((phase for phase in phases if settings.channel_of(flywheel, phase) == channel), EVERYONES)


def digest_id(flywheel: str, period: str, phase: int) -> str:
    """One digest per flywheel, period and persona, for ever."""
    return summary_id(flywheel, KEY, period, phase)
