"""Links of events as facts keep them: what nobody can be led astray or given away by (value: "Links and titles")."""

import re
from urllib.parse import urlsplit

LENGTH = 500
"""Characters of a link that are kept."""
_NEVER = frozenset("<>|\\\"'` ")
"""Characters that would end a link, or say something else, where one is shown."""
_USUAL = re.compile(r"https://[a-z0-9.-]*[a-z0-9](?:/[A-Za-z0-9/._~?&=%+:;,@!$()*#-]*)?")
"""Surely a link, so that most are read at once: a host alone, and whatever may follow it."""


def link_of(url: str | None) -> str | None:
    """An `https` link as it was sent, query included; None where it is none, too long, or names a user.

    Control characters and anything outside ASCII make it none: a host can be spelt to look like another.
    """
    if url is None or len(url) > LENGTH:
        return None
    return url if _USUAL.fullmatch(url) else _examined(url)


def _examined(url: str) -> str | None:
    if not url.isascii() or not url.isprintable() or _NEVER & set(url):
        return None
    try:
        parts = urlsplit(url)
        is_link = parts.scheme == "https" and parts.hostname is not None and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return url if is_link and parts.hostname and "@" not in parts.netloc else None
