"""What a form can offer to choose from: the open turns, challenges and blockers of a flywheel, as last reported."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from shared.flywheel.wording import outside

LABEL, VALUE, MOST = 75, 150, 100
"""Characters of an option's text and of its value, and options of a list (docs.slack.dev/reference/block-kit)."""


class Choice(Struct, frozen=True):
    """One thing to choose: what it is known by, and how it is called."""

    value: str
    label: str


class Known(Struct, frozen=True, kw_only=True):
    """The things of a flywheel by kind; empty where nothing is reported yet: then a name is typed."""

    turns: tuple[Choice, ...] = ()
    challenges: tuple[Choice, ...] = ()
    blockers: tuple[Choice, ...] = ()


def known_of(report: Mapping[str, Any] | None) -> Known:
    """What a report lists, the newest turns first."""
    if report is None:
        return Known()
    is_open = [turn for turn in report["turn_list"] if turn["state"] == "open"]
    released = [turn for turn in report["turn_list"] if turn["state"] == "delivered" and turn["outcome"] is None]
    turns = [*reversed(is_open), *reversed(released)]
    return Known(
        turns=_choices((f"{turn['key']}:{turn['turn']}", title_of(turn)) for turn in turns),
        challenges=_choices(
            (each["name"], each["title"] or each["name"]) for each in report["unfinished"]["challenges"]
        ),
        blockers=_choices((each["name"], each["title"] or each["name"]) for each in report["unfinished"]["blockers"]),
    )


def title_of(turn: Mapping[str, Any]) -> str:
    """A turn's title, else its key."""
    return str(turn.get("title") or turn["turn"])


def _choices(things: Any) -> tuple[Choice, ...]:
    """What is too long for an option is left out: it can be named by `flywheel emit`."""
    return tuple(Choice(value, outside(label, LABEL)) for value, label in things if len(value) <= VALUE)[:MOST]
