"""Tools' own types. CDEvents has none for flags: `dev.cdeventsx.<tool>-feature.released.0.1.0` is read as a release."""

from typing import Any

from shared.sources.cdevents.event import CdEvent
from shared.sources.translation import Translation, canonical, ignored, translated

_SUBJECTS = {"feature", "featureflag", "flag"}
_DETAIL_TYPES = {
    "released": "Feature Released",
    "enabled": "Feature Released",
    "withdrawn": "Feature Withdrawn",
    "disabled": "Feature Withdrawn",
}


def translate(event: CdEvent) -> Translation:
    """A feature was given to users or taken back; every other type of a tool is acknowledged."""
    subject, _, predicate = event.what.partition(".")
    if subject.rpartition("-")[2].lower() not in _SUBJECTS or predicate not in _DETAIL_TYPES:
        return ignored(event.kind[:128], "a tool's own type that is not counted")
    if event.is_elsewhere():
        return ignored(event.kind, "its environment is not production")
    fields: dict[str, Any] = {"feature": event.subject, "service": event.service(event.reference("service"))}
    stated = event.stated("idea", "service", *(("audience",) if predicate in {"released", "enabled"} else ()))
    return translated(event.kind, [canonical(_DETAIL_TYPES[predicate], event.id(), event.time, **fields | stated)])
