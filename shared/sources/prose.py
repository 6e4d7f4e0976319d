"""The parts of people's prose that say what a change is for; the others only quote, copy or name other people.

Nothing but the subject, lines that begin with a word that says so (`Closes SHOP-12`), and the names of merged branches
counts: what a bot copied, what is quoted, code, tables, addresses and trailers do not (history: "Ideas").
"""

import re
from collections.abc import Iterator

SAYS = (
    r"(?i:close[sd]?|closing|fix(?:e[sd])?|fixing|resolve[sd]?|resolving|refs?|references?|relate[sd] to|"
    r"implement(?:s|ed)?|address(?:es)?|part of)"
)
_NAMES = r"(?i:issues?|jira|tickets?|story|stories|task|epic|linear|idea|work item):"
_BEFORE = (
    r"[ ]{0,3}(?:[-*+•][ \t]+)?[*_]{0,2}"
    r"(?:(?i:this|it|and|also)\b[ \t]+(?i:(?:pr|mr|pull request|change|commit|patch)\b[ \t]+)?)?"
)
"""A bullet, emphasis, or `This PR` may stand in front of the word."""
_STATEMENT = re.compile(
    rf"{_BEFORE}(?:(?:{SAYS})[*_]{{0,2}}(?=[ \t:])[:]?[*_]{{0,2}}|{_NAMES}[*_]{{0,2}})[ \t]*(?P<rest>.*)"
)
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<tag>details|blockquote|table|pre|code)\b.*?(?:</(?P=tag)>|\Z)", re.DOTALL | re.IGNORECASE
)
_COPIED = re.compile(
    r"[#*_ \t]{0,12}(?:sourced from\b.*|bumps\b.*|"
    r"(?<=[#*])[ \t]{0,4}\[?v?\d{1,4}\.\d.*|(?<=# )(?:bug ?fixes|features|breaking changes)\b.*|"
    r"(?:release notes?|change ?log|what'?s changed|commits|full changelog)\b[*_: \t]*)",
    re.IGNORECASE,
)
_LINE = 300
"""Characters of a line by which copied notes are known."""
_BUMP = re.compile(
    r"(?:[a-z]+(?:\([^)]{0,80}\))?!?:\s+)?(?:bumps?|updates?|upgrades?|pins?)\b"
    r"(?:.*\bfrom\s+v?\d\S*\s+to\s+v?\d|\s+(?:dependency|module)\b.*\bto\s+v?\d)",
    re.IGNORECASE,
)
_ISSUE_ADDRESS = re.compile(r"https://[\w.-]{1,200}(?::\d{1,5})?/([\w.-]{1,100}/[\w.-]{1,100})/issues/([1-9]\d{0,8})\b")
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://\S+|\bwww\.\S+", re.IGNORECASE)
_QUOTED = re.compile(r"`[^`\n]*`|\"[^\"\n]*\"|“[^”\n]*”|«[^»\n]*»")
_PEOPLE = re.compile(r"[ \t]*(?:[\w-]+-by|cc|to|author|commit|from)[ \t]*:.*", re.IGNORECASE)
_MERGE = re.compile(r"Merged? (?:(?:remote-tracking )?branch|pull request|in |tag |commit )", re.IGNORECASE)
_BRANCHES = re.compile(
    r"branch(?:es)? '(?P<quoted>[^']+)'|pull request #\d+ (?:in \S+ )?from (?P<pulled>\S+)|Merged in (?P<in>\S+)"
)
_TARGET = re.compile(r"\sinto\s.*$")


def said_lines(body: str) -> Iterator[str]:
    """The text that follows the word in each line that begins with one; nothing of a text that a program wrote."""
    fenced = False
    for line in _HIDDEN.sub("", body).split("\n"):
        text = line.rstrip("\r")
        if text.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if _COPIED.fullmatch(text[:_LINE]):
            return
        if not fenced and (match := _STATEMENT.fullmatch(text)):
            yield shown(match["rest"])


def shown(line: str) -> str:
    """A line without addresses, code and quoted text; an issue's address becomes `owner/name#12`."""
    return _QUOTED.sub(" ", _ADDRESS.sub(" ", _ISSUE_ADDRESS.sub(r"\1#\2", line)))


def without_people(text: str) -> str:
    """A text without the lines that name people: sign-offs, reviewers, co-authors."""
    return "\n".join(line for line in text.split("\n") if not _PEOPLE.fullmatch(line))


def copies_notes(subject: str) -> bool:
    """Whether a subject is of a dependency's update, whose body quotes the dependency's own release notes."""
    return _BUMP.match(subject) is not None


def is_merge(subject: str) -> bool:
    """Whether a subject is one that git or a forge gives a merge."""
    return _MERGE.match(subject) is not None


def merged_branches(subject: str) -> Iterator[str]:
    """The branches that a merge's subject says it merges, without a fork's owner; not the one merged into."""
    for match in _BRANCHES.finditer(_TARGET.sub("", subject)):
        pulled = match["pulled"]
        yield match["quoted"] or match["in"] or (pulled.partition("/")[2] or pulled)
