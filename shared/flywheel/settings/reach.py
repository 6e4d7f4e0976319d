"""Of which flywheels a hook, an account or a producer may speak (architecture: "Who may say what")."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct

from shared.flywheel.settings.values import Names, SenderSettings, Settings

_RETRACTED = "Event Retracted"
_RECORDED = "Change Recorded"


def producer_of(source: str, settings: Settings) -> tuple[str, SenderSettings] | None:
    """The first of the configured producers whose pattern fits a source, with that pattern."""
    return next((each for each in settings.producers.items() if fnmatchcase(source, each[0])), None)


class Judged(Struct, frozen=True):
    """Whether an event is its sender's to send; `named` is the flywheel that it told, `lent` the one to give it."""

    is_theirs: bool
    named: str | None = None
    lent: str | None = None


def judged(detail_type: str, detail: Mapping[str, Any], flywheels: Sequence[str], settings: Settings) -> Judged:
    """Whether a sender that may speak of some flywheels and their children may send this; of all where none is named.

    A sender of one flywheel lends it to events that tell none. Where it is of several, such an event could come to
    belong to any, once somebody maps its service: it is not taken. A retraction reaches only events of its own
    `source`. Changes are looked up by their repository in all flywheels, so its owner counts as well.
    """
    named = flywheel_of(detail, settings)
    if not flywheels or detail_type == _RETRACTED:
        return Judged(is_theirs=True, named=named)
    if detail_type == _RECORDED and (owner := _owner_of_repository(detail, settings)) is not None:
        named = named if _is_of(owner, flywheels, settings) else owner
    if named is not None:
        return Judged(is_theirs=_is_of(named, flywheels, settings), named=named)
    only = flywheels[0] if len(flywheels) == 1 else None
    return Judged(is_theirs=only is not None, named=only, lent=only)


def flywheel_of(detail: Mapping[str, Any], settings: Settings) -> str | None:
    """The flywheel that an event itself tells: by name, by the owner of its service, of its repository."""
    stated = detail.get("flywheel")
    if isinstance(stated, str):
        return stated
    service = detail.get("service")
    owner = settings.owner_of_service(service) if isinstance(service, str) else None
    return owner or _owner_of_repository(detail, settings)


class Reach:
    """How far up what a sender says reaches: a measurement of a team may be one of its organisation's metric.

    Where a sender is not known, as of events that were stored before it was kept, nothing confines it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._hooks = {f"{hook.source}/{name}": hook.flywheels for name, hook in settings.hooks.items()}
        self._limits: dict[tuple[str | None, str | None], tuple[Names, ...]] = {}
        self._held: dict[tuple[str, tuple[Names, ...]], bool] = {}

    def confines(self, source: str | None, account: str | None) -> bool:
        """Whether a sender may speak of some flywheels only."""
        return bool(self._of(source, account))

    def holds(self, flywheel: str, source: str | None, account: str | None) -> bool:
        """Whether a sender may speak of a flywheel."""
        limits = self._of(source, account)
        if not limits:
            return True
        asked = (flywheel, limits)
        if asked not in self._held:
            self._held[asked] = all(_is_of(flywheel, limit, self._settings) for limit in limits)
        return self._held[asked]

    def _of(self, source: str | None, account: str | None) -> tuple[Names, ...]:
        """The lists of flywheels that a sender is held to, all of them at once."""
        sender = (source, account)
        if sender not in self._limits:
            self._limits[sender] = tuple(filter(None, self._read(source or "", account)))
        return self._limits[sender]

    def _read(self, source: str, account: str | None) -> Iterator[Names]:
        if source in self._hooks:
            yield self._hooks[source]
        elif account is not None and account in self._settings.accounts:
            yield self._settings.accounts[account].flywheels
        if (producer := producer_of(source, self._settings)) is not None:
            yield producer[1].flywheels


def _owner_of_repository(detail: Mapping[str, Any], settings: Settings) -> str | None:
    repository = detail.get("repository")
    return settings.owner_of_repository(repository) if isinstance(repository, str) else None


def _is_of(flywheel: str, flywheels: Sequence[str], settings: Settings) -> bool:
    return not set(flywheels).isdisjoint(_ancestry(flywheel, settings))


def _ancestry(flywheel: str, settings: Settings) -> Iterator[str]:
    """A flywheel, then the one that it belongs to, and so on up; the file has no circles."""
    at: str | None = flywheel
    while at is not None:
        yield at
        at = settings.flywheel(at).parent
