"""The git client at the edge: what is asked of a clone, as a stream, without its configuration, pager or network."""

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from cli.failure import CommandError, WrongInputError
from cli.git.reading.git_environment import ALWAYS, clean, trusted_folders
from cli.git.reading.object_reader import ObjectReader
from cli.git.reading.parsing import LoggedCommit, commit_of, tag_of
from cli.git.reading.pipe import Pipe
from cli.git.reading.remote import repository_of_remote

_CHAIN = 20
"""Tags of tags of tags that are followed."""


class Tagged(Struct, frozen=True):
    """A tag and the commit it leads to. `time`: the annotated tag's, seconds since the epoch, None if unreadable."""

    name: str
    sha: str
    annotated: bool
    time: int | None


class Clone:
    """One local clone, bare or not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.unreadable: list[str] = []
        """Objects that history names and that are missing or broken."""
        if not path.is_dir():
            raise WrongInputError(f"PATH: got {str(path)!r}, expected the folder of a git clone")
        self._trusted = trusted_folders(os.environ)
        self._environment = clean(os.environ)
        self._run("rev-parse", "--git-dir")

    @property
    def is_shallow(self) -> bool:
        """Whether history was cut when it was cloned."""
        return self._run("rev-parse", "--is-shallow-repository").strip() == "true"

    @property
    def repository(self) -> str:
        """`owner/name` of the remote `origin`, without host or credentials; else the name of the folder."""
        remote = repository_of_remote(self._try("config", "--local", "--get", "remote.origin.url") or "")
        if remote is not None:
            return remote
        top = self._try("rev-parse", "--show-toplevel") or self._run("rev-parse", "--absolute-git-dir")
        return Path(top.strip().removesuffix("/.git")).name.removesuffix(".git") or "repository"

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

    def default_branch(self) -> str:
        """The branch that the remote shows first, else the usual ones, else the one checked out."""
        remote = self._try("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
        branches = self.branches()
        usual = next((name for name in ("main", "master", "trunk", "develop") if name in branches), None)
        here = self._try("symbolic-ref", "--quiet", "--short", "HEAD")
        return (remote or "").strip().removeprefix("origin/") or usual or (here or "").strip() or "main"

    def tags(self) -> list[Tagged]:
        """Every tag that leads to a commit, through any chain of annotated tags; broken ones are `unreadable`."""
        lines = self._run("for-each-ref", "--format=%(objectname) %(refname:strip=2)", "refs/tags").splitlines()
        with self.objects() as objects:
            candidates = (self._tagged(objects, *line.split(" ", 1)) for line in lines)
            return [tag for tag in candidates if tag is not None]

    def objects(self) -> ObjectReader:
        """A reader of single objects; to be closed."""
        return ObjectReader(self._command(), self._environment)

    def log(self, tips: Iterable[str], without: Iterable[str] = ()) -> Iterator[LoggedCommit]:
        """Every commit reachable from the tips and not from `without`, children before parents, as git finds them.

        Where git breaks off at a broken object, what can be read is read one by one, in no order.
        """
        starts, ends = [*dict.fromkeys(tips)], [*without]
        given = "".join(f"{tip}\n" for tip in (*starts, *(f"^{sha}" for sha in ends)))
        seen: set[str] = set()
        listing, telling = ("rev-list", "--topo-order", "--stdin"), ("cat-file", "--batch", "--buffer")
        pipe = Pipe([self._command(*listing), self._command(*telling)], given, self._environment)
        for sha, kind, content in pipe.contents():
            if kind == "commit":
                seen.add(sha)
                yield commit_of(sha, content)
        if pipe.broke_off:
            yield from self._walked(starts, ends, seen)

    def changed(self, commits: Iterable[Sequence[str]]) -> Iterator[tuple[str, str]]:
        """Commit and path of every file that a commit changed; of a merge those that differ from all its parents.

        `commits`: each with its parents, for where a shallow clone ends git knows of none. Raises WrongInputError where
        trees are missing (a clone without them).
        """
        given = "".join(f"{' '.join(shas)}\n" for shas in commits)
        diff = ("diff-tree", "--stdin", "-r", "--root", "-c", "--raw", "-z", "--no-renames", "--no-ext-diff")
        pipe = Pipe([self._command(*diff)], given, self._environment)
        fields = pipe.fields()
        commit = ""
        for field in fields:
            if field.startswith(":"):
                yield commit, next(fields, "")
            else:
                commit = field.strip()
        if pipe.broke_off:
            raise WrongInputError(f"PATH: {str(self.path)!r} has not all its trees")

    def files(self, commit: str) -> list[str]:
        """Paths of all files of a commit's tree; none where the tree is not there."""
        listed = self._try("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit) or ""
        return listed.split("\0")[:-1]

    def has_tree(self, commit: str) -> bool:
        """Whether a commit's tree is here: a clone without trees (`--filter=tree:0`) tells no paths."""
        return self._try("cat-file", "-e", f"{commit}^{{tree}}") is not None

    def cut(self) -> frozenset[str]:
        """The commits at which a shallow clone ends: their parents were left out."""
        where = (self._try("rev-parse", "--git-path", "shallow") or "").strip()
        try:
            return frozenset((self.path / where).read_text().split()) if where else frozenset()
        except OSError:
            return frozenset()

    def _tagged(self, objects: ObjectReader, sha: str, name: str) -> Tagged | None:
        time: int | None = None
        annotated = False
        for _ in range(_CHAIN):
            kind = objects.kind_of(sha)
            if kind is None:
                self.unreadable.append(f"tag {name}")
            if kind is None or kind[1] != "tag":
                return Tagged(name, sha, annotated, time) if kind and kind[1] == "commit" else None
            stored = objects.content_of(sha)
            tag = tag_of(stored[1]) if stored else None
            if tag is None:
                self.unreadable.append(f"tag {name}")
                return None
            annotated, time, sha = True, tag.time if time is None else time, tag.target
        return None

    def _walked(self, starts: list[str], ends: list[str], seen: set[str]) -> Iterator[LoggedCommit]:
        cut = self.cut()
        with self.objects() as objects:
            out = {commit.sha for commit in self._read_from(objects, ends, set(), cut)}
            for commit in self._read_from(objects, starts, out, cut):
                if commit.sha not in seen:
                    yield commit

    def _read_from(
        self, objects: ObjectReader, starts: list[str], known: set[str], cut: frozenset[str]
    ) -> Iterator[LoggedCommit]:
        waiting = list(starts)
        while waiting:
            sha = waiting.pop()
            if sha in known:
                continue
            known.add(sha)
            stored = objects.content_of(sha)
            if stored is None or stored[0] != "commit":
                self.unreadable.append(f"commit {sha[:12]}")
                continue
            commit = commit_of(sha, stored[1])
            yield commit
            waiting.extend(() if sha in cut else commit.parents)

    def _run(self, *arguments: str) -> str:
        try:
            answer = subprocess.run(self._command(*arguments), capture_output=True, check=False, env=self._environment)
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
        return ["git", "-C", str(self.path), *self._trusted, *ALWAYS, *arguments]

    def _failure(self, complaint: str) -> WrongInputError:
        reason = " ".join(complaint.split()).removeprefix("fatal: ")
        if "dubious ownership" in reason:
            mend = f"git config --global --add safe.directory {self.path.resolve()}"
            return WrongInputError(
                f"PATH: git does not trust {str(self.path)!r}: another user owns it; if you do: {mend}"
            )
        if "not a git repository" in reason:
            return WrongInputError(
                f"PATH: got {str(self.path)!r}, expected a git clone (no repository there or above it)"
            )
        return WrongInputError(f"PATH: git cannot read {str(self.path)!r}: {reason or 'no reason given'}")
