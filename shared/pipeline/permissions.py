"""Of what reaches the log, who may say it: by the account that EventBridge names, and by the event's `source`.

A sender can write what it likes into an event but not its account, and a role's policy can hold it to one `source`
(`events:source`). Webhooks are judged by intake, which knows their hook: nobody but our own account speaks for those.
"""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from events import Event, InvalidEventError
from shared.flywheel.settings.reach import judged, producer_of
from shared.flywheel.settings.values import SenderSettings, Settings

NOT_YOURS = "not_yours"
"""How the reason of a rejection begins where a sender may not say what it says."""


def require_own_hooks(message: Mapping[str, Any], account: str | None) -> None:
    """Raises InvalidEventError for a webhook's source from an account that has no intake of ours."""
    source = message.get("source")
    if account is None or message.get("account", account) == account or not isinstance(source, str):
        return
    if _is_of_a_hook(source):
        raise InvalidEventError("source", source, f"{NOT_YOURS}: a source that is no webhook's of this stack")


def permitted(
    events: Iterable[Event], message: Mapping[str, Any], account: str | None, settings: Settings
) -> tuple[Event, ...]:
    """The events of a message, as its sender may send them; raises InvalidEventError for one that it may not."""
    judged_events = tuple(events)
    for who, limits in _limits_of(message, account, settings):
        judged_events = tuple(_as_permitted(event, who, limits, settings) for event in judged_events)
    return judged_events


def _limits_of(
    message: Mapping[str, Any], account: str | None, settings: Settings
) -> Iterable[tuple[str, SenderSettings]]:
    """The limits that hold for a message, each with whose they are. What is not from a bus came from our own intake."""
    source, sender = message.get("source"), message.get("account", account)
    if not isinstance(source, str):
        return
    limits = settings.accounts.get(sender) if isinstance(sender, str) else None
    if limits is not None and not (sender == account and _is_of_a_hook(source)):
        yield f"account {sender}", limits
    if (producer := producer_of(source, settings)) is not None:
        yield f"`{producer[0]}`", producer[1]


def _as_permitted(event: Event, who: str, limits: SenderSettings, settings: Settings) -> Event:
    if limits.sources and not any(fnmatchcase(event.source, pattern) for pattern in limits.sources):
        raise InvalidEventError("source", event.source, f"{NOT_YOURS}: {who} speaks as {_listed(limits.sources)}")
    judgement = judged(event.detail_type, event.raw, limits.flywheels, settings)
    if not judgement.is_theirs:
        reason = f"{NOT_YOURS}: {who} may speak of {_listed(limits.flywheels)}"
        raise InvalidEventError("flywheel", judgement.named or "none", reason)
    return event if judgement.lent is None else _of(event, judgement.lent)


def _of(event: Event, flywheel: str) -> Event:
    detail = msgspec.structs.replace(event.detail, flywheel=flywheel)
    return msgspec.structs.replace(event, detail=detail, raw={**event.raw, "flywheel": flywheel})


def _is_of_a_hook(source: str) -> bool:
    from shared.sources.catalogue import is_of_a_hook  # noqa: PLC0415  every translator: only where a rule is asked

    return is_of_a_hook(source)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
