"""A tag's name: whose release it is, which version, and whether it is one at all.

Names follow no standard. Semantic versions, calendar versions, `api/v1.2`, `web-1.0`, `@scope/web@1.0.0`,
`release-2026-03-01.2` and `curl-8_5_0` are read. What stands before the version is a name and no more: `edge-v1.0` is
a release of `edge`. Only what follows says that it is none yet: `-rc.1`, `a1`, `.dev0`. A commit's hash says neither.
"""

import re
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from cli.git.tags.dates import dated, is_calendar

_SEPARATORS = "/@_-. "
_V = r"(?:[vV]|(?<![A-Za-z])[rR])?(?:\d{1,3}%)?"
"""`v`, or an `r` that ends no word; the `1%` is how a Debian epoch is written in a tag."""
_DOTTED = _V + r"(?P<version>\d+(?:\.\d+)+)(?P<suffix>.*)$"
_PLAIN = _V + r"(?P<version>\d+(?:[._-]\d+)*)(?P<suffix>.*)$"
_AFTER_SEPARATOR = r"^(?P<prefix>(?:.*?(?:[/@-]|(?<!\d)_|_(?=\d+\.)))??)"
"""`REL9_6_24` has no separator before its version: an underscore after a digit is the version's own."""
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
        "hotfix",
        "tag",
        "tags",
    ]
)
_NOT_YET = frozenset(
    [
        "alpha",
        "beta",
        "rc",
        "cr",
        "pre",
        "preview",
        "prerelease",
        "dev",
        "devel",
        "snapshot",
        "milestone",
        "canary",
        "next",
        "nightly",
        "edge",
        "test",
        "testing",
        "insiders",
        "insider",
        "ea",
        "eap",
        "experimental",
        "unstable",
        "candidate",
        "draft",
        "wip",
        "incubating",
        "pr",
        "tp",
    ]
)
_NUMBERED_NOT_YET = re.compile(r"(?:^|[^a-z])(?:a|b|c|m)[._-]?\d")
_FIX = re.compile(r"(?:hf|hotfix|p|sp|patch|fix|sec)(?:$|[._-]?\d.*)")
_LETTER = re.compile(r"[a-z]")
_WILDCARD = re.compile(r"[._-]?[xX*](?:[._-][xX*])*")
_HASH = re.compile(
    r"(?P<before>^|[-+/@])g?(?![a-c](?:\d{1,4}|20\d{6})$|(?:19|20)\d{6})(?=\d*[a-f])(?=[a-f]*\d)(?P<hash>[0-9a-f]{5,40})$"
)
"""A commit's short name; `a12` and `b20260301` are pre-releases, and what begins with a day is a date."""
_SHORT = 7
"""Digits of a commit's short name where it is all that a tag says."""
_SLASHED = re.compile(r"/(\d{1,6})$")
_DIGITS = 18
"""A longer number is no number of a version."""


class TagName(Struct, frozen=True):
    """A tag's name taken apart. `family` is empty where the name says only a version."""

    name: str
    family: str = ""
    prefix: str = ""
    """The text before the version, as it stands there: `api/` of `api/v1.2`."""
    version: tuple[int, ...] = ()
    label: str = ""
    """The name without its prefix: `v1.2` of `api/v1.2`."""
    pre_release: bool = False
    fix: bool = False
    """The suffix calls it a patch or hotfix: `1.2.3-hotfix1`."""
    calendar: bool = False
    """The version is, or begins with, a date: nothing is a patch there."""
    hashed: bool = False
    """The name says a commit's hash instead of a version: `deploy-5b3c9e1`."""

    @property
    def line(self) -> tuple[int, ...]:
        """The line that a patch stays within: the version's leading two numbers."""
        return (*self.version, 0, 0)[:2]

    @property
    def patch(self) -> tuple[int, ...]:
        """The numbers that a patch counts up: those of the version after the second; none is 0."""
        return self.version[2:] or (0,)


def read_tags(names: Iterable[str]) -> list[TagName]:
    """Names of one repository: beside `deploy-5b3c9e1`, `deploy-9912345` is a hash that has only digits by chance."""
    tags = [read_tag(name) for name in names]
    hashed = {tag.prefix for tag in tags if tag.hashed}
    return [
        replace(tag, version=(), hashed=True) if tag.prefix in hashed and _may_be_a_hash(tag) else tag for tag in tags
    ]


def _may_be_a_hash(tag: TagName) -> bool:
    """Whether a number is as long as a commit's short name, and no date: `deploy-100` is no hash, nor is `v3`."""
    return len(tag.version) == 1 and tag.label.isdecimal() and len(tag.label) >= _SHORT


def read_tag(name: str) -> TagName:
    """Take a tag's name apart; one without a version has an empty one."""
    end = _HASH.search(name)
    if end is None:
        return _whole(name)
    tag = _whole(name[: end.start()])
    if tag.version:
        return replace(tag, name=name, label=name[len(tag.prefix) :])
    if len(end["hash"]) < _SHORT:
        return _whole(name)
    prefix = name[: end.end("before")]
    return TagName(name, family=_family(prefix), prefix=prefix, label=name[len(prefix) :], hashed=True)


def _whole(name: str) -> TagName:
    serial = dated(_SLASHED.sub(r".\1", name))
    if serial is not None and not serial.suffix:
        return _parts(name, serial.prefix, serial.numbers, "", calendar=True)
    cut = max(name.rfind("/"), name.rfind("@"))
    if cut > 0:
        last = _read(name[cut + 1 :], name, name[: cut + 1])
        if last is not None:
            return last
    return _read(name, name, "") or TagName(name, label=name)


def _read(text: str, name: str, before: str) -> TagName | None:
    """`text` is the part that may hold the version, `before` what stands in front of it."""
    date = dated(text)
    if date is not None:
        return _parts(name, before + date.prefix, date.numbers, date.suffix, calendar=True)
    for form in _FORMS:
        match = form.match(text)
        if match and not _WILDCARD.fullmatch(match["suffix"]):
            texts = re.split(r"[._-]", match["version"])
            if max(map(len, texts)) > _DIGITS:
                continue
            numbers = tuple(map(int, texts))
            return _parts(name, before + match["prefix"], numbers, match["suffix"], calendar=is_calendar(numbers))
        if match:
            return None
    return None


def _parts(name: str, prefix: str, numbers: tuple[int, ...], suffix: str, *, calendar: bool) -> TagName:
    words = suffix.lower().partition("+")[0]
    tail = words.lstrip(_SEPARATORS + "~")
    if _LETTER.fullmatch(words):
        numbers = (*numbers, ord(words) - ord("a") + 1)
    elif re.match(r"\d", tail):
        numbers = (*numbers, *(int(part[:_DIGITS]) for part in re.findall(r"\d+", re.split(r"[^\d._-]", tail)[0])))
    fix = bool(_FIX.fullmatch(tail))
    return TagName(
        name,
        family=_family(prefix),
        prefix=prefix,
        version=numbers,
        label=name[len(prefix) :],
        pre_release=not fix and _is_not_yet(words),
        fix=fix,
        calendar=calendar,
    )


def _is_not_yet(suffix: str) -> bool:
    return bool(_NUMBERED_NOT_YET.search(suffix)) or not _NOT_YET.isdisjoint(re.findall(r"[a-z]+", suffix))


def _family(prefix: str) -> str:
    """The service in a prefix: `api` of `api/`, `release/api-`, `api-release-` and `api/prod/`; nothing of `release-`.

    A word such as `release` is part of a longer name: `live-chat/`, `tag-manager-` and `@scope/auto-deploy@` are whole.
    """
    parts = prefix.rstrip(_SEPARATORS).split("/")
    if not prefix.startswith("@"):
        if not prefix.endswith(("/", "@")):
            parts[-1] = _without_last_words(parts[-1])
        while parts and _says_nothing(parts[-1]):
            parts.pop()
    while len(parts) > 1 and _says_nothing(parts[0]):
        parts = parts[1:]
    return "/".join(parts).strip("/_-")


def _without_last_words(part: str) -> str:
    words = re.split(r"([@_-])", part)
    while words and (_says_nothing(words[-1]) or words[-1] in "@_-"):
        words.pop()
    return "".join(words)


def _says_nothing(word: str) -> bool:
    return not word or word.lower() in _NO_SERVICE
