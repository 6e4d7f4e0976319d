"""A rebuild with progress; interrupted or failed, it says where it goes on."""

import base64
import json
from datetime import datetime
from typing import Any

import msgspec

from cli.failure import CommandError, WrongInputError
from cli.progress import counting
from cli.target import Target
from cli.terminal import say
from cli.upkeep.stack import kept_by
from shared.flywheel.settings.values import Settings
from shared.pipeline.upkeep.rebuilding import Progress, rebuild
from shared.store.table.table import Key


def run(target: Target, settings: Settings, now: datetime, flywheel: str | None, after: str | None) -> dict[str, Any]:
    """Rebuild; raises CommandError after all else is done where something could not be read or folded."""
    start = place_of(after)
    failures: list[str] = []
    reached = Progress("events")
    with kept_by(target) as kept, counting("events looked at") as progress:
        if flywheel is not None and flywheel not in {*kept.store.hints.wheels(), *settings.flywheels}:
            say(f"--flywheel: neither {target.stack} nor flywheel.toml names {flywheel!r}; is it spelt so?", "warning")
        try:
            for reached in rebuild(
                kept.store, settings, now, lambda *failure: failures.append(_failure_text(*failure)), flywheel, start
            ):
                progress(reached.events)
        except BaseException:
            if reached.doing == "events" and reached.after is not None:
                say(f"--after {text_of(reached.after)} goes on here")
            raise
    if failures:
        raise CommandError(f"{len(failures)} could not be rebuilt: {'; '.join(failures[:5])}")
    return {name: value for name, value in msgspec.to_builtins(reached).items() if name not in {"after", "doing"}}


def text_of(place: Key) -> str:
    """A place in the table as an argument."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def place_of(text: str | None) -> Key | None:
    """The place that an argument tells; raises WrongInputError."""
    if text is None:
        return None
    try:
        pk, sk = json.loads(base64.urlsafe_b64decode(text.encode()))
    except (ValueError, TypeError) as error:
        raise WrongInputError(f"--after: got {text!r}, expected what an interrupted rebuild printed") from error
    return str(pk), str(sk)


def _failure_text(name: str, error: Exception) -> str:
    return f"{name} ({error})"
