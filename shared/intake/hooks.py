"""The hooks, and the flywheels that each may speak of."""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from shared.flywheel.settings.reach import judged
from shared.flywheel.settings.values import HookSettings, Settings
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
    """Tell what a hook may say from what it may not."""
    yours: list[Canonical] = []
    not_yours: list[tuple[Canonical, str | None]] = []
    for event in events:
        judgement = judged(event.detail_type, event.detail, hook.flywheels, settings)
        if not judgement.is_theirs:
            not_yours.append((event, judgement.named))
        elif judgement.lent is not None:
            yours.append(msgspec.structs.replace(event, detail={**event.detail, "flywheel": judgement.lent}))
        else:
            yours.append(event)
    return Sorted(tuple(yours), tuple(not_yours))
