"""Links, fit to be shown: address and host (value: "Links and titles")."""

from collections.abc import Container
from urllib.parse import urlsplit, urlunsplit

from shared.flywheel.facts.links import link_of


def shown_link(url: str | None, hosts: Container[str] = ()) -> str | None:
    """A link as it may be shown: as facts keep it but, unless its host is one of the trusted `hosts`, without query."""
    kept = link_of(url)
    if kept is None:
        return None
    parts = urlsplit(kept)
    return kept if parts.hostname in hosts else urlunsplit(parts._replace(query="", fragment=""))
