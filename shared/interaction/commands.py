"""`/flywheel WORD …`: what can be asked and told."""

from msgspec import Struct

from shared.flywheel.wording import nearest
from shared.interaction.forms import WORDS

ASKS = {
    "status": "how it turns, and what to do next",
    "turns": "what is open, and what ended last",
    "tenets": "how each of the twelve is lived",
    "why": "what one figure is made of: `why lead_time_hours`",
}
HELP = "help"


class Asked(Struct, frozen=True):
    """One command: its word, what it is about, and for which flywheel where one was named."""

    word: str
    about: str = ""
    flywheel: str = ""


def asked_of(text: str, flywheels: tuple[str, ...]) -> Asked:
    """Understand what was typed behind `/flywheel`; `help` for nothing. A flywheel's name comes last."""
    words = text.split()
    if not words:
        return Asked(HELP)
    word, rest = words[0].casefold(), words[1:]
    named = rest[-1] if rest and (rest[-1] in flywheels or (word != "why" and len(rest) == 1)) else ""
    return Asked(word, " ".join(rest[:-1] if named else rest), named)


def is_known(word: str) -> bool:
    """Whether there is such a command."""
    return word in ASKS or word in WORDS or word == HELP


def help_lines(word: str = HELP) -> list[str]:
    """All commands; before them the one that was perhaps meant."""
    near = nearest(word, [*ASKS, *WORDS])
    lines = (
        [] if word == HELP else [f"There is no such command.{f' Did you mean `/flywheel {near[0]}`?' if near else ''}"]
    )
    lines.append("*Ask*\n" + "\n".join(f"`/flywheel {each}`  {does}" for each, does in ASKS.items()))
    lines.append("*Tell*\n" + "\n".join(f"`/flywheel {form.word}`  {form.does}" for form in WORDS.values()))
    return [*lines, "Where a channel has several flywheels, put the name of one behind the command."]
