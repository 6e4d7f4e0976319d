"""Releases: a published release is what users can get."""

import re
from collections.abc import Iterator

from shared.sources.fields import Fields
from shared.sources.github.naming import Context
from shared.sources.links import public_link
from shared.sources.translation import Canonical, Translation, canonical, ignored, natural_id, translated

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def release(context: Context) -> Translation:
    """`published` and `released` come together for one release and make the same event; alone, either is enough."""
    if context.action not in {"published", "released", "prereleased"}:
        return ignored(context.kind, "only published releases are counted")
    made = context.body.object("release")
    if made.flag("draft"):
        return ignored(context.kind, "a draft reaches nobody")
    if made.flag("prerelease"):
        return ignored(context.kind, "a pre-release is not for all users; it counts once it is released")
    return translated(context.kind, _released(context, made))


def _released(context: Context, made: Fields) -> Iterator[Canonical]:
    """One release, joined with each idea that its notes say it brings: the idea's turn is released by it."""
    tag = made.name("tag_name")
    service = context.options.service(f"{context.repository}@{tag}") or context.service
    commit = made.optional_text("target_commitish") or ""
    ideas = context.options.ideas(
        tag,
        made.optional_text("name"),
        repository=context.repository,
        description=made.optional_text("body"),
    )
    for idea in ideas or (None,):
        yield canonical(
            "Feature Released",
            natural_id("release", made.id("id"), idea),
            _time(made),
            feature=f"{service}@{tag}",
            service=service,
            idea=idea,
            commits=[commit] if _SHA.fullmatch(commit) else None,
            url=public_link(made.optional_text("html_url")),
        )


def _time(made: Fields) -> str:
    """When it was published, or turned from a pre-release into a release: GitHub keeps `published_at` then."""
    published, updated = made.moment("published_at"), made.optional_moment("updated_at")
    return max(published, updated) if updated else published
