"""The git client at the edge: what is asked of a clone, as a stream, without its configuration, pager or network."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from msgspec import Struct

from cli.failure import CommandError, WrongInputError

_CHUNK = 1 << 16
_REMOTE = re.compile(r"(?:[a-z+]+://[^/]+/|(?:[^/@:]+@)?[^/@:]+:(?!/))(?P<path>.+?)(?:\.git)?/?$")
"""`https://token@host/owner/name.git`, `git@host:owner/name`: only the path is kept, never host or credentials."""
_QUIET = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_PAGER": "cat",
}


class Tagged(Struct, frozen=True):
    """A tag and the commit it leads to. `time`, seconds since the epoch: the tag's if annotated, else the commit's."""

    name: str
    sha: str
    time: int | None


class LoggedCommit(Struct, frozen=True):
    """One commit as git logs it; times in seconds since the epoch."""

    sha: str
    parents: tuple[str, ...]
    authored: int
    committed: int
    message: str


class Clone:
    """One local clone, bare or not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_dir():
            raise WrongInputError(f"PATH: got {str(path)!r}, expected the folder of a git clone")
        self._run("rev-parse", "--git-dir")

    @property
    def is_shallow(self) -> bool:
        """Whether history was cut when it was cloned."""
        return self._run("rev-parse", "--is-shallow-repository").strip() == "true"

    @property
    def repository(self) -> str:
        """`owner/name` of the remote `origin`, without host or credentials; else the name of the folder."""
        remote = _REMOTE.match((self._try("config", "--get", "remote.origin.url") or "").strip())
        if remote:
            return remote["path"]
        top = (self._try("rev-parse", "--show-toplevel") or "").strip() or str(self.path.resolve())
        return Path(top).name.removesuffix(".git") or "repository"

    def commit_of(self, name: str) -> str | None:
        """The commit that a branch or any other name leads to; a remote branch where there is no local one."""
        for candidate in (name, f"origin/{name}"):
            sha = self._try("rev-parse", "--verify", "--quiet", "--end-of-options", f"{candidate}^{{commit}}")
            if sha:
                return sha.strip()
        return None

    def branches(self) -> list[str]:
        """Names of the local branches."""
        return self._run("for-each-ref", "--format=%(refname:short)", "refs/heads").split()

    def tags(self) -> list[Tagged]:
        """Every tag that leads to a commit, through any chain of annotated tags."""
        form = "%(objectname) %(creatordate:unix) %(refname:strip=2)"
        lines = [line.split(" ", 2) for line in self._run("for-each-ref", f"--format={form}", "refs/tags").splitlines()]
        asked = "".join(f"{sha}^{{commit}}\n" for sha, _, _ in lines)
        peeled = self._run("cat-file", "--batch-check=%(objectname)", given=asked).splitlines()
        return [
            Tagged(name, commit, int(time) if time else None)
            for (_, time, name), commit in zip(lines, peeled, strict=True)
            if re.fullmatch(r"[0-9a-f]+", commit)
        ]

    def log(self, tips: Iterable[str]) -> Iterator[LoggedCommit]:
        """Every commit reachable from the tips, children before parents, one at a time as git finds them."""
        form = "%H%x00%P%x00%at%x00%ct%x00%B"
        options = ["-z", "--topo-order", "--stdin", "--encoding=UTF-8", "--no-show-signature", "--no-notes"]
        given = "".join(f"{tip}\n" for tip in tips)
        fields: list[str] = []
        for field in self._stream("log", *options, "--no-color", f"--format={form}", given=given):
            fields.append(field)
            if len(fields) == 5:
                sha, parents, authored, committed, message = fields
                fields.clear()
                yield LoggedCommit(sha, tuple(parents.split()), _seconds(authored), _seconds(committed), message)

    def _stream(self, *arguments: str, given: str) -> Iterator[str]:
        """NUL-separated fields of git's answer; ends git when the reader goes away, and raises when git failed."""
        with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as complaint:
            asked.write(given.encode())
            asked.seek(0)
            with subprocess.Popen(
                self._command(*arguments), stdin=asked, stdout=subprocess.PIPE, stderr=complaint, env=_environment()
            ) as process:
                try:
                    yield from _fields(process.stdout)
                except BaseException:  # the reader went away before git's last word
                    process.kill()
                    raise
                code = process.wait()
            if code:
                complaint.seek(0)
                raise self._failure(complaint.read().decode(errors="replace"))

    def _run(self, *arguments: str, given: str | None = None) -> str:
        try:
            answer = subprocess.run(
                self._command(*arguments),
                input=(given or "").encode(),
                capture_output=True,
                check=False,
                env=_environment(),
            )
        except FileNotFoundError as error:
            raise CommandError("git is not installed or not on PATH; install it from https://git-scm.com") from error
        if answer.returncode:
            raise self._failure(answer.stderr.decode(errors="replace"))
        return answer.stdout.decode(errors="replace")

    def _try(self, *arguments: str) -> str | None:
        try:
            return self._run(*arguments)
        except WrongInputError:
            return None

    def _command(self, *arguments: str) -> list[str]:
        return ["git", "-C", str(self.path), *arguments]

    def _failure(self, complaint: str) -> WrongInputError:
        said = " ".join(complaint.split()).removeprefix("fatal: ")
        if "dubious ownership" in said:
            mend = f"git config --global --add safe.directory {self.path.resolve()}"
            return WrongInputError(
                f"PATH: git does not trust {str(self.path)!r}: another user owns it; if you do: {mend}"
            )
        if "not a git repository" in said:
            return WrongInputError(
                f"PATH: got {str(self.path)!r}, expected a git clone (no repository there or above it)"
            )
        return WrongInputError(f"PATH: git cannot read {str(self.path)!r}: {said or 'no reason given'}")


def _environment() -> dict[str, str]:
    return {**os.environ, **_QUIET}


def _fields(stream: IO[bytes] | None) -> Iterator[str]:
    rest = b""
    while stream is not None and (chunk := stream.read(_CHUNK)):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from (field.decode(errors="replace") for field in whole)


def _seconds(text: str) -> int:
    """git writes 0 for a time it cannot read; so do we."""
    try:
        return int(text)
    except ValueError:
        return 0
