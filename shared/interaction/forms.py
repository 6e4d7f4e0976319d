"""The forms by which people tell what no pipeline knows: what each asks, and the event that it makes."""

import hashlib
from collections.abc import Callable, Container, Mapping
from typing import Any, Literal

from msgspec import Struct

from shared.slack import actions

LONGEST = 150
LONGEST_NOTE = 1000

Things = Literal["turns", "challenges", "blockers"]


class Field(Struct, frozen=True, kw_only=True):
    """One question: a line, a `long` text, one of fixed `choices`, or one of the `things` of the flywheel."""

    name: str
    label: str
    hint: str = ""
    optional: bool = False
    long: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    things: Things | None = None

    @property
    def longest(self) -> int:
        """Characters that it takes."""
        return LONGEST_NOTE if self.long else LONGEST


class Form(Struct, frozen=True, kw_only=True):
    """One form. `detail`: the fields of the event's detail, from what was entered and a name nobody else has."""

    id: str
    title: str
    """At most 24 characters."""
    does: str
    """After `/flywheel WORD` in the help."""
    word: str
    detail_type: str
    fields: tuple[Field, ...]
    detail: Callable[[Mapping[str, str], str], dict[str, Any]]


class EnteredError(ValueError):
    """What was entered cannot be used: by field, what to enter instead."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = dict(problems)


def identity_of(*parts: str) -> str:
    """The same for the same form or button, however often it is sent; nothing of a person is in it."""
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:24]


def detail_of(form: Form, entered: Mapping[str, str], chosen: Container[str], name: str) -> dict[str, Any]:
    """The event's own fields, from what was typed and what was `chosen` from lists; what is empty is left out.

    Raises EnteredError.
    """
    from shared.interaction.texts import without_people  # noqa: PLC0415  patterns, for which no form waits to open

    kept: dict[str, str] = {}
    problems: dict[str, str] = {}
    for each in form.fields:
        given = entered.get(each.name, "")
        text = given if each.name in chosen else without_people(given, each.longest)
        if text:
            kept[each.name] = text if each.things != "turns" or each.name in chosen else f"idea:{text}"
        elif given:
            problems[each.name] = "Nothing is left of this without mentions, channels and addresses: say it in words."
        elif not each.optional:
            problems[each.name] = "This is needed."
    if problems:
        raise EnteredError(problems)
    return {field: value for field, value in form.detail(kept, name).items() if value}


def _of_turn(entered: Mapping[str, str]) -> dict[str, Any]:
    """The idea or feature that was chosen, or the idea whose key was typed."""
    key, _, turn = entered["turn"].partition(":")
    return {key: turn}


def _idea(entered: Mapping[str, str], name: str) -> dict[str, Any]:
    return {
        "idea": entered.get("key") or f"idea-{name[:10]}",
        "title": entered["title"],
        "goal": entered.get("goal"),
        "follows": entered.get("follows", "").partition(":")[2],
    }


def _challenge(entered: Mapping[str, str], name: str) -> dict[str, Any]:
    return {
        "challenge": f"challenge-{name[:10]}",
        "kind": entered["kind"],
        "title": entered["title"],
        **_of_turn(entered),
    }


def _resolved(entered: Mapping[str, str], _: str) -> dict[str, Any]:
    return {"challenge": entered["challenge"], "decision": entered["decision"]}


def _outcome(entered: Mapping[str, str], _: str) -> dict[str, Any]:
    return {"result": entered["result"], "note": entered.get("note"), **_of_turn(entered)}


def _blocker(entered: Mapping[str, str], name: str) -> dict[str, Any]:
    return {
        "blocker": f"blocker-{name[:10]}",
        "title": entered["title"],
        "category": entered.get("category"),
        **_of_turn(entered),
    }


def _unblocked(entered: Mapping[str, str], _: str) -> dict[str, Any]:
    return {"blocker": entered["blocker"]}


_TURN = Field(name="turn", label="Idea", hint="Its key, such as SHOP-12", things="turns")
_DROPPED = "Mentions, channels and addresses are left out."

FORMS: dict[str, Form] = {
    form.id: form
    for form in (
        Form(
            id=actions.PROPOSE_IDEA,
            title="Propose an idea",
            does="propose an idea",
            word="idea",
            detail_type="Idea Proposed",
            fields=(
                Field(name="title", label="The idea, in one line", hint=_DROPPED),
                Field(name="key", label="Its key in your tracker", hint="Such as SHOP-12", optional=True),
                Field(name="goal", label="The goal that it serves", optional=True),
                Field(
                    name="follows",
                    label="It follows from what was learned with",
                    hint="The key of an earlier idea",
                    optional=True,
                    things="turns",
                ),
            ),
            detail=_idea,
        ),
        Form(
            id=actions.OPEN_CHALLENGE,
            title="Challenge an idea",
            does="put an idea up for challenge",
            word="challenge",
            detail_type="Challenge Opened",
            fields=(
                _TURN,
                Field(name="title", label="What should be looked at", hint=_DROPPED),
                Field(
                    name="kind",
                    label="How",
                    choices=(
                        ("review", "Review"),
                        ("rfc", "Request for comments"),
                        ("adr", "Decision record"),
                        ("map", "Map"),
                        ("experiment", "Experiment"),
                        ("premortem", "Premortem"),
                    ),
                ),
            ),
            detail=_challenge,
        ),
        Form(
            id=actions.RESOLVE_CHALLENGE,
            title="Resolve a challenge",
            does="say what a challenge came to",
            word="resolve",
            detail_type="Challenge Resolved",
            fields=(
                Field(name="challenge", label="Challenge", hint="Its name", things="challenges"),
                Field(
                    name="decision",
                    label="Decision",
                    choices=(("proceed", "Proceed"), ("change", "Change it"), ("stop", "Stop it")),
                ),
            ),
            detail=_resolved,
        ),
        Form(
            id=actions.RECORD_OUTCOME,
            title="Record an outcome",
            does="say what an idea brought",
            word="outcome",
            detail_type="Outcome Recorded",
            fields=(
                _TURN,
                Field(
                    name="result",
                    label="What it was to bring",
                    choices=(("met", "Was met"), ("missed", "Was missed"), ("learned", "Was not tested; we learned")),
                ),
                Field(name="note", label="What was learned", hint=_DROPPED, optional=True, long=True),
            ),
            detail=_outcome,
        ),
        Form(
            id=actions.OPEN_BLOCKER,
            title="Tell of a blocker",
            does="tell what holds an idea up",
            word="blocker",
            detail_type="Blocker Opened",
            fields=(
                _TURN,
                Field(name="title", label="What holds it up", hint=_DROPPED),
                Field(
                    name="category",
                    label="Of which kind",
                    optional=True,
                    choices=(
                        ("approval", "An approval"),
                        ("dependency", "Another team or system"),
                        ("governance", "Governance"),
                        ("environment", "An environment"),
                        ("skills", "Skills"),
                        ("debt", "Technical debt"),
                        ("ownership", "Nobody owns it"),
                    ),
                ),
            ),
            detail=_blocker,
        ),
        Form(
            id=actions.CLOSE_BLOCKER,
            title="Close a blocker",
            does="say that a blocker is gone",
            word="unblock",
            detail_type="Blocker Closed",
            fields=(Field(name="blocker", label="Blocker", hint="Its name", things="blockers"),),
            detail=_unblocked,
        ),
    )
}
"""By the id that buttons, shortcuts and views have."""

WORDS = {form.word: form for form in FORMS.values()}
