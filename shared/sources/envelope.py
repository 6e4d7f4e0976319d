"""Whatever reaches the recorder by a bus: canonical events as they are, those of AWS and CDEvents translated."""

from collections.abc import Mapping
from typing import Any

import events
from shared.sources import aws, cdevents
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.options import SourceOptions
from shared.sources.translation import Canonical, Translation

_AWS = "aws."


def canonical_events(envelope: Any, options: SourceOptions) -> Translation:
    """The canonical events of an EventBridge event; they keep its `source`.

    Raises UnreadableDeliveryError for an event of AWS or of CDEvents that cannot be understood, and nothing else.
    Anything that is neither passes unchanged, whatever it is: `events.decode` is the judge of canonical events.
    """
    if not isinstance(envelope, dict):
        raise UnreadableDeliveryError("event", envelope, "a JSON object with `source`, `detail-type` and `detail`")
    source, detail_type = envelope.get("source"), envelope.get("detail-type")
    if isinstance(source, str) and source.startswith(_AWS):
        return _checked(source, aws.translate(envelope, options))
    if cdevents.is_cdevent(detail_type):
        return _checked(source, cdevents.translate(envelope.get("detail"), options))
    return Translation((Canonical(detail_type, envelope.get("detail")),), None, _kind(detail_type))  # type: ignore[arg-type]  # decode judges


def is_translated(envelope: Mapping[str, Any]) -> bool:
    """Whether an event is one of a service of AWS, or of CDEvents, which is no canonical event."""
    source = envelope.get("source")
    return isinstance(source, str) and (source.startswith(_AWS) or cdevents.is_cdevent(envelope.get("detail-type")))


def rule_patterns() -> dict[str, dict[str, Any]]:
    """Event patterns, by a rule's name, of what is translated: for the flywheel bus, besides that of canonical events.

    Services of other accounts arrive there by their own rules (`aws.rule_patterns()`), with the source that AWS gave.
    """
    return aws.rule_patterns() | {"CdEvents": cdevents.rule_pattern()}


def _kind(detail_type: Any) -> str:
    return detail_type[:128] if isinstance(detail_type, str) else ""


def _checked(source: Any, translation: Translation) -> Translation:
    """Senders decide some values (a name of 1,000 characters): what no contract takes is refused with its field."""
    for event in translation.events:
        try:
            events.decode(event.envelope(source))
        except events.InvalidEventError as error:
            raise UnreadableDeliveryError(f"{event.detail_type}: {error.field}", error.value, error.expected) from error
    return translation
