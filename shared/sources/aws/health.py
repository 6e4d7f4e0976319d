"""AWS Health: issues of AWS's own services are incidents from outside."""

from collections.abc import Iterator
from typing import Any

from shared.sources.aws.notice import NOT_PRODUCTION, Notice
from shared.sources.translation import Canonical, Translation, canonical, natural_id, translated


def issues(notice: Notice) -> Translation:
    """An issue opened, goes on, or is over; all its events say when it began."""
    category = notice.detail.text("eventTypeCategory")
    if category != "issue":
        return notice.ignored(category, "no issue of a service")
    if notice.is_elsewhere():
        return notice.ignored(None, NOT_PRODUCTION)
    return translated(notice.kind, _issue(notice))


def _issue(notice: Notice) -> Iterator[Canonical]:
    """Every account that is told of an issue is told of the same: the ids hold no account, so it counts once."""
    arn = notice.detail.text("eventArn")
    service = notice.detail.name("service")
    fields: dict[str, Any] = {
        "incident": natural_id(arn),
        "service": notice.service(service),
        "cause": {"external": True},
    }
    title = notice.detail.optional_text("eventTypeCode")
    yield canonical("Incident Opened", natural_id("opened", arn), notice.time_in("startTime"), **fields, title=title)
    status = notice.detail.optional_text("statusCode")
    if status == "closed" or (status is None and "endTime" in notice.detail):
        time = notice.time_in("endTime", "lastUpdatedTime")
        yield canonical("Incident Resolved", natural_id("resolved", arn), time, **fields)
