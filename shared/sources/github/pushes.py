"""Pushes: the only times of commits that GitHub sends, since its deployments carry just a head."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from shared.sources.fields import Fields
from shared.sources.github.naming import Context, is_bot
from shared.sources.options import matches
from shared.sources.times import from_epoch
from shared.sources.translation import Canonical, Translation, canonical, ignored, natural_id, translated

PART_BYTES = 150_000
"""Of commits in one event: EventBridge takes 256 KB an entry, and GitHub sends up to 2,048 commits a push."""


def push(context: Context) -> Translation:
    """Translate a push to a branch that deployments come from; a new branch named after an idea starts work on it."""
    body = context.body
    ref = body.text("ref")
    if not ref.startswith("refs/heads/"):
        return ignored(context.kind, "only pushes to branches carry changes; a release tells of its tag")
    if body.flag("deleted"):
        return ignored(context.kind, "a branch was deleted: its changes were recorded when they were pushed")
    branch = ref.removeprefix("refs/heads/")
    default = body.object("repository").optional_text("default_branch")
    if branch == default or matches(branch, context.options.branches):
        return translated(context.kind, _recorded(context, branch))
    if body.flag("created"):
        otherwise = f"a new branch that names no idea; pushes to `{default}` are recorded"
        return translated(context.kind, _started(context, branch), otherwise)
    return ignored(context.kind, f"only pushes to `{default}` are recorded, and to branches that the options name")


def _recorded(context: Context, branch: str) -> Iterator[Canonical]:
    """One event, or several of one moment for a very large push; their ids sort in the order of the commits."""
    body = context.body
    time, before, head = _time(body), body.text("before"), body.text("after")
    base = natural_id("push", context.repository_id, _short(branch), before[:12], head[:12])
    previous = before if before.strip("0") else None
    for number, part in enumerate(_parts(_commits(context, head))):
        yield canonical(
            "Change Recorded",
            natural_id(base, f"part{number:03}" if number else None),
            time,
            repository=context.repository,
            branch=branch,
            before=previous,
            head=part[-1]["sha"],
            commits=part,
        )
        previous = part[-1]["sha"]


def _started(context: Context, branch: str) -> Iterator[Canonical]:
    head = context.body.text("after")
    for idea in context.options.ideas(branch, repository=context.repository):
        event_id = natural_id("branch", context.repository_id, head, idea)
        yield canonical("Work Started", event_id, _time(context.body), service=context.service, idea=idea, commit=head)


def _commits(context: Context, head: str) -> list[dict[str, Any]]:
    """Oldest first, the head last: a new branch of an old commit lists none, and yet puts the head on that branch."""
    body = context.body
    commits = [_commit(context, each) for each in body.objects("commits")]
    last = body.optional_object("head_commit")
    if last is not None and head not in {commit["sha"] for commit in commits}:
        commits.append(_commit(context, last))
    if not commits:
        raise body.refused("commits", "the commits of the push, or `head_commit`")
    return commits


def _commit(context: Context, commit: Fields) -> dict[str, Any]:
    fields: dict[str, Any] = {"sha": commit.text("id"), "time": commit.moment("timestamp")}
    ideas = (
        ()
        if _by_program(commit)
        else context.options.ideas(message=commit.optional_text("message"), repository=context.repository)
    )
    services = _services(context, commit)
    return fields | {name: list(each) for name, each in (("ideas", ideas), ("services", services)) if each}


def _by_program(commit: Fields) -> bool:
    """Whether a program wrote it: its message quotes other people's release notes, and their keys are not ours."""
    author = commit.raw("author")
    if not isinstance(author, dict):
        return False
    return is_bot(Fields(author)) or str(author.get("username") or author.get("name") or "").endswith("[bot]")


def _services(context: Context, commit: Fields) -> tuple[str, ...]:
    """The services whose files it changed, where the options say which paths are whose."""
    rules = [rule for rule in context.options.paths if matches(context.repository, (rule.repository,))]
    if not rules:
        return ()
    files = [file for name in ("added", "modified", "removed") for file in commit.texts(name)]
    return tuple(dict.fromkeys(r.service for r in rules if any(matches(file, (r.path,)) for file in files)))


def _parts(commits: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    size = 0
    for commit in commits:
        length = len(json.dumps(commit))
        if part and size + length > PART_BYTES:
            yield part
            part, size = [], 0
        part.append(commit)
        size += length
    yield part


def _short(branch: str) -> str:
    """The branch, or a hash of a long name: a part's number must still fit behind it."""
    return branch if len(branch) <= 40 else hashlib.sha256(branch.encode()).hexdigest()[:16]


def _time(body: Fields) -> str:
    """The time of the push: here, and only here, GitHub writes `pushed_at` as seconds since 1970."""
    repository = body.object("repository")
    pushed = from_epoch(repository.raw("pushed_at"), "s") or repository.optional_moment("pushed_at")
    return pushed or body.object("head_commit").moment("timestamp")
