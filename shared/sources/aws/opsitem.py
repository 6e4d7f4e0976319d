"""AWS Systems Manager OpsItems: operational issues are incidents; insights and change requests are none."""

from collections.abc import Iterator
from typing import Any

from shared.sources.aws.notice import NOT_PRODUCTION, Notice
from shared.sources.times import revision_of
from shared.sources.translation import Canonical, Translation, canonical, translated

_ISSUES = {"/aws/issue", ""}
_OVER = {"resolved", "closed"}
_OPEN = {"open", "inprogress"}


def opsitems(notice: Notice) -> Translation:
    """An OpsItem was made or changed. Its statuses come in any case.

    Resolving and opening again share one id, so that of the two the later counts: what was opened again was not over.
    A change restates the opening, with the service and severity of now.
    """
    type_ = notice.detail.optional_text("ops-item-type") or ""
    if type_ not in _ISSUES:
        return notice.ignored(type_, "an OpsItem that is no operational issue")
    status = notice.detail.text("status").lower()
    item = notice.detail.id("ops-item-id")
    if status not in _OPEN | _OVER:
        return notice.ignored(status, "neither an open nor a resolved issue")
    if notice.is_elsewhere(notice.detail.optional_text("source")):
        return notice.ignored(None, NOT_PRODUCTION)
    opened = notice.kind == "OpsItem Create"
    time = notice.time_in("created-time") if opened else notice.time_in("modified-time")
    fields: dict[str, Any] = {
        "incident": item,
        "service": _service(notice),
        "severity": notice.detail.optional_text("severity"),
    }
    over = status in _OVER
    opening = fields | {"title": notice.detail.optional_text("title")}
    detail_type, detail = ("Incident Resolved", fields) if over else ("Incident Opened", opening)
    event = canonical(detail_type, notice.id(item, "created" if opened else "state"), time, **detail)
    return translated(notice.kind, [event] if opened else [event, *_restated(notice, item, time, opening)])


def _restated(notice: Notice, item: str, changed: str, opening: dict[str, Any]) -> Iterator[Canonical]:
    began = notice.detail.optional_moment("created-time")
    if began is not None:
        revision = revision_of(began, changed)
        yield canonical("Incident Opened", notice.id(item, "created"), began, revision=revision, **opening)


def _service(notice: Notice) -> str | None:
    """A rule that fits the title (alarms make titles with their name in it) or the source; else the source."""
    title, source = notice.detail.optional_text("title"), notice.detail.optional_name("source")
    mapped = (notice.options.service(name) for name in (title, source) if name)
    return next((service for service in mapped if service), source)
