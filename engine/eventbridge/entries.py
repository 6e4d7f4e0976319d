"""Entries of a PutEvents request: what is refused of them, how they are counted, when they happened."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from engine.clock import EPOCH

MAX_ENTRIES: Final = 10
MAX_REQUEST: Final = 1024 * 1024
"""PutEvents takes ten entries and, since 2026, 1 MiB in all.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html"""
Entry = Mapping[str, Any]
Event = dict[str, Any]


class PutEventsError(Exception):
    """The whole request is refused, as EventBridge does with one that breaks its limits."""


def size_of(entry: Entry) -> int:
    """Bytes as EventBridge counts them: 14 for a time, and the UTF-8 of source, detail-type, detail and resources."""
    texts = [entry.get("Source"), entry.get("DetailType"), entry.get("Detail"), *entry.get("Resources", [])]
    return (14 if "Time" in entry else 0) + sum(len(str(text).encode()) for text in texts if text)


def refusal_of(entry: Entry, *, as_service: bool) -> dict[str, str] | None:
    for field in ("Source", "DetailType", "Detail"):
        if not entry.get(field):
            message = f"Parameter {field} is not valid. Reason: {field} is a required argument."
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": message}
    if str(entry["Source"]).startswith("aws.") and not as_service:
        return {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."}
    try:
        is_object = isinstance(json.loads(entry["Detail"]), dict)
    except ValueError:
        is_object = False
    return None if is_object else {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}


def moment_of(time: Any) -> datetime | None:
    """An entry's time: a datetime from a caller in this process, seconds since 1970 or text over the wire."""
    if time is None or isinstance(time, datetime):
        return time
    if isinstance(time, (int, float)):
        return datetime.fromtimestamp(time, tz=UTC)
    parsed = datetime.fromisoformat(str(time))
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=EPOCH.tzinfo)


def entry_of(event: Mapping[str, Any], bus: str) -> dict[str, Any]:
    """An event in EventBridge's own form as an entry of PutEvents. Its id is EventBridge's to give."""
    entry: dict[str, Any] = {
        "EventBusName": bus,
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"], separators=(",", ":"), ensure_ascii=False),
    }
    if event.get("time"):
        entry["Time"] = event["time"]
    if event.get("resources"):
        entry["Resources"] = list(event["resources"])
    return entry
