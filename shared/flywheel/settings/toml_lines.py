"""The lines of a TOML document's keys. `tomllib` tells no positions, so this walks the text a second time.

The text must be one that `tomllib` has accepted: nothing is validated here.
"""

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*""")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!"")|"(?="""))*"""'
    r"|'''(?:[^']|'(?!'')|'(?='''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+|.", re.DOTALL)


def lines_of(text: str) -> dict[Path, int]:
    """The line, counted from 1, on which each key, table and element of a list first stands."""
    return _Walk(text).document()


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {(): 1}
        self.starts = [0, *(newline.end() for newline in re.finditer("\n", text))]
        self.tables: dict[Path, int] = {}

    def document(self) -> dict[Path, int]:
        table: Path = ()
        self.blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.blank()
        return self.lines

    def header(self) -> Path:
        """`[table]` or `[[list of tables]]`; a step through such a list means its newest table."""
        line, double = self.line(), self.text.startswith("[[", self.at)
        self.at += 2 if double else 1
        path: Path = ()
        for name in self.key():
            path = self.newest((*path, name))
            self.lines.setdefault(path, line)
        self.at += 2 if double else 1
        if double:
            whole = path[:-1] if path and isinstance(path[-1], int) else path
            self.tables[whole] = self.tables.get(whole, -1) + 1
            path = self.newest(whole)
            self.lines[path] = line
        return path

    def newest(self, path: Path) -> Path:
        return (*path, self.tables[path]) if path in self.tables else path

    def pair(self, table: Path) -> None:
        line, path = self.line(), table
        for name in self.key():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self.at += 1
        self.value(path)

    def key(self) -> list[str]:
        names = []
        while match := _KEY.match(self.text, self.at):
            names.append(_plain(match[1]))
            self.at = match.end()
            if not self.text.startswith(".", self.at):
                break
            self.at += 1
        return names

    def value(self, path: Path) -> None:
        self.blank()
        start = self.text[self.at : self.at + 1]
        if start in {'"', "'"}:
            self.skip(_STRING)
        elif start == "[":
            self.array(path)
        elif start == "{":
            self.inline(path)
        else:
            self.skip(_SCALAR)

    def array(self, path: Path) -> None:
        index = 0
        self.at += 1
        while self.next_before("]"):
            self.lines[(*path, index)] = self.line()
            self.value((*path, index))
            index += 1

    def inline(self, path: Path) -> None:
        self.at += 1
        while self.next_before("}"):
            self.pair(path)

    def next_before(self, end: str) -> bool:
        """Move to the next element; False, and past the end, when there is none."""
        self.blank()
        if self.text.startswith(",", self.at):
            self.at += 1
            self.blank()
        if self.text.startswith(end, self.at):
            self.at += 1
            return False
        return self.at < len(self.text)

    def blank(self) -> None:
        self.skip(_BLANK)

    def skip(self, what: re.Pattern[str]) -> None:
        match = what.match(self.text, self.at)
        self.at = max(match.end() if match else 0, self.at)

    def line(self) -> int:
        return bisect_right(self.starts, self.at)


def _plain(key: str) -> str:
    """A key without its quotes and escapes."""
    if key.startswith('"'):
        return str(tomllib.loads(f"key = {key}")["key"])
    return key.strip("'")
