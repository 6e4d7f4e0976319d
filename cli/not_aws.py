"""A page of somebody else where AWS's answer should be: a proxy's, or a guest network's sign-in."""

from typing import Any

from botocore.exceptions import BotoCoreError

_PAGE = (b"<!doctype html", b"<html")


class NotAwsError(BotoCoreError):  # type: ignore[misc]  # botocore has no types
    """What came is a page; raised where botocore would stumble over it, with one error of its parser or another."""

    fmt = "the answer (HTTP {status}) is a page and not AWS's: is there a proxy in between (HTTPS_PROXY, NO_PROXY)?"


def refuse_pages(client: Any) -> Any:
    """A client that raises NotAwsError where a page comes instead of an answer."""
    client.meta.events.register("before-parse", _refuse)
    return client


def _refuse(response_dict: dict[str, Any], **_: Any) -> None:
    body = response_dict.get("body") or b""
    if isinstance(body, bytes) and body.lstrip()[:14].lower().startswith(_PAGE):
        raise NotAwsError(status=response_dict.get("status_code"))
