"""Addresses of remotes: of them only the path is kept, never host or credentials."""

import re

_REMOTE = re.compile(r"(?:[a-z+]+://[^/]+/|(?:[^/@:]+@)?[^/@:]+:(?!/))(?P<path>[^:]+?)(?:\.git)?/?$")


def repository_of_remote(address: str) -> str | None:
    """`owner/name` of `https://token@host/owner/name.git` or `git@host:owner/name`; None of anything else."""
    remote = _REMOTE.match(address.strip())
    return remote["path"] if remote else None
