"""Noise rules: which messages a channel does not get, and when it gets none. They change no number and fold nothing."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct

from shared.flywheel.zones import zone_of

MessageKind = Literal["card", "reply", "phase", "turn", "outcome", "digest"]
"""A turn's card; what stands in its thread; a persona's phase summary; a turn's close; a late outcome; a digest."""
Severity = Literal["broken", "failed_change", "doom_loop"]
"""Something is broken now; a turn ended with a failed change; a doom loop turns."""

Kinds = Annotated[tuple[MessageKind, ...], Meta(description='a list of kinds of message such as `["reply", "digest"]`')]
Severities = Annotated[
    tuple[Severity, ...], Meta(description='a list of severities: `["broken", "failed_change", "doom_loop"]`')
]
Truth = Annotated[bool, Meta(description="true or false")]
RepeatDays = Annotated[float, Meta(ge=0, le=365, description="a number of days, 0 to 365")]
Minutes = Annotated[float, Meta(ge=0, le=1440, description="a number of minutes, 0 to 1,440")]
QuietHour = Annotated[int, Meta(ge=0, le=23, description="a whole hour of the day, 0 to 23")]
Zone = Annotated[str, Meta(description="a time zone of the IANA database such as `Europe/Dublin`")]


class NoiseSettings(Struct, frozen=True, kw_only=True):
    """The noise rules of one channel."""

    off: Kinds = ()
    """Kinds that the channel never gets."""
    only_on_change: Truth = True
    """A digest that finds what the one before it found, and advises the same, is held back …"""
    repeat_days: RepeatDays = 28.0
    """… for so long; then it is said again."""
    routine: Truth = False
    """Whether turns that nobody proposed or challenged, and to which nothing happens, are told beyond the digest."""
    together_minutes: Minutes = 0.0
    """News of several turns that comes within so many minutes is one message; 0: each is one of its own."""
    quiet_from: QuietHour | None = None
    quiet_to: QuietHour | None = None
    """New messages wait while the clock is between the two; edits do not, as they ring no bell."""
    weekends: Truth = True
    """Whether Saturday and Sunday are as any day."""
    time_zone: Zone | None = None
    """Of the clock; without one that of the flywheel."""
    breaks_through: Severities = ("broken", "failed_change", "doom_loop")
    """What waits neither for quiet hours to end nor for other turns, and is said though it was said before."""

    def quiet_until(self, at: datetime, zone: str) -> datetime | None:
        """The end of the quiet that a moment falls in; None where there is none."""
        clock = zone_of(self.time_zone or zone)
        local, waited = at.astimezone(clock), False
        for _ in range(4):
            end = self._end_of_quiet(local)
            if end is None:
                break
            local, waited = end, True
        return local.astimezone(at.tzinfo) if waited else None

    def _end_of_quiet(self, local: datetime) -> datetime | None:
        """The next hour, or midnight, at which the quiet of this moment ends, by the wall clock."""
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        if not self.weekends and local.weekday() > 4:
            return midnight + timedelta(days=7 - local.weekday())
        if self.quiet_from is None or self.quiet_to is None or self.quiet_from == self.quiet_to:
            return None
        hour, overnight = local.hour, self.quiet_from > self.quiet_to
        after, before = hour >= self.quiet_from, hour < self.quiet_to
        if not (after or before if overnight else after and before):
            return None
        days = 1 if overnight and after else 0
        return midnight + timedelta(days=days, hours=self.quiet_to)
