"""One repository's history, part by part and page by page, so that what was cut short can go on where it stopped."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from cli.failure import WrongInputError
from cli.github.api import Api, there
from cli.github.changes import Changes, Mark
from cli.github.deliveries import Deliveries

PARTS = ("releases", "issues", "pulls", "runs", "deployments", "changes")
"""In this order: what was pushed comes last, because deployments tell what to look for before pushes were kept."""


class Place(Struct, frozen=True):
    """The place up to which a history was read: `deployments@7`."""

    part: str = PARTS[0]
    page: int = 1

    def __str__(self) -> str:
        return f"{self.part}@{self.page}"


def place_of(text: str) -> Place:
    """Raises WrongInputError for what `--resume` cannot be."""
    part, _, page = text.partition("@")
    if part not in PARTS or not page.isdecimal() or int(page) < 1:
        raise WrongInputError(f"--resume: got {text!r}, expected what an import that stopped said, such as issues@3")
    return Place(part, int(page))


class History:
    """Reads one repository. `place` is where it stands, and where a later import may go on."""

    def __init__(self, api: Api, repository: dict[str, Any], deliveries: Deliveries, since: str | None) -> None:
        self._api, self._deliveries, self._since = api, deliveries, since
        owner, _, name = str(repository["full_name"]).partition("/")
        self._path = f"repos/{quote(owner)}/{quote(name)}"
        self._deployed: list[Mark] = []
        self.place = Place()

    def events(self, start: Place) -> Iterator[dict[str, Any]]:
        """Events from a place on."""
        parts: dict[str, Callable[[int], Iterator[dict[str, Any]]]] = {
            "releases": self._releases,
            "issues": self._issues,
            "pulls": self._pulls,
            "runs": self._runs,
            "deployments": self._deployments,
            "changes": self._changes,
        }
        for part in PARTS[PARTS.index(start.part) :]:
            page = start.page if part == start.part else 1
            self.place = Place(part, page)
            yield from parts[part](page)

    def _listed(
        self, part: str, start: int, path: str, key: str | None = None, **parameters: Any
    ) -> Iterator[list[dict[str, Any]]]:
        """Pages from one on, keeping the place."""
        pages = self._api.pages(f"{self._path}/{path}", key, page=start if start > 1 else None, **parameters)
        for number, page in enumerate(there(pages), start=start):
            yield page.items
            self.place = Place(part, max(number + 1, self.place.page))

    def _releases(self, start: int) -> Iterator[dict[str, Any]]:
        """Without `updated_at`: any edit of the notes moves it, and would move the release."""
        for items in self._listed("releases", start, "releases"):
            for item in items:
                if item.get("draft") or self._is_before(item.get("published_at")):
                    continue
                release = {name: value for name, value in item.items() if name != "updated_at"}
                yield from self._deliveries.of("release", "published", release=release)

    def _issues(self, start: int) -> Iterator[dict[str, Any]]:
        sorting = {"state": "all", "sort": "created", "direction": "asc", "since": self._since}
        for items in self._listed("issues", start, "issues", **sorting):
            for item in items:
                if item.get("pull_request") is not None:
                    continue
                yield from self._deliveries.of("issues", "opened", issue=item)
                if item.get("state") == "closed":
                    yield from self._deliveries.of("issues", "closed", issue=item)

    def _pulls(self, start: int) -> Iterator[dict[str, Any]]:
        """Newest first, so that those not touched since need not be read."""
        sorting = {"state": "all", "sort": "updated", "direction": "desc"}
        for items in self._listed("pulls", start, "pulls", **sorting):
            for item in items:
                yield from self._pull(item)
            if items and self._is_before(items[-1].get("updated_at")):
                return

    def _pull(self, pull: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Reviews cost a request, so only those of a pull request that names an idea are asked for."""
        deliveries = [*self._deliveries.of("pull_request", "opened", pull_request=pull)]
        yield from deliveries
        if not deliveries:
            return
        for page in there(self._api.pages(f"{self._path}/pulls/{pull.get('number')}/reviews")):
            for review in page.items:
                yield from self._deliveries.of("pull_request_review", "submitted", review=review, pull_request=pull)

    def _runs(self, start: int) -> Iterator[dict[str, Any]]:
        """Only where a rule says that a workflow deploys. GitHub lists the last attempt of each run."""
        if not self._deliveries.options.workflows:
            return
        created = f">={self._since}" if self._since else None
        for items in self._listed("runs", start, "actions/runs", "workflow_runs", status="completed", created=created):
            for item in items:
                yield from self._deliveries.of("workflow_run", "completed", workflow_run=item)

    def _deployments(self, start: int) -> Iterator[dict[str, Any]]:
        """Newest first; their statuses cost a request each. Pages that were told already are read for their heads."""
        for number, items in enumerate(self._listed("deployments", 1, "deployments"), start=1):
            for item in items:
                if self._is_before(item.get("created_at")):
                    return
                self._deployed.append(Mark(str(item.get("created_at")), str(item.get("sha"))))
                if number >= start:
                    yield from self._deployment(item)

    def _deployment(self, made: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Only a workflow's deployments wait or are queued; the API does not say whose they are."""
        pages = there(self._api.pages(f"{self._path}/deployments/{made.get('id')}/statuses"))
        statuses = [status for page in pages for status in page.items][::-1]
        is_of_a_workflow = any(status.get("state") in {"waiting", "queued"} for status in statuses)
        things = {"deployment": made} | ({"workflow_run": {}} if is_of_a_workflow else {})
        yield from self._deliveries.of("deployment", "created", **things)
        for status in statuses:
            yield from self._deliveries.of("deployment_status", "created", deployment_status=status, **things)

    def _changes(self, _start: int) -> Iterator[dict[str, Any]]:
        if not self._deployed:
            self._deployed.extend(self._heads())
        yield from Changes(self._api, self._path, self._deliveries, self._since).events(self._deployed)

    def _heads(self) -> Iterator[Mark]:
        """The deployed heads of an import that goes on after its deployments."""
        for page in there(self._api.pages(f"{self._path}/deployments")):
            for item in page.items:
                if self._is_before(item.get("created_at")):
                    return
                yield Mark(str(item.get("created_at")), str(item.get("sha")))

    def _is_before(self, time: Any) -> bool:
        """Both are RFC 3339 in UTC to the second, as GitHub writes them."""
        return self._since is not None and isinstance(time, str) and time < self._since
