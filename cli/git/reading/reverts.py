"""Evidence that a commit takes another back: git's own words, or a forge's; any other subject is prose.

`This reverts commit SHA`; a subject `Revert "T"` or `Reapply "T"`; a line `Reverts owner/repo#N` (history: "Rework").
"""

import re
from hashlib import blake2b

from msgspec import Struct

_SUBJECT = re.compile(r"(?P<how>Revert|Reapply) \"(?P<subject>.*)\"")
_COMMIT = re.compile(r"^[ \t]*This reverts commit ([0-9a-f]{7,64})\b", re.MULTILINE)
_PULL = re.compile(
    r"^[ \t]*Reverts (?P<repository>[\w.-]{1,100}/[\w.-]{1,100})?#(?P<number>[1-9]\d{0,8})\.?[ \t\r]*$",
    re.MULTILINE,
)
_NUMBER = re.compile(r"(?:\s{1,9}\(#(?P<number>[1-9]\d{0,8})\)){1,9}$")
"""Bounded: what may go on for ever is read anew from each of its places, and a subject may be as long as it likes."""
_MERGED = re.compile(r"Merge pull request #(?P<number>[1-9]\d{0,8})\b")
_LISTED = re.compile(r"^[ \t]*[*-][ \t]", re.MULTILINE)
_SEARCHED = 65_536


class Revert(Struct, frozen=True):
    """A revert: one commit's statements of what it takes back, in every way that it makes them."""

    shas: tuple[str, ...] = ()
    subject: bytes | None = None
    """A digest of the target's subject."""
    pull: int | None = None
    repository: str | None = None
    """Of the pull request, where it says."""
    alone: bool = True
    """It does nothing else: a squash that lists other commits does."""


def revert_of(message: str) -> Revert | None:
    """Read from a message which commits its commit takes back; None where it takes back none."""
    text = message[:_SEARCHED]
    subject, _, body = text.partition("\n")
    quoted = _SUBJECT.fullmatch(plain_subject(subject.strip()))
    shas = tuple(_COMMIT.findall(body))
    pull = _PULL.search(body)
    if not (quoted or shas or pull):
        return None
    return Revert(
        shas,
        digest(_target(quoted["how"], quoted["subject"])) if quoted else None,
        int(pull["number"]) if pull else None,
        pull["repository"] if pull else None,
        alone=quoted is not None or not _LISTED.search(body),
    )


def plain_subject(subject: str) -> str:
    """A subject without the numbers of the pull requests that squashes put behind it: a cherry-pick has two."""
    return _NUMBER.sub("", subject)


def pull_of(subject: str) -> int:
    """The pull request that a squash's subject ends in; 0 for none."""
    match = _NUMBER.search(subject)
    return int(match["number"]) if match else 0


def merged_pull(subject: str) -> int:
    """The pull request that a merge's subject names; 0 for none."""
    match = _MERGED.match(subject)
    return int(match["number"]) if match else 0


def digest(subject: str) -> bytes:
    """Eight bytes that stand for a subject."""
    return blake2b(subject.encode("utf-8", "replace"), digest_size=8).digest()


def _target(how: str, subject: str) -> str:
    """`Reapply "T"` takes `Revert "T"` back."""
    plain = plain_subject(subject.strip())
    return f'Revert "{subject.strip()}"' if how == "Reapply" else plain
