"""From what was typed to what was found of the event."""

import shlex
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from cli.configuration import find_settings
from cli.event_lines import Line, read_lines
from cli.failure import CommandError
from cli.figures.question import window_days
from cli.moments import now, parse_as_of
from cli.target import Target
from cli.tracing.deliveries import Delivery, EventTrace, Version, event_trace, version
from shared.flywheel.explain.trace import trace
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.settings.values import Settings
from shared.store.kept.senders import sender_of


class Typed(Struct, frozen=True):
    """The options as they were typed; None where one was not."""

    files: Sequence[str]
    as_of: str | None
    window: float | None
    config: Path | None
    target: Target


def traces(event: str, typed: Typed) -> list[EventTrace]:
    """The traces of an event. Raises CommandError where nothing is known of it."""
    settings = find_settings(typed.config)
    as_of = now() if typed.as_of is None else parse_as_of(typed.as_of)
    days = window_days(typed.window, settings.window_days)
    if typed.files:
        traced = _in_files(event, typed.files, settings, as_of, days)
    else:
        from cli.tracing.from_stack import in_stack

        traced = in_stack(event, typed.target, settings, as_of, days)
    if not traced:
        where = ", ".join(typed.files) if typed.files else f"stack {typed.target.stack}"
        raise CommandError(f"ID: {where} has no event, refused or not, with the id {event!r}{_mend(event, typed)}")
    return traced


def _mend(event: str, typed: Typed) -> str:
    """A hint at what to type instead, where a source that is seldom heard may be the reason."""
    if typed.files or " " in event:
        return ""
    return f"; if its source is seldom heard, name that too: flywheel trace {shlex.quote(f'SOURCE {event}')}"


def is_meant(event: str, source: object, id: object) -> bool:
    """Whether what was typed names an event: by its id, or by source and id."""
    return event in {id, f"{source} {id}"}


def _in_files(event: str, files: Sequence[str], settings: Settings, as_of: datetime, days: float) -> list[EventTrace]:
    facts: list[Fact] = []
    meant: dict[int, list[Version]] = {}
    refused: list[EventTrace] = []
    for line in read_lines(files, settings.options()):
        if line.event is not None:
            fact = fact_of(line.event)
            facts.append(fact)
            if is_meant(event, line.event.source, line.event.detail.id):
                meant.setdefault(fact.key, []).append(version(line.place, line.event))
        elif line.error is not None:
            refused += _refused(event, line)
    stood = (event_trace(versions, trace(facts, key, settings, as_of, days)) for key, versions in meant.items())
    return [*stood, *refused]


def _refused(event: str, line: Line) -> Iterable[EventTrace]:
    sender = sender_of(line.body)
    if is_meant(event, sender.source, sender.id):
        rejected = Delivery(line.place, "rejected", str(line.error))
        yield EventTrace(sender.source, sender.id or event, sender.detail_type, None, (rejected,))
