"""Where a link leads, fit to be shown (value: "Links and titles")."""

from collections.abc import Container
from urllib.parse import urlsplit, urlunsplit

LONGEST = 500


def shown_link(url: str | None, hosts: Container[str] = ()) -> str | None:
    """A link as it may be shown: https, without user, control characters or, but for trusted `hosts`, its query.

    None where there is none, or it is not such a link.
    """
    if url is None or len(url) > LONGEST or not url.isprintable() or any(character in url for character in ' <>"|\\^`'):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme != "https" or not host or "@" in parts.netloc:
        return None
    return urlunsplit(parts if host in hosts else parts._replace(query="", fragment=""))


def host_of(link: str) -> str:
    """The host of a link that is shown with it."""
    return urlsplit(link).hostname or ""
