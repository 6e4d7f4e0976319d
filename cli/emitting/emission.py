"""From what was typed to one valid event, and from that to the bus or the file of unsent ones."""

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import events
from cli.bus import Entry, Receipt, Sender
from cli.emitting import unsent
from cli.emitting.fields import read_fields
from cli.emitting.kind_help import needed
from cli.emitting.pipeline_context import defaults_for_deployment
from cli.emitting.pipeline_variables import CANCELLED, FIELDS
from cli.event_lines import Line, read_lines
from cli.failure import CommandError, WrongInputError
from cli.terminal import say
from events import DETAIL_TYPES
from events.times import rfc3339

_FINISHED = "Deployment Finished"
_DEPLOYMENTS = {"Deployment Started", _FINISHED}
_SHOWN = 80
"""Characters of what was typed that a refusal repeats as they are."""


class NothingDeployedError(Exception):
    """The job was cancelled: there is no deployment to tell of."""


def envelope_of(
    detail_type: str, arguments: Sequence[str], since: str | None, source: str, moment: datetime
) -> dict[str, Any]:
    """The event that the command line says, its gaps filled from the surroundings.

    Raises WrongInputError, and NothingDeployedError where the pipeline says that its job was cancelled.
    """
    fields = read_fields(detail_type, arguments)
    surroundings = _deployment(detail_type, since, moment) if detail_type in _DEPLOYMENTS else {}
    fields = {**surroundings, **fields}
    if detail_type == _FINISHED and fields["outcome"] == CANCELLED:
        raise NothingDeployedError
    fields = {"time": rfc3339(_day_of(moment) if DETAIL_TYPES[detail_type].is_final else moment), **fields}
    try:
        fields.setdefault("id", _identifier(detail_type, fields))
    except UnicodeEncodeError as error:
        raise WrongInputError(
            f"an option holds {error.object[error.start]!r}, expected text that UTF-8 can say"
        ) from error
    envelope = {"source": source, "detail-type": detail_type, "time": fields["time"], "detail": fields}
    try:
        events.decode(envelope)
    except events.InvalidEventError as error:
        raise WrongInputError(_refusal(detail_type, fields, error)) from error
    if (excess := Entry.of(envelope).excess) is not None:
        raise WrongInputError(f"--{excess}")
    return envelope


def _refusal(detail_type: str, fields: Mapping[str, Any], error: events.InvalidEventError) -> str:
    """A sentence that names the option, and what of a deployment neither the pipeline nor a clone could say."""
    name = error.field.removeprefix("detail.")
    option = "--" + name.replace("_", "-")
    if name in fields or error.value is not None:
        short = isinstance(error.value, str) and len(error.value) <= _SHOWN
        return f"{option}: got {repr(error.value) if short else error.shown}, expected {error.expected}"
    lacking = [each for each in needed(detail_type) if each not in fields]
    others = ", ".join("--" + each.replace("_", "-") for each in lacking if each != name)
    missing = f"{option}: missing, expected {error.expected}" + (f"; and so is {others}" if others else "")
    if detail_type not in _DEPLOYMENTS:
        return missing
    return ". ".join([missing, *(_nowhere(each) for each in lacking if each in FIELDS)])


def _nowhere(name: str) -> str:
    """Where a field of a deployment was looked for in vain."""
    variables = ", ".join(FIELDS[name])
    return f"Nothing here says --{name}: no git clone in {Path.cwd()}, and no pipeline's variable ({variables})"


def send_one(open_bus: Callable[[], Sender], envelope: dict[str, Any], strict: bool, kept_in: Path) -> Receipt:
    """Put it on the bus; the service's trouble keeps it for later and, unless strict, fails no pipeline.

    Whatever else is in the way, credentials, a region, a clock, fails the step, and keeps the event too.
    """
    try:
        receipt = next(open_bus().send([Entry.of(envelope)]))
    except CommandError as error:
        raise type(error)(f"{error.message}; {unsent.keep(kept_in, envelope)}") from error
    if receipt.state == "refused":
        raise CommandError(f"the bus refused the event: {receipt.reason}")
    if receipt.state == "unsent":
        notice = f"not sent ({receipt.reason}); {unsent.keep(kept_in, envelope)}"
        if strict:
            raise CommandError(notice)
        say(notice, "warning")
    return receipt


def resend(open_bus: Callable[[], Sender], kept_in: Path) -> tuple[int, int]:
    """Send what was kept; what still fails stays in the file. Returns how many were sent and how many stay."""
    if not kept_in.exists():
        return (0, 0)
    lines = list(read_lines([str(kept_in)]))
    waiting = [line for line in lines if line.error is None]
    receipts = open_bus().send(map(_entry, waiting))
    staying = [line.body for line in lines if line.error is not None]
    for line, receipt in zip(waiting, receipts, strict=True):
        if receipt.state != "sent":
            staying.append(line.body)
            say(f"{line.place}: {receipt.reason}", "warning")
    for line in lines:
        if line.error is not None:
            say(f"{line.place}: {line.error}", "warning")
    unsent.replace(kept_in, staying)
    return (len(lines) - len(staying), len(staying))


def _entry(line: Line) -> Entry:

    return Entry.of(json.loads(line.body))


def _deployment(detail_type: str, since: str | None, moment: datetime) -> dict[str, Any]:
    defaults = defaults_for_deployment(os.environ, Path.cwd(), since, moment)
    stated = {"environment": "production", "outcome": "succeeded", **defaults}
    known = DETAIL_TYPES[detail_type].__struct_fields__
    return {name: value for name, value in stated.items() if name in known}


def _identifier(detail_type: str, fields: dict[str, Any]) -> str:
    """The same content has the same id: a step that runs twice with the same `--time` sends one event.

    But two people may answer a survey alike, and a sheet cannot be corrected: its id is random, as its time is a day.
    """
    if DETAIL_TYPES[detail_type].is_final:
        return f"{_slug(detail_type)}:{secrets.token_hex(12)}"
    content = hashlib.sha256(events.canonical_json(fields)).hexdigest()[:24]
    return f"{_slug(detail_type)}:{content}"


def _slug(detail_type: str) -> str:
    return detail_type.lower().replace(" ", "-")


def _day_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
