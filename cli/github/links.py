"""The `Link` header of GitHub's lists (RFC 8288): where the next page is."""

import re

_LINK = re.compile(r"<(?P<address>[^<>]+)>(?P<parameters>[^<]*)")
_NEXT = re.compile(r';\s*rel="?next"?(?:[;,\s]|$)')


def next_page(header: str) -> str | None:
    """The address of the next page; None on the last one."""
    return next((link["address"] for link in _LINK.finditer(header) if _NEXT.search(link["parameters"])), None)
