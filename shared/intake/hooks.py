"""Which hooks there are, and of which flywheels each may speak."""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct

from shared.flywheel.settings import HookSettings, Settings
from shared.sources.catalogue import SOURCES
from shared.sources.translation import Canonical


class Sorted(Struct, frozen=True):
    """The events of a delivery that its hook may send, and those that it may not, each with what it named."""

    yours: tuple[Canonical, ...]
    not_yours: tuple[tuple[Canonical, str | None], ...]


def hook_of(name: str, settings: Settings) -> HookSettings | None:
    """A hook of the settings; one named as a source needs no table there. None for any other name."""
    configured = settings.hooks.get(name)
    if configured is not None:
        return configured
    return HookSettings(source=name, options=settings.sources) if name in SOURCES else None


def sort(events: Iterable[Canonical], hook: HookSettings, settings: Settings) -> Sorted:
    """Tell what a hook may say from what it may not.

    A hook of one flywheel lends it to events that tell none. Where it is of several, such an event could come to
    belong to any, once somebody maps its service: it is not taken.
    """
    if not hook.flywheels:
        return Sorted(tuple(events), ())
    lent = hook.flywheels[0] if len(hook.flywheels) == 1 else None
    yours: list[Canonical] = []
    not_yours: list[tuple[Canonical, str | None]] = []
    for event in events:
        flywheel = flywheel_of(event, settings)
        if flywheel is None and lent is not None:
            yours.append(msgspec.structs.replace(event, detail={**event.detail, "flywheel": lent}))
        elif flywheel is not None and not set(hook.flywheels).isdisjoint(_ancestry(flywheel, settings)):
            yours.append(event)
        else:
            not_yours.append((event, flywheel))
    return Sorted(tuple(yours), tuple(not_yours))


def flywheel_of(event: Canonical, settings: Settings) -> str | None:
    """The flywheel that an event itself tells: by name, by the owner of its service, of its repository."""
    stated = event.detail.get("flywheel")
    if isinstance(stated, str):
        return stated
    service, repository = event.detail.get("service"), event.detail.get("repository")
    owner = settings.owner_of_service(service) if isinstance(service, str) else None
    return owner or (settings.owner_of_repository(repository) if isinstance(repository, str) else None)


def _ancestry(flywheel: str, settings: Settings) -> Iterator[str]:
    """A flywheel, then the one that it belongs to, and so on up; the file has no circles."""
    at: str | None = flywheel
    while at is not None:
        yield at
        at = settings.flywheel(at).parent
