"""From what was typed to the question and the facts that answer it: the same for `report` and `explain`."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from cli.configuration import find_settings
from cli.failure import WrongInputError
from cli.figures.flywheel_choice import chosen_flywheel
from cli.figures.from_files import Origins, facts_of_files
from cli.moments import now, parse_as_of
from cli.target import Target
from shared.flywheel.facts.fact import Fact
from shared.flywheel.report.report import flywheels_of
from shared.flywheel.settings.values import MEMORY_DAYS, UNASSIGNED, Settings


class Typed(Struct, frozen=True):
    """The options as they were typed; None where one was not."""

    files: Sequence[str]
    flywheel: str | None
    as_of: str | None
    window: float | None
    config: Path | None
    target: Target


class Asked(Struct, frozen=True):
    """One flywheel, at one moment, over one window, by these rules, from these facts.

    `from_files`: events that come twice are their sender's duplicates; only then are origins known.
    """

    flywheel: str
    as_of: datetime
    window_days: float
    settings: Settings
    facts: Sequence[Fact]
    from_files: bool
    origins: Origins


def ask(typed: Typed, *, with_origins: bool = False) -> Asked:
    """Read the settings and the facts. Raises CommandError that names the option, file or line."""
    settings, as_of, days, origins = _frame(typed)
    if typed.files:
        facts: Sequence[Fact] = facts_of_files(typed.files, origins if with_origins else None, settings.options())
        flywheel = chosen_flywheel(typed.flywheel, flywheels_of(facts, settings))
    else:
        from cli.figures.from_stack import facts_of_stack

        flywheel, facts = facts_of_stack(typed.target, typed.flywheel, settings)
    return Asked(flywheel, as_of, days, settings, facts, bool(typed.files), origins)


def _frame(typed: Typed) -> tuple[Settings, datetime, float, Origins]:
    """What a question has before its facts are read: the settings, the moment, the window's days, no origins yet."""
    settings = find_settings(typed.config)
    as_of = now() if typed.as_of is None else parse_as_of(typed.as_of)
    return settings, as_of, window_days(typed.window, settings.window_days), Origins({}, {})


def ask_each(typed: Typed, *, with_origins: bool = False) -> list[Asked]:
    """The same question of every flywheel that events or settings name, or of the one that was typed."""
    if typed.flywheel is not None:
        return [ask(typed, with_origins=with_origins)]
    settings, as_of, days, origins = _frame(typed)
    if typed.files:
        facts = facts_of_files(typed.files, origins if with_origins else None, settings.options())
        names = flywheels_of(facts, settings) or [UNASSIGNED]
        return [Asked(name, as_of, days, settings, facts, True, origins) for name in names]
    from cli.figures.from_stack import all_facts_of_stack

    facts_of = all_facts_of_stack(typed.target, settings)
    return [Asked(name, as_of, days, settings, facts, False, origins) for name, facts in facts_of]


def window_days(asked: float | None, configured: float) -> float:
    """Days above 0 and within what a report remembers (domain: "the memory")."""
    days = configured if asked is None else asked
    if not 0 < days <= MEMORY_DAYS:
        raise WrongInputError(
            f"--window: got {days:g}, expected days above 0 and at most {MEMORY_DAYS}, which is all a report reads"
        )
    return days
