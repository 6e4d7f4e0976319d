"""Issues with a label that says what they are: incidents and ideas."""

import re
from collections.abc import Iterator
from typing import Any

from shared.sources.fields import Fields
from shared.sources.github.naming import Context
from shared.sources.links import public_link
from shared.sources.options import matches
from shared.sources.times import revision_of
from shared.sources.translation import Canonical, Translation, canonical, ignored, natural_id, translated

_CAUSE = re.compile(
    r"^[ >*_-]*caused[ -]by:[*_ \t]*(?:(?P<external>external)\b.*|deployment[ \t]+#?(?P<named>\S{1,256})"
    r"|#?(?P<deployment>[0-9]{1,20})|(?:commit[ \t]+)?(?P<commit>[0-9a-f]{40}))[ \t.]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_SEVERITY = re.compile(r"(?:sev(?:erity)?[ :/-]*\w{1,16}|p[0-5])", re.IGNORECASE)
_SERVICE = re.compile(r"service[ :/-]+(?P<name>\S.{0,200})", re.IGNORECASE)
_SEARCHED = 65_536
_STOPPED = {"not_planned": "not planned", "duplicate": "a duplicate"}


def issues(context: Context) -> Translation:
    """An incident or an idea, by its labels; anything else is no event of the wheel."""
    issue = context.body.object("issue")
    steps = {
        "opened": _opened,
        "labeled": _labelled,
        "typed": _labelled,
        "edited": _edited,
        "closed": _closed,
        "reopened": _reopened,
        "unlabeled": _taken_off,
        "untyped": _taken_off,
        "deleted": _deleted,
        "transferred": _deleted,
    }
    if context.action not in steps:
        return ignored(context.kind, "only opening, labelling, editing and closing of an issue are counted")
    if issue.raw("pull_request") is not None:
        return ignored(context.kind, "a pull request, not an issue")
    return translated(context.kind, steps[context.action](context, issue), _otherwise(context, issue))


def _otherwise(context: Context, issue: Fields) -> str:
    labels = _labels(context, issue)
    if context.action == "closed" and _is(labels, context.options.idea_labels):
        return "that an idea's work is done says nothing of what came of it: `Outcome Recorded` does"
    known = (*context.options.incident_labels, *context.options.idea_labels)
    if _is(labels, known):
        return "it is what it was, and nothing that counts of it changed"
    return f"it has none of the labels {', '.join(f'`{label}`' for label in known)}"


def _opened(context: Context, issue: Fields) -> Iterator[Canonical]:
    """One that was transferred takes the place of that which it was, even where nobody told of the transfer."""
    labels = _labels(context, issue)
    changes = context.body.optional_object("changes")
    before = changes.optional_object("old_issue") if changes else None
    if before:
        yield from _no_more(context, before, labels, [])
    if _is(labels, context.options.incident_labels):
        yield from _incident(context, issue)
    if _is(labels, context.options.idea_labels):
        yield _idea(context, issue)


def _labelled(context: Context, issue: Fields) -> Iterator[Canonical]:
    """The same events as for an issue opened with the label: GitHub then sends both."""
    label = [_changed(context)]
    if _is(label, context.options.incident_labels):
        yield from _incident(context, issue)
    elif _describes(label[0]):
        yield from _restated(context, issue)
    if _is(label, context.options.idea_labels):
        yield _idea(context, issue)


def _edited(context: Context, issue: Fields) -> Iterator[Canonical]:
    """The cause of an incident is mostly known only after it was opened, often after it was over."""
    changes = context.body.optional_object("changes")
    is_renamed = changes is not None and "title" in changes
    if is_renamed or (changes is not None and "body" in changes):
        yield from _restated(context, issue)
    if is_renamed and _is(_labels(context, issue), context.options.idea_labels):
        yield _idea(context, issue, revision=_revision(issue))


def _restated(context: Context, issue: Fields) -> Iterator[Canonical]:
    """The incident as it is now described, as a revision of its opening, and of its resolution where it is over."""
    if _is(_labels(context, issue), context.options.incident_labels):
        event_id = natural_id("issue", issue.id("id"), "incident")
        fields = _opening(context, issue) | {"revision": _revision(issue)}
        yield canonical("Incident Opened", event_id, issue.moment("created_at"), **fields)
        if issue.raw("state") == "closed" and "closed_at" in issue:
            yield _resolved(context, issue)


def _closed(context: Context, issue: Fields) -> Iterator[Canonical]:
    """An incident's opening is restated: it may have been told under another name of the repository, or not at all."""
    labels = _labels(context, issue)
    yield from _restated(context, issue)
    reason = _STOPPED.get(issue.optional_text("state_reason") or "")
    if reason and _is(labels, context.options.idea_labels):
        event_id = natural_id("issue", issue.id("id"), "stopped")
        yield canonical(
            "Turn Stopped",
            event_id,
            issue.moment("closed_at"),
            **_common(context, issue),
            reason=reason,
            idea=context.numbered(issue),
            revision=_revision(issue),
        )


def _reopened(context: Context, issue: Fields) -> Iterator[Canonical]:
    """What was not over: this takes the place of its resolution, or of its stop, until the next one takes its.

    In the place of a stop an idea is proposed once more, at the same moment: that changes nothing else.
    """
    labels = _labels(context, issue)
    if _is(labels, context.options.idea_labels):
        yield _proposed(context, issue, "stopped", revision=_revision(issue))
    if _is(labels, context.options.incident_labels):
        event_id = natural_id("issue", issue.id("id"), "state")
        fields = _opening(context, issue) | {"revision": _revision(issue)}
        yield canonical("Incident Opened", event_id, issue.moment("updated_at"), **fields)


def _taken_off(context: Context, issue: Fields) -> Iterator[Canonical]:
    """What it was by the label alone it is no more; by another of its labels it still may be."""
    label = _changed(context)
    yield from _no_more(context, issue, [label], _labels(context, issue))
    if _describes(label):
        yield from _restated(context, issue)


def _deleted(context: Context, issue: Fields) -> Iterator[Canonical]:
    """Deleted, or moved to another repository, which tells of it anew: of an issue opened there."""
    yield from _no_more(context, issue, _labels(context, issue), [])


def _no_more(context: Context, issue: Fields, before: list[str], now: list[str]) -> Iterator[Canonical]:
    """Every event that may have opened the incident or proposed the idea is taken back, else it would be there anew.

    `edited` is what an earlier release called a restated opening.
    """
    incident, idea = context.options.incident_labels, context.options.idea_labels
    if _is(before, incident) and not _is(now, incident):
        yield from (_retracted(issue, what) for what in ("incident", "state", "edited"))
    if _is(before, idea) and not _is(now, idea):
        yield from (_retracted(issue, what) for what in ("idea", "stopped"))


def _incident(context: Context, issue: Fields) -> Iterator[Canonical]:
    """Open since it was reported, whenever it got its label; an issue labelled after its closing is over as well."""
    event_id = natural_id("issue", issue.id("id"), "incident")
    yield canonical("Incident Opened", event_id, issue.moment("created_at"), **_opening(context, issue))
    if issue.raw("state") == "closed" and "closed_at" in issue:
        yield _resolved(context, issue)


def _resolved(context: Context, issue: Fields) -> Canonical:
    event_id = natural_id("issue", issue.id("id"), "state")
    fields = _incident_fields(context, issue) | {"revision": _revision(issue)}
    return canonical("Incident Resolved", event_id, issue.moment("closed_at"), **fields)


def _revision(issue: Fields) -> int | None:
    """The later an issue was changed, the higher; so of a resolution and a reopening the one told last counts."""
    changed = issue.optional_moment("updated_at")
    return None if changed is None else revision_of(issue.moment("created_at"), changed)


def _idea(context: Context, issue: Fields, revision: int | None = None) -> Canonical:
    return _proposed(context, issue, "idea", title=issue.optional_text("title"), revision=revision)


def _proposed(context: Context, issue: Fields, what: str, **more: Any) -> Canonical:
    return canonical(
        "Idea Proposed",
        natural_id("issue", issue.id("id"), what),
        issue.moment("created_at"),
        **_common(context, issue),
        idea=context.numbered(issue),
        **more,
    )


def _retracted(issue: Fields, what: str) -> Canonical:
    event_id = natural_id("issue", issue.id("id"), what)
    return canonical(
        "Event Retracted", natural_id(event_id, "retracted"), issue.moment("updated_at"), retracts=event_id
    )


def _opening(context: Context, issue: Fields) -> dict[str, Any]:
    return _incident_fields(context, issue) | {"title": issue.optional_text("title")}


def _incident_fields(context: Context, issue: Fields) -> dict[str, Any]:
    severity = next((label for label in _labels(context, issue) if _SEVERITY.fullmatch(label)), None)
    return _common(context, issue) | {
        "incident": context.numbered(issue),
        "severity": severity,
        "cause": _cause(issue.optional_text("body")),
    }


def _common(context: Context, issue: Fields) -> dict[str, Any]:
    named = next(
        (service_label["name"] for label in _labels(context, issue) if (service_label := _SERVICE.fullmatch(label))),
        None,
    )
    service = named.strip() if named else context.service
    return {"service": service, "url": public_link(issue.optional_text("html_url"))}


def _cause(body: str | None) -> dict[str, Any] | None:
    """The last line `Caused by: 4711` (or `deployment NAME`), `Caused by: <commit>` or `Caused by: external`."""
    every = list(_CAUSE.finditer((body or "")[:_SEARCHED]))
    if not every:
        return None
    last = every[-1]
    if last["external"]:
        return {"external": True}
    if last["commit"]:
        return {"commit": last["commit"].lower()}
    return {"deployment": last["named"] or last["deployment"]}


def _changed(context: Context) -> str:
    """The label or type that was put on or taken off."""
    changed = context.body.optional_object("label") or context.body.optional_object("type")
    return (changed.optional_text("name") if changed else None) or ""


def _labels(context: Context, issue: Fields) -> list[str]:
    """The names of the labels and of the type, without that which is taken off: GitHub may list it still."""
    names = [label.optional_text("name") for label in issue.objects("labels")]
    if context.action == "unlabeled":
        names = [name for name in names if name != _changed(context)]
    type_ = issue.raw("type")
    if isinstance(type_, dict) and context.action != "untyped":
        names.append(Fields(type_, "type").optional_text("name"))
    return [name for name in names if name]


def _describes(label: str) -> bool:
    """Whether a label says an incident's severity or service."""
    return bool(_SEVERITY.fullmatch(label) or _SERVICE.fullmatch(label))


def _is(labels: list[str], wanted: tuple[str, ...]) -> bool:
    return any(matches(label, wanted) for label in labels)
