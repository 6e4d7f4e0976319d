"""Pull requests: work on an idea; and reviews of them, each a challenge that its verdict resolves."""

from collections.abc import Iterator
from typing import Any

from shared.sources.fields import Fields
from shared.sources.github.naming import Context, is_bot
from shared.sources.links import public_link
from shared.sources.translation import Canonical, Translation, canonical, ignored, natural_id, translated

_NO_IDEA = "it names no idea: put a key into its branch or title, or `Closes #12` into its description"
_NO_STEP = {
    "closed": "its reviews are its challenge, and the push that merges it brings its commits",
    "edited": "neither its title nor its description was changed",
}
_DECISIONS = {"approved": "proceed", "changes_requested": "change"}


def pull_request(context: Context) -> Translation:
    """Opened, or given a key later: work started. That nobody objected to it is no challenge: only reviews are."""
    is_named_anew = context.action == "edited" and _changes_words(context)
    if context.action != "opened" and not is_named_anew:
        why = _NO_STEP.get(context.action, "only its opening is counted, and its reviews")
        return ignored(context.kind, why)
    return translated(context.kind, _opened(context, context.body.object("pull_request")), _NO_IDEA)


def pull_request_review(context: Context) -> Translation:
    """A verdict decides: approval goes on, a request for changes changes. Comments decide nothing."""
    review, pull = context.body.object("review"), context.body.object("pull_request")
    if context.action != "submitted":
        return ignored(context.kind, "only a submitted review is counted")
    state = review.text("state").lower()
    if state not in _DECISIONS:
        return ignored(f"{context.kind}.{state}", "a review without a verdict decides nothing")
    if is_bot(review.optional_object("user")):
        return ignored(context.kind, "a program's review challenges nobody")
    return translated(context.kind, _reviewed(context, review, pull, _DECISIONS[state]))


def _changes_words(context: Context) -> bool:
    changes = context.body.optional_object("changes")
    return changes is not None and ("title" in changes or "body" in changes)


def _opened(context: Context, pull: Fields) -> Iterator[Canonical]:
    head = pull.object("head").optional_text("sha") if context.action == "opened" else None
    for idea, common in _of_ideas(context, pull):
        event_id = natural_id("pull-request", pull.id("id"), "opened", idea)
        yield canonical("Work Started", event_id, pull.moment("created_at"), **common, commit=head)


def _reviewed(context: Context, review: Fields, pull: Fields, decision: str) -> Iterator[Canonical]:
    """A challenge from the pull request's opening to the verdict: how long its author waited for an answer.

    Of several verdicts the first resolves it; each reviewer counts as a challenger. One that names no idea is a
    challenge of the service's flywheel, and of no turn.
    """
    challenge = context.numbered(pull)
    bare: dict[str, Any] = {"service": context.service, "url": public_link(pull.optional_text("html_url"))}
    for idea, common in tuple(_of_ideas(context, pull)) or ((None, bare),):
        event_id = natural_id("review", review.id("id"), idea)
        yield canonical(
            "Challenge Opened",
            natural_id("review", review.id("id"), "opened", idea),
            pull.moment("created_at"),
            **common,
            challenge=challenge,
            kind="review",
            challenger=_reviewer(review),
            title=pull.optional_text("title"),
        )
        yield canonical(
            "Challenge Resolved",
            event_id,
            review.moment("submitted_at"),
            **common,
            challenge=challenge,
            decision=decision,
        )


def _reviewer(review: Fields) -> str | None:
    """GitHub's number of the account, never its name; the log keeps a keyed hash of it."""
    user = review.optional_object("user")
    return natural_id("github", user.id("id")) if user and "id" in user else None


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
