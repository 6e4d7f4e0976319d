"""Idea keys in what people write anyway: branch names, titles, commit messages. Only this module knows the patterns.

A tracker's key is a project and a number (`SHOP-12`, `PAY_WEB-7`); an issue's is `#12` or `owner/name#12` after a word
that says so. Which part of a text may name an idea at all is `prose`'s business.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

from shared.sources.known_names import KNOWN
from shared.sources.prose import SAYS, copies_notes, is_merge, merged_branches, said_lines, shown, without_people

_PROJECT = r"[A-Z](?:[A-Z0-9_]{0,8}[A-Z0-9])"
_NUMBER = r"(?:0|[1-9][0-9]{0,5})"
_APART = r"(?<![\w\-./@])", r"(?![\w\-/@]|\.[\w\-./@])"
"""Characters that a key in prose may not touch; the stop at a sentence's end is none of its own."""
_IN_NAME = r"(?<![A-Za-z0-9])(?<![A-Z]-)", r"(?![A-Za-z0-9]|-[0-9]|[.@][A-Za-z0-9])"
"""In a branch's name, keys stand between slashes, hyphens and underscores."""
_ISSUE = r"(?:(?<![\w./#&-])[A-Za-z0-9][\w.-]{0,99}/[\w.-]{1,100})?#[1-9][0-9]{0,8}(?![\w-])"
_SAID_ISSUE = re.compile(rf"\b(?i:close[sd]?|fix(?:e[sd])?|resolve[sd]?|refs?|implements?)\b:?[ \t]{{1,8}}({_ISSUE})")
_NEXT = re.compile(
    rf"[ \t]{{0,8}}(?:[,;&]|and\b|or\b)?[ \t]{{0,8}}(?:(?:{SAYS})(?::|\b)[ \t]{{0,8}})?"
    r"(?:(?i:(?:the )?(?:issues?|tickets?|bugs?|story|stories|task|epic|key))\b:?[ \t]{1,8})?[\[(]?"
    rf"(?:(?P<issue>{_ISSUE})|(?P<key>(?i:{_PROJECT})-{_NUMBER})(?![\w\-/@]|\.[\w\-./@]))[\])]?"
)
_WHOLE = re.compile(rf"(?P<project>{_PROJECT})-(?P<number>{_NUMBER})")
_KEY_LENGTH = 256
_LONGEST = 65_536
"""Characters of a text that are searched; GitHub's own limit of a description."""
_BEGINNING, _END = 750, 250
"""Characters in which a pattern of one's own looks: of a message what it is about, and its trailers."""
MOST_IDEAS = 20
"""Keys taken from one text: who names more lists a changelog, not what the work was for."""


class Projects(Struct, frozen=True):
    """The projects whose keys are looked for: those named, in any case; with none named all but the known standards.

    `anything` takes those too, for a reader that judges by what it found (a history).
    """

    named: tuple[str, ...] = ()
    anything: bool = False

    def in_name(self, text: str) -> Iterator[str]:
        """Tracker keys of a branch's or tag's name."""
        return self._keys_in(_tracker(_IN_NAME, self.named), text)

    def in_line(self, text: str) -> Iterator[str]:
        """Tracker keys of a line of prose."""
        return self._keys_in(_tracker(_APART, self.named), text)

    def _keys_in(self, pattern: re.Pattern[str], text: str) -> Iterator[str]:
        for match in pattern.finditer(text):
            if self.named or self.anything or match["project"] not in KNOWN:
                yield f"{match['project'].upper()}-{match['number']}"


ANY_PROJECT = Projects()


def keys_of_name(text: str, projects: Projects) -> Iterator[str]:
    """The keys of a branch's or tag's name; one that takes another change back works on no idea."""
    return iter(()) if re.search(r"(?:^|/)revert-", text) else projects.in_name(text[:_LONGEST])


def keys_of_title(text: str, projects: Projects) -> Iterator[str]:
    """The keys of a title or subject; of a merge's only those of the branches that it merges."""
    line = text[:_LONGEST].split("\n", 1)[0]
    if is_merge(line):
        for branch in merged_branches(line):
            yield from keys_of_name(branch, projects)
        return
    plain = shown(line)
    yield from projects.in_line(plain)
    yield from (match[1] for match in _SAID_ISSUE.finditer(plain))


def keys_of_body(text: str, projects: Projects) -> Iterator[str]:
    """The keys that follow a word that says so at the beginning of a line; anything else is prose, quoted or copied."""
    for line in said_lines(text[:_LONGEST]):
        yield from _listed(line, projects)


def keys_of_message(text: str, projects: Projects) -> Iterator[str]:
    """The keys of a commit's message: its subject's, then its body's."""
    subject, _, body = text.partition("\n")
    yield from keys_of_title(subject, projects)
    if not copies_notes(subject):
        yield from keys_of_body(body, projects)


def keys_by(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """The keys that a pattern of one's own finds: its first group that took part, else all of the match.

    It may look anywhere but where only people are named: sign-offs, reviewers, co-authors; and in a long text, at its
    beginning and its end: what a pattern of one's own costs may grow by the square of a text's length.
    """
    for match in pattern.finditer(_ends_of(without_people(text[:_LONGEST]))):
        yield next((group for group in match.groups() if group), match[0])


def _ends_of(text: str) -> str:
    """A text of at most a thousand characters: itself, or its first 750 and its last 250."""
    return text if len(text) <= _BEGINNING + _END else f"{text[:_BEGINNING]}\n{text[-_END:]}"


def unique(keys: Iterable[str], repository: str | None, most: int = MOST_IDEAS) -> tuple[str, ...]:
    """Each key once, in order. `#12` becomes `owner/name#12` where the repository is known by its full name."""
    owner = repository if repository and "/" in repository else ""
    qualified = (f"{owner}{key}" if key.startswith("#") else key for key in (each.strip() for each in keys) if key)
    return tuple(dict.fromkeys(key[:_KEY_LENGTH] for key in qualified))[:most]


def project_of(key: str) -> str | None:
    """The project of a tracker's key; None for an issue's and for what a pattern of one's own found."""
    match = _WHOLE.fullmatch(key)
    return match["project"] if match else None


@lru_cache(maxsize=8)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """A configured pattern; None where it is empty: no keys are looked for."""
    return re.compile(pattern) if pattern else None


def _listed(line: str, projects: Projects) -> Iterator[str]:
    """The keys that follow the word itself, alone or in a list; what comes after them is prose again."""
    at = 0
    while match := _NEXT.match(line, at):
        at = match.end()
        if match["issue"]:
            yield match["issue"]
        else:
            yield from projects.in_line(match["key"])


@lru_cache(maxsize=32)
def _tracker(around: tuple[str, str], named: tuple[str, ...]) -> re.Pattern[str]:
    before, after = around
    projects = f"(?i:{'|'.join(map(re.escape, named))})" if named else _PROJECT
    return re.compile(rf"{before}(?P<project>{projects})-(?P<number>{_NUMBER}){after}")
