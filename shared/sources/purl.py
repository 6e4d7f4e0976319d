"""Package URLs: what they tell of the repository and the commit that an artifact was made from."""

import re
from typing import NamedTuple
from urllib.parse import unquote

_PURL = re.compile(
    r"pkg:/*(?P<type>[A-Za-z][\w.+-]*)/(?P<path>[^@?#]+)(?:@(?P<version>[^?#]+))?(?:\?(?P<more>[^#]*))?.*"
)
_HOSTS = {"github", "gitlab", "bitbucket"}
"""Types whose name is a repository and whose version is a commit or a tag."""
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_VCS = re.compile(
    r"(?:git\+)?(?:https?|ssh|git)://(?:[^/@]*@)?[^/]+/(?P<path>[^@#]+?)(?:\.git)?(?:@(?P<version>[^#]+))?"
)
_LONGEST = 2048


class Made(NamedTuple):
    """The parts of a package URL; `commit` is None for a version that is a tag or an image's digest."""

    name: str | None = None
    repository: str | None = None
    commit: str | None = None


def made_from(purl: str | None) -> Made:
    """Read a package URL; nothing is told by what is none."""
    match = _PURL.fullmatch(purl) if purl and len(purl) <= _LONGEST else None
    if match is None:
        return Made()
    path = unquote(match["path"]).strip("/")
    version = unquote(match["version"] or "")
    name = path.rpartition("/")[2] or None
    if match["type"].lower() in _HOSTS:
        return Made(name, path or None, _commit(version))
    return Made(name, *_origin(match["more"] or ""))


def _origin(qualifiers: str) -> tuple[str | None, str | None]:
    """The qualifier `vcs_url`: `git+https://github.com/owner/name@commit`."""
    stated = (each.partition("=") for each in qualifiers.split("&"))
    url = next((unquote(value) for key, _, value in stated if key == "vcs_url"), "")
    match = _VCS.fullmatch(url)
    return (match["path"], _commit(match["version"] or "")) if match else (None, None)


def _commit(version: str) -> str | None:
    return version if _COMMIT.fullmatch(version) else None
