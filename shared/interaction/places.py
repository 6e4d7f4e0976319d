"""Of which flywheels a channel speaks: those whose messages go there, and the flywheels below them."""

from collections.abc import Iterable

from msgspec import Struct

from shared.flywheel.settings.values import PERSONAS, Settings

_IS_ID = ("C", "G")


class Place(Struct, frozen=True):
    """A channel by its id, and by its name where the settings speak of channels by name."""

    id: str
    name: str = ""

    def is_one_of(self, channels: Iterable[str]) -> bool:
        """Whether settings mean this channel."""
        return not {self.id, f"#{self.name}"}.isdisjoint(channels)


def channels_of(flywheel: str, settings: Settings) -> set[str]:
    """Every channel that messages of a flywheel go to."""
    return {settings.channel_of(flywheel, phase) for phase in range(len(PERSONAS) + 1)}


def needs_name(channel: str, settings: Settings) -> bool:
    """Whether nothing in the settings names the channel by id, so that Slack must be asked for its name."""
    known = {settings.slack.channel, *(name for each in settings.flywheels for name in channels_of(each, settings))}
    return channel not in known


def speaks_for(place: Place, flywheel: str, settings: Settings) -> bool:
    """Whether a flywheel's messages go to a channel, or those of one above it."""
    return any(place.is_one_of(channels_of(each, settings)) for each in settings.scope_of(flywheel))


def flywheels_of(place: Place, settings: Settings) -> tuple[str, ...]:
    """The configured flywheels whose own messages go to a channel, in the order of the file."""
    return tuple(each for each in settings.flywheels if place.is_one_of(channels_of(each, settings)))
