"""Pushes to the default branch: GitHub's list of them; before that begins, what each deployment brought.

GitHub keeps a repository's activity only since 2023 or so, and old servers not at all. Deployments of that time tell
heads; what lies between two of them is what the later one brought.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from cli.github.api import Api, MissingError, there
from cli.github.commits import Commit, Graph, commit_of
from cli.github.deliveries import Deliveries
from shared.sources.options import matches
from shared.sources.translation import natural_id

_PUSHES = frozenset(["push", "force_push", "branch_creation", "pr_merge", "merge_queue_merge"])
_ENDS = ("timestamp", "before", "after")
_MOST_COMMITS = 2048
"""Of one push: what GitHub sends in a delivery; a new branch does not bring the whole history."""
_NOTHING = "0" * 40
_FIRST = "first"
"""In an id it comes after any sha: an import from an earlier time on, which knows more, is placed before it."""
_PART = re.compile(r"-(part\d{3})$")


class Mark(Struct, frozen=True, order=True):
    """A moment at which a head was known to be out."""

    time: str
    head: str


class Changes:
    """The pushes of one repository's default branch."""

    def __init__(self, api: Api, path: str, deliveries: Deliveries, since: str | None) -> None:
        self._api, self._path, self._deliveries, self._since = api, path, deliveries, since
        self._number = str(deliveries.repository["id"])
        self._branch = str(deliveries.repository["default_branch"])
        rules = deliveries.options.paths
        self._asks_files = any(matches(str(deliveries.repository["full_name"]), (rule.repository,)) for rule in rules)

    def events(self, deployed: Iterable[Mark]) -> Iterator[dict[str, Any]]:
        """`Change Recorded` in order of time, parents before children."""
        pushes = self._pushes()
        graph = Graph(self._commits())
        began = pushes[0]["timestamp"] if pushes else None
        earlier = [mark for mark in sorted(set(deployed)) if began is None or mark.time < began]
        if pushes and pushes[0]["before"] != _NOTHING:
            earlier.append(Mark(pushes[0]["timestamp"], pushes[0]["before"]))
        yield from self._before_pushes(graph, earlier)
        for push in pushes:
            yield from self._push(graph, push)

    def _pushes(self) -> list[dict[str, Any]]:
        """Oldest first. A server without this list (404) has none."""
        pushes: list[dict[str, Any]] = []
        try:
            for page in self._api.pages(f"{self._path}/activity", ref=f"refs/heads/{self._branch}"):
                pushes.extend(filter(_is_push, page.items))
                if self._since is not None and pushes and pushes[-1]["timestamp"] < self._since:
                    break
        except MissingError:
            return []
        recent = (item for item in pushes if self._since is None or item["timestamp"] >= self._since)
        return sorted(recent, key=lambda item: (item["timestamp"], str(item.get("id")).zfill(20)))

    def _commits(self) -> Iterator[Commit]:
        for page in there(self._api.pages(f"{self._path}/commits", sha=self._branch, since=self._since)):
            yield from filter(None, map(commit_of, page.items))

    def _before_pushes(self, graph: Graph, marks: Sequence[Mark]) -> Iterator[dict[str, Any]]:
        """The first one counts its head alone: nothing says since when the others were waiting."""
        previous: str | None = None
        for mark in marks:
            brought = graph.bring(mark.head)[-_MOST_COMMITS:]
            if not brought:
                continue
            commits = brought if previous else brought[-1:]
            name = natural_id("compare", self._number, mark.head[:12], previous[:12] if previous else _FIRST)
            yield from self._as_push(mark.time, previous or _NOTHING, mark.head, commits, name)
            previous = mark.head

    def _push(self, graph: Graph, push: dict[str, Any]) -> Iterator[dict[str, Any]]:
        before, head = push["before"], push["after"]
        if head not in graph:
            brought = self._compared(before, head)
        else:
            brought = graph.bring(head)[-_MOST_COMMITS:] or [graph.commit(head)]
        if brought:
            yield from self._as_push(push["timestamp"], before, head, brought, None)

    def _compared(self, before: str, head: str) -> list[Commit]:
        """Commits that a later push took off the branch again; empty where GitHub no longer has them."""
        try:
            pages = self._api.pages(f"{self._path}/compare/{before}...{head}", key="commits")
            return [commit for page in pages for commit in map(commit_of, page.items) if commit][-_MOST_COMMITS:]
        except MissingError:
            return []

    def _as_push(
        self, time: str, before: str, head: str, commits: Sequence[Commit], name: str | None
    ) -> Iterator[dict[str, Any]]:
        """As a push. One that never was is told under a name of its own, so that it cannot be taken for one."""
        listed = [commit.as_pushed(self._files(commit.sha)) for commit in commits]
        repository = {**self._deliveries.repository, "pushed_at": time}
        things = {"before": before, "after": head, "commits": listed, "head_commit": listed[-1]}
        for event in self._deliveries.of("push", "", ref=f"refs/heads/{self._branch}", repository=repository, **things):
            yield event if name is None else _named(event, name)

    def _files(self, sha: str) -> dict[str, list[str]]:
        """The files that each commit changed: one request each, and only where the options say whose they are."""
        if not self._asks_files:
            return {}
        files = self._api.get(f"{self._path}/commits/{sha}").get("files") or []
        return {"modified": [str(file["filename"]) for file in files]}


def _is_push(item: dict[str, Any]) -> bool:
    return item.get("activity_type") in _PUSHES and all(isinstance(item.get(name), str) for name in _ENDS)


def _named(event: dict[str, Any], name: str) -> dict[str, Any]:
    """Under another name; a very large push is told in parts."""
    part = _PART.search(event["detail"]["id"])
    return {**event, "detail": {**event["detail"], "id": natural_id(name, part and part[1])}}
