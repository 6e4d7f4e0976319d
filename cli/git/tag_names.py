"""What a tag's name says: whose release it is, which version, and whether it went to production.

Names follow no standard. Semantic versions, calendar versions, `api/v1.2`, `web-1.0`, `@scope/web@1.0.0`,
`release-2026-03-01` and `curl-8_5_0` are read; what names no number (`latest`, `nightly`) is no release unless a clone
has only such tags.
"""

import re
from datetime import UTC, datetime, timedelta

from msgspec import Struct

_SEPARATORS = "/@_-. "
_DOTTED = r"[vVrR]?(?P<version>\d+(?:\.\d+)+)(?P<suffix>.*)$"
_PLAIN = r"[vVrR]?(?P<version>\d+(?:[._-]\d+)*)(?P<suffix>.*)$"
_AFTER_SEPARATOR = r"^(?P<prefix>(?:.*?[/@_-])??)"
_ANYWHERE = r"^(?P<prefix>\D*?)"
_FORMS = tuple(re.compile(begin + version) for begin in (_AFTER_SEPARATOR, _ANYWHERE) for version in (_DOTTED, _PLAIN))
_NO_SERVICE = frozenset(
    [
        "v",
        "ver",
        "version",
        "r",
        "rel",
        "release",
        "releases",
        "stable",
        "prod",
        "production",
        "deploy",
        "deployed",
        "deployment",
        "live",
        "tag",
        "tags",
    ]
)
_NOT_YET = re.compile(
    r"(?:^|[^a-z])(?:a|alpha|b|beta|c|rc|cr|pre|preview|dev|snapshot|milestone|m|canary|next|nightly|edge|test|insiders)"
    r"(?:$|[^a-z])"
)
_RELEASED = re.compile(r"(?:final|release|ga|stable|lts|post\.?\d*|[a-z]|\d[\d._-]*)?")
_FIX = re.compile(r"(?:p|sp|patch|hotfix|fix|sec)(?:$|[^a-z].*|\d.*)")
_DATE_SLACK = timedelta(days=2)


class TagName(Struct, frozen=True):
    """A tag's name taken apart. `family` is empty where the name says only a version."""

    name: str
    family: str = ""
    version: tuple[int, ...] = ()
    label: str = ""
    """The name without its family: `v1.2` of `api/v1.2`."""
    pre_release: bool = False
    fix: bool = False
    """The suffix calls it a patch or hotfix: `1.2.3-hotfix1`."""

    def line(self, released: datetime) -> tuple[int, ...]:
        """What a patch stays within: major and minor, or the day of a version that is its date."""
        return self.version[:3] if self._is_date(released) else (*self.version, 0, 0)[:2]

    def patches(self, before: "TagName", released: datetime) -> bool:
        """Whether this is a patch of a release before it: the same line and a higher version, or called a fix of it."""
        if not self.version or self.line(released) != before.line(released):
            return False
        return self.version > before.version or (self.fix and self.version == before.version)

    def _is_date(self, released: datetime) -> bool:
        """A calendar version such as `2026.03.01`: tomorrow's is no patch of today's."""
        try:
            year, month, day = self.version[:3]
            dated = datetime(year, month, day, tzinfo=UTC)
        except (ValueError, OverflowError):
            return False
        return abs(released - dated) <= _DATE_SLACK


def read_tag(name: str) -> TagName:
    """Take a tag's name apart; one without a number has an empty version."""
    for form in _FORMS:
        found = form.match(name)
        if found:
            return _parts(name, found)
    return TagName(name, label=name)


def _parts(name: str, found: re.Match[str]) -> TagName:
    prefix, suffix = found["prefix"], found["suffix"].lower()
    tail = suffix.lstrip(_SEPARATORS + "~")
    fix = bool(_FIX.fullmatch(tail))
    released = suffix.startswith("+") or fix or bool(_RELEASED.fullmatch(tail))
    numbers = re.split(r"[._-]", found["version"])
    if released and tail[:1].isdigit() and not suffix.startswith("+"):
        numbers += [part for part in re.split(r"[._-]", tail) if part]
    return TagName(
        name,
        family=_family(prefix),
        version=tuple(map(int, numbers)),
        label=name[len(prefix) :],
        pre_release=not released or bool(_NOT_YET.search(prefix.lower())),
        fix=fix,
    )


def _family(prefix: str) -> str:
    """The service in a prefix: `api` of `api/`, of `release/api-` and of `api-release-`; nothing of `release-`."""
    parts = re.split(r"([/@_-])", prefix.rstrip(_SEPARATORS))
    while parts and (parts[-1].lower() in _NO_SERVICE or parts[-1] in "/@_-"):
        parts.pop()
    while len(parts) > 1 and parts[0].lower() in _NO_SERVICE:
        parts = parts[2:]
    return "".join(parts).strip("/_-")
