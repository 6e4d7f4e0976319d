"""Addresses that may be shown to people."""

from urllib.parse import urlsplit

_LENGTH = 1024


def public_link(address: str | None) -> str | None:
    """An `https` address without what may be secret or dangerous in one: user, query, fragment; else None."""
    if not address or len(address) > _LENGTH or not address.isascii() or not address.isprintable():
        return None
    try:
        parts = urlsplit(address.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if parts.scheme not in {"https", "http"} or not parts.hostname or any(each in address for each in "<>|\" '"):
        return None
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"
