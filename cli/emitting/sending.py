"""The order of `flywheel emit`: the event made, sent or printed, waited for, told."""

from pathlib import Path
from typing import Any

from msgspec import Struct

from cli.bus import Receipt, Sender
from cli.emitting import emission
from cli.emitting.kinds import detail_type_of
from cli.emitting.outcome import Outcome, as_values, key_text, outcome_of
from cli.emitting.summary import text_of, write
from cli.failure import CommandError
from cli.moments import now
from cli.target import Target
from cli.terminal import print_json, print_json_line, say
from shared.flywheel.wording import count_of


class Asked(Struct, frozen=True):
    """What was typed. `arguments`: the fields; `unsent`, `summary`: files."""

    kind: str
    arguments: tuple[str, ...]
    since: str | None
    source: str
    dry_run: bool
    strict: bool
    wait: bool
    unsent: Path
    summary: Path | None


def resend_kept(target: Target, kept_in: Path, *, strict: bool, as_json: bool) -> None:
    """Send what the file keeps; raises CommandError where something stays and that is to fail."""
    sent, kept = emission.resend(lambda: _sender(target), kept_in)
    print_json({"sent": sent, "kept": kept}) if as_json else say(f"{sent} sent, {kept} still kept in {kept_in}")
    if kept and strict:
        raise CommandError(f"{count_of(kept, 'event is', 'events are')} still kept in {kept_in}")


def emit_one(target: Target, asked: Asked, *, as_json: bool) -> None:
    """One event. Raises CommandError."""
    try:
        detail_type = detail_type_of(asked.kind)
        envelope = emission.envelope_of(detail_type, asked.arguments, asked.since, asked.source, now())
    except emission.NothingDeployedError:
        say("the pipeline says that its job was cancelled: nothing was deployed, so nothing is told")
        return
    if asked.dry_run:
        print_json_line(envelope)
        return
    receipt = emission.send_one(lambda: _sender(target), envelope, asked.strict, asked.unsent)
    name, sent = f"{envelope['detail-type']} {envelope['detail']['id']}", receipt.state == "sent"
    if sent and not as_json:
        say(f"sent {name} to bus {target.bus}")
    outcome = outcome_of(target, envelope) if asked.wait and sent else None
    _tell(target, envelope, receipt, outcome, as_json=as_json)
    if outcome is not None and asked.strict and not outcome.is_counted:
        raise CommandError(f"{name}: {outcome.sentence}")
    write(asked.summary, text_of(envelope, outcome or Outcome("not sent", None, f"{receipt.reason}; it is kept")))


def _sender(target: Target) -> Sender:
    return Sender(target.client("events"), target.bus)


def _tell(
    target: Target, envelope: dict[str, Any], receipt: Receipt, outcome: Outcome | None, *, as_json: bool
) -> None:
    identity = envelope["detail"]["id"]
    if as_json:
        answer = {"state": receipt.state, "bus": target.bus, "id": identity, "key": key_text(envelope)}
        print_json({**answer, **as_values(outcome)})
    elif outcome is not None:
        what = f"{envelope['detail-type']} {identity}: {outcome.sentence}"
        say(what, "note" if outcome.is_counted else "warning")
