"""The ledger of a stack, read and printed."""

from collections.abc import Sequence

from msgspec import Struct
from rich.text import Text

from cli.failure import WrongInputError
from cli.target import Target
from cli.terminal import page, say
from cli.upkeep.stack import kept_by
from shared.flywheel.summaries.card import CARD
from shared.flywheel.summaries.noise import QUIET, SETTINGS
from shared.flywheel.summaries.summary import OUTCOME, TURN
from shared.flywheel.wording import outside
from shared.store.outbox.ledger import Entry, entries

STATES = ("pending", "sending", "sent", "updated", "failed", "suppressed")
_NAMED = {CARD: "card", OUTCOME: "outcome", TURN: "turn"}
_STYLES = {"sent": "green", "updated": "green", "failed": "bold red", "suppressed": "dim"}


def read_entries(target: Target, flywheel: str | None, state: str | None) -> list[Entry]:
    """Of one flywheel, or of all; newest first."""
    if state is not None and state not in STATES:
        raise WrongInputError(f"--state: got {state!r}, expected one of {', '.join(STATES)}")
    with kept_by(target) as kept:
        known = kept.store.hints.wheels()
        if flywheel is not None and flywheel not in known:
            raise WrongInputError(
                f"--flywheel: got {flywheel!r}, expected one of {target.stack}: {', '.join(known) or 'it has none yet'}"
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
            _NAMED.get(entry.phase, f"phase {entry.phase}")
        )
        cells = [entry.at[:16].replace("T", " "), what, entry.channel or "", entry.reason or ""]
        line = Text.assemble((f"{entry.state:12}", _STYLES.get(entry.state, "yellow")), "  ".join(filter(None, cells)))
        console.print(line, soft_wrap=True)
    if not listed:
        say("no messages")


class Reason(Struct, frozen=True):
    """Why messages were not posted: the rule, how many, since when, and the setting that changes it."""

    reason: str
    count: int
    newest: str
    setting: str | None = None


def reasons_of(listed: Sequence[Entry]) -> list[Reason]:
    """The reasons why entries were held back or are not sent yet, most first."""
    grouped: dict[str, list[Entry]] = {}
    for entry in listed:
        if entry.reason is not None:
            grouped.setdefault(entry.reason, []).append(entry)
    reasons = [
        Reason(reason, len(held), max(entry.at for entry in held), _setting_of(reason))
        for reason, held in grouped.items()
    ]
    return sorted(reasons, key=lambda each: (-each.count, each.reason))


def print_reasons(reasons: Sequence[Reason]) -> None:
    """One line each: how many, why, and what to write in flywheel.toml to have it otherwise."""
    console = page()
    for each in reasons:
        setting = f"  [noise] {each.setting} in flywheel.toml" if each.setting else ""
        console.print(Text.assemble(f"{each.count:>6,}  ", outside(each.reason), (setting, "dim")), soft_wrap=True)
    if not reasons:
        say("nothing was held back")


def _setting_of(reason: str) -> str | None:
    """The key of the noise rules behind a reason; None where it is no rule of noise."""
    return "quiet_from, quiet_to, weekends" if reason == QUIET else SETTINGS.get(reason)
