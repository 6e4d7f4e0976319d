"""One CDEvent, in the shape of any version: 0.4 says `context.version` and `subject.type`, later ones `specversion`."""

import re
from typing import Any

from shared.sources.environments import environment_of, service_of
from shared.sources.fields import Fields
from shared.sources.options import SourceOptions
from shared.sources.purl import Made, made_from
from shared.sources.translation import natural_id

_TYPE = re.compile(r"dev\.cdevents(?P<custom>x?)\.(?P<what>[\w-]+\.[\w-]+)(?:\.[0-9]+\.[0-9]+\.[0-9]+(?:-[\w.-]+)?)?")
_NESTED = ("sha", "time", "ideas", "deployment", "commit", "external")


class CdEvent:
    """`what` is `subject.predicate`, whatever the version of its schema; the rest is read only when it is asked for."""

    def __init__(self, sent: Fields, options: SourceOptions, what: str, *, is_custom: bool) -> None:
        self._sent = sent
        self.options = options
        self.what = what
        self.is_custom = is_custom
        self.kind = f"dev.cdevents{'x' if is_custom else ''}.{what}"

    @property
    def time(self) -> str:
        """The only time that a CDEvent has."""
        return self._context.moment("timestamp")

    @property
    def subject(self) -> str:
        """The subject's id, within its source."""
        return self._subject.name("id")

    @property
    def content(self) -> Fields:
        """The content of the event's subject."""
        return self._subject.optional_object("content") or Fields({}, "subject.content")

    @property
    def run(self) -> str:
        """The event's own id: what is new about a service that is deployed again."""
        return natural_id(self._context.text("id"))

    @property
    def subject_source(self) -> str:
        """The source that the subject belongs to: the event's unless it is said."""
        return self._subject.optional_text("source") or self._context.text("source")

    def id(self) -> str:
        """Unique as CDEvents are, by source and id, and by type: senders were seen to use an id for more than one."""
        return natural_id(self.what, self._context.text("id"), self._context.text("source"))

    def reference(self, name: str) -> str | None:
        """The id of another subject: `{"id": …}`, or its name where a sender writes just that."""
        if isinstance(self.content.raw(name), str):
            return self.content.optional_name(name)
        subject = self.content.optional_object(name)
        return subject.name("id") if subject else None

    def made(self) -> Made:
        """The parts of the artifact's package URL."""
        return made_from(self.content.optional_text("artifactId"))

    def service(self, name: str | None) -> str | None:
        """The service that a name stands for."""
        return service_of(name, self.options) if name else None

    def environment(self) -> str | None:
        """The environment at its word, or as it was mapped; None where none is said."""
        name = self.reference("environment")
        return self.options.environment(name) if name else None

    def is_elsewhere(self) -> bool:
        """Whether the environment is known not to be production, for what cannot carry one; an unknown one is not."""
        name = self.reference("environment")
        return name is not None and not self.options.is_production(environment_of([], self.options, own=name))

    def stated(self, *names: str) -> dict[str, Any]:
        """Fields of the contracts that the sender put into `customData.flywheel`, which CDEvents leaves to them."""
        custom = self._sent.raw("customData")
        ours = Fields(custom, "customData").optional_object("flywheel") if isinstance(custom, dict) else None
        return {name: _cut(ours.raw(name)) for name in names if name in ours} if ours else {}

    @property
    def _context(self) -> Fields:
        return self._sent.object("context")

    @property
    def _subject(self) -> Fields:
        return self._sent.object("subject")


def _cut(value: Any) -> Any:
    """Objects (commits, a cause) with the fields of their contracts alone: the others may be about people."""
    if isinstance(value, list):
        return [_chosen(each) for each in value]
    return _chosen(value)


def _chosen(value: Any) -> Any:
    return {name: value[name] for name in _NESTED if name in value} if isinstance(value, dict) else value


def cdevent_of(event: Any, options: SourceOptions) -> CdEvent:
    """A CDEvent; raises UnreadableDeliveryError for what is none."""
    sent = Fields(event)
    context = sent.object("context")
    match = _TYPE.fullmatch(context.text("type"))
    if match is None:
        raise context.refused("type", "a CDEvents type such as `dev.cdevents.service.deployed.0.3.0`")
    return CdEvent(sent, options, match["what"], is_custom=bool(match["custom"]))
