"""Idea keys in what people write anyway: branch names, commit messages, titles. Only this module knows the patterns."""

import re
from collections.abc import Iterable
from functools import lru_cache

_NOT_KEYS = (
    "UTF|SHA|ISO|RFC|CVE|CWE|AES|MD|PEP|IEEE|ECMA|BASE|HTTP|TLS|SSL|UTC|GMT|GHSA|ADR|PR|MR|V|RC|X|P|K"
    "|X86|WIN|GPT|COVID|LATIN"
)
_TRACKER = rf"(?<![A-Za-z0-9])(?!(?:{_NOT_KEYS})-)([A-Z][A-Z0-9]{{1,9}}-[1-9]\d*)(?![A-Za-z0-9])"
_WORD = r"(?i:\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|refs?|implements?)\b:?\s+)"
_ISSUE = r"((?:[A-Za-z0-9][\w.-]*/[\w.-]+)?#[1-9]\d*)\b"

DEFAULT_IDEA_PATTERN = rf"{_TRACKER}|{_WORD}{_ISSUE}"
"""Jira-like and Linear-like keys anywhere (`SHOP-12`; not UTF-8 and its kin), GitHub-like ones after a word that says
so (`Fixes #12`): a bare `(#12)` is the pull request, which is how the work came, not why."""


def pattern_of_projects(projects: Iterable[str]) -> str:
    """Keys of these projects in any case, for branches that trackers name in small letters (`mira/shop-12-cards`).

    Without the names of projects that would be a guess: `node-18` and `release-2` look the same.
    """
    names = "|".join(re.escape(project) for project in projects)
    return rf"(?<![A-Za-z0-9])(?i:((?:{names})-[1-9]\d*))(?![A-Za-z0-9])|{_WORD}{_ISSUE}"


_SAID = re.compile(rf"{_WORD}(?:([A-Z][A-Z0-9]{{1,9}}-[1-9]\d*)(?!\w)|{_ISSUE})")
_ISSUE_ADDRESS = re.compile(r"https://[\w.-]+(?::\d+)?/([\w.-]+/[\w.-]+)/issues/([1-9]\d*)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_KEY_LENGTH = 256
_LONGEST = 65_536
"""Characters of a text that are searched; GitHub's own limit of a description."""
MOST_IDEAS = 20
"""Keys taken from one text: who names more lists a changelog, not what the work was for."""


def ideas_in(text: str, pattern: re.Pattern[str], repository: str | None = None) -> tuple[str, ...]:
    """The idea keys of a text, each once, in order: of a match its first group that took part, else all of it.

    `#12` becomes `owner/name#12` where the repository is known by its full name: issues of two repositories are two.
    """
    found = (next((group for group in match.groups() if group), match[0]) for match in pattern.finditer(text))
    return _unique(found, repository)


def ideas_said(text: str | None, repository: str) -> tuple[str, ...]:
    """The keys that a description says it works on (`Closes #12`, `Refs SHOP-7`, an issue's address after the word).

    Anything else in a description is prose: quoted release notes, templates, examples.
    """
    if not text:
        return ()
    plain = _ISSUE_ADDRESS.sub(r"\1#\2", _COMMENT.sub("", text[:_LONGEST]))
    return _unique((match[1] or match[2] for match in _SAID.finditer(plain)), repository)[:MOST_IDEAS]


@lru_cache(maxsize=8)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """A configured pattern; None where it is empty: no keys are looked for."""
    return re.compile(pattern) if pattern else None


def _unique(keys: Iterable[str], repository: str | None) -> tuple[str, ...]:
    owner = repository if repository and "/" in repository else ""
    qualified = (f"{owner}{key}" if key.startswith("#") else key for key in (each.strip() for each in keys) if key)
    return tuple(dict.fromkeys(key[:_KEY_LENGTH] for key in qualified))
