"""Pull requests: work on an idea, and its challenge by review. Without an idea's key they belong to no turn."""

from collections.abc import Iterator
from typing import Any

from shared.sources.fields import Fields
from shared.sources.github.naming import Context, is_bot
from shared.sources.links import public_link
from shared.sources.translation import Canonical, Translation, canonical, ignored, natural_id, translated

_NO_IDEA = "it names no idea: put a key into its branch or title, or `Closes #12` into its description"
_DECISIONS = {"approved": "proceed", "changes_requested": "change"}


def pull_request(context: Context) -> Translation:
    """Opened: work started, and a challenge unless it is a draft. Closed: the challenge is over."""
    pull = context.body.object("pull_request")
    steps = {"opened": _opened, "ready_for_review": _ready, "closed": _closed}
    if context.action not in steps:
        return ignored(context.kind, "only opening, readiness for review and closing of a pull request are counted")
    return translated(context.kind, steps[context.action](context, pull), _NO_IDEA)


def pull_request_review(context: Context) -> Translation:
    """A verdict decides the challenge: approval goes on, a request for changes changes. Comments decide nothing."""
    review, pull = context.body.object("review"), context.body.object("pull_request")
    if context.action != "submitted":
        return ignored(context.kind, "only a submitted review is counted")
    state = review.text("state").lower()
    if state not in _DECISIONS:
        return ignored(f"{context.kind}.{state}", "a review without a verdict decides nothing")
    if is_bot(review.optional_object("user")):
        return ignored(context.kind, "a program's review challenges nobody")
    return translated(context.kind, _reviewed(context, review, pull, _DECISIONS[state]), _NO_IDEA)


def _opened(context: Context, pull: Fields) -> Iterator[Canonical]:
    time = pull.moment("created_at")
    head = pull.object("head").optional_text("sha")
    for idea, common in _of_ideas(context, pull):
        yield canonical("Work Started", _id(pull, "opened", idea), time, **common, commit=head)
        if not pull.flag("draft"):
            yield _challenged(context, pull, idea, common, time)


def _ready(context: Context, pull: Fields) -> Iterator[Canonical]:
    for idea, common in _of_ideas(context, pull):
        yield _challenged(context, pull, idea, common, pull.moment("updated_at"))


def _challenged(context: Context, pull: Fields, idea: str, common: dict[str, Any], time: str) -> Canonical:
    challenge = context.numbered(pull)
    return canonical("Challenge Opened", _id(pull, "review", idea), time, **common, challenge=challenge, kind="review")


def _closed(context: Context, pull: Fields) -> Iterator[Canonical]:
    """Merged: the idea proceeds. Closed unmerged: this way of doing it ended, which stops no idea."""
    merged = pull.flag("merged")
    time = pull.moment("merged_at" if merged else "closed_at")
    for idea, common in _of_ideas(context, pull):
        yield canonical(
            "Challenge Resolved",
            _id(pull, "closed", idea),
            time,
            **common,
            challenge=context.numbered(pull),
            decision="proceed" if merged else "change",
        )


def _reviewed(context: Context, review: Fields, pull: Fields, decision: str) -> Iterator[Canonical]:
    for idea, common in _of_ideas(context, pull):
        yield canonical(
            "Challenge Resolved",
            natural_id("review", review.id("id"), idea),
            review.moment("submitted_at"),
            **common,
            challenge=context.numbered(pull),
            decision=decision,
        )


def _of_ideas(context: Context, pull: Fields) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each idea that a branch, title or description names, with what its events share.

    A program's description quotes what others wrote: only its branch and title are read.
    """
    body = None if is_bot(pull.optional_object("user")) else pull.optional_text("body")
    ideas = context.options.ideas(
        pull.object("head").optional_text("ref"),
        pull.optional_text("title"),
        repository=context.repository,
        description=body,
    )
    url = public_link(pull.optional_text("html_url"))
    for idea in ideas:
        yield idea, {"service": context.service, "idea": idea, "url": url}


def _id(pull: Fields, step: str, idea: str) -> str:
    return natural_id("pull-request", pull.id("id"), step, idea)
