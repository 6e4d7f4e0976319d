"""The ledger of a stack, read and printed."""

from collections.abc import Sequence

from rich.text import Text

from cli.failure import WrongInputError
from cli.target import Target
from cli.terminal import page, say
from cli.upkeep.stack import kept_by
from shared.flywheel.summaries.transition import OUTCOME
from shared.flywheel.wording import outside
from shared.store.outbox.ledger import Entry, entries

STATES = ("pending", "sending", "sent", "updated", "failed", "suppressed")
_STYLES = {"sent": "green", "updated": "green", "failed": "bold red", "suppressed": "dim"}


def read_entries(target: Target, flywheel: str | None, state: str | None) -> list[Entry]:
    """Of one flywheel, or of all; newest first."""
    if state is not None and state not in STATES:
        raise WrongInputError(f"--state: got {state!r}, expected one of {', '.join(STATES)}")
    with kept_by(target) as kept:
        known = kept.store.hints.wheels()
        if flywheel is not None and flywheel not in known:
            raise WrongInputError(
                f"--flywheel: no {flywheel!r} in {target.stack}; there are {', '.join(known) or 'none'}"
            )
        wanted = known if flywheel is None else [flywheel]
        listed = [entry for name in wanted for entry in entries(kept.store.table, name)]
    chosen = (entry for entry in listed if state is None or entry.state == state)
    return sorted(chosen, key=lambda entry: entry.at, reverse=True)


def print_entries(listed: Sequence[Entry]) -> None:
    """One line each: state, when it happened, what, where it went, why not."""
    console = page()
    for entry in listed:
        what = f"{outside(entry.turn)} in {outside(entry.flywheel)}, " + (
            "outcome" if entry.phase == OUTCOME else f"phase {entry.phase}" if entry.phase else "turn"
        )
        cells = [entry.at[:16].replace("T", " "), what, entry.channel or "", entry.reason or ""]
        line = Text.assemble((f"{entry.state:10}", _STYLES.get(entry.state, "yellow")), "  ".join(filter(None, cells)))
        console.print(line, soft_wrap=True)
    if not listed:
        say("no messages")
