"""GitHub's webhook of one repository: issues, pull requests, pushes, deployments, releases."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from cli.demo.delivery import COUNTS_FOR_NOTHING, Delivery
from cli.demo.senders.commits import Commit
from cli.demo.senders.names import guid, number
from events.times import rfc3339

_NO_COMMIT = "0" * 40
_TAKES = timedelta(minutes=10)
"""From the last commit to the push, and from a deployment's creation to its success."""


class GitHub:
    """All that one repository sends; people are left out, as nobody reads them."""

    def __init__(self, hook: str, repository: str) -> None:
        self._hook, self._name = hook, repository
        self._others: list[Delivery] = []
        self._pushes: list[tuple[datetime, Sequence[Commit]]] = []

    @property
    def sent(self) -> list[Delivery]:
        """Every delivery; a push says what was pushed before it, in whichever order the story tells them."""
        pushed, before = [], _NO_COMMIT
        for moment, commits in sorted(self._pushes, key=lambda each: each[0]):
            pushed.append(self._pushed(moment, commits, before))
            before = commits[-1].sha
        return [*self._others, *pushed]

    def ping(self, moment: datetime) -> None:
        """The hook is connected."""
        self._send(moment, "ping", {"zen": "Keep it logically awesome.", "hook_id": 1}, answer=COUNTS_FOR_NOTHING)

    def idea(self, moment: datetime, issue: int, title: str) -> None:
        """An issue is opened with the label `idea`."""
        fields = {"id": number(f"{self._name}#{issue}"), "number": issue, "title": title, "state": "open"}
        times = {"created_at": rfc3339(moment), "updated_at": rfc3339(moment)}
        labels = {"labels": [{"name": "idea"}], "html_url": f"https://github.com/{self._name}/issues/{issue}"}
        self._send(moment, "issues", {"action": "opened", "issue": {**fields, **times, **labels}}, "Idea Proposed")

    def pull_request(self, moment: datetime, pull: int, branch: str, title: str) -> None:
        """A branch that names an idea is up for review: work on it has begun."""
        opened = {"action": "opened", "pull_request": self._pull(pull, branch, title, moment)}
        self._send(moment, "pull_request", opened, "Work Started")

    def approved(self, moment: datetime, pull: int, branch: str, title: str) -> None:
        """A review challenges the work, and says yes."""
        review = {
            "id": number(f"{self._name} {pull} {moment}"), "state": "approved", "submitted_at": rfc3339(moment),
            "user": {"type": "User"},
        }  # fmt: skip
        content = {"action": "submitted", "review": review, "pull_request": self._pull(pull, branch, title, moment)}
        self._send(moment, "pull_request_review", content, "Challenge Opened", "Challenge Resolved")

    def push(self, commits: Sequence[Commit]) -> None:
        """Commits reach the default branch soon after the last of them was made."""
        self._pushes.append((commits[-1].time + _TAKES, commits))

    def deployed(self, moment: datetime, deployment: int, head: str, **fields: Any) -> None:
        """A deployment succeeded; `fields` are its fields that are not the usual ones."""
        made = {
            "id": deployment, "sha": head, "ref": "main", "task": "deploy", "environment": "production",
            "payload": {}, "created_at": rfc3339(moment - _TAKES), "updated_at": rfc3339(moment), **fields,
        }  # fmt: skip
        status = {
            "id": deployment * 10, "state": "success", "environment": made["environment"],
            "created_at": rfc3339(moment), "updated_at": rfc3339(moment),
        }  # fmt: skip
        content = {"action": "created", "deployment_status": status, "deployment": made}
        self._send(moment, "deployment_status", content, "Deployment Finished")

    def released(self, moment: datetime, tag: str, idea: str, head: str) -> None:
        """A release is published, whose notes say which idea it brings."""
        made = {
            "id": number(f"{self._name} {tag}"), "tag_name": tag, "name": tag, "body": f"Implements {idea}",
            "draft": False, "prerelease": False, "target_commitish": head, "created_at": rfc3339(moment),
            "published_at": rfc3339(moment), "html_url": f"https://github.com/{self._name}/releases/tag/{tag}",
        }  # fmt: skip
        self._send(moment, "release", {"action": "published", "release": made}, "Feature Released")

    def _pull(self, pull: int, branch: str, title: str, moment: datetime) -> dict[str, Any]:
        return {
            "id": number(f"{self._name} pull {pull}"), "number": pull, "title": title, "body": None, "draft": False,
            "head": {"ref": branch, "sha": _NO_COMMIT}, "user": {"type": "User"}, "created_at": rfc3339(moment),
            "html_url": f"https://github.com/{self._name}/pull/{pull}",
        }  # fmt: skip

    def _pushed(self, moment: datetime, commits: Sequence[Commit], before: str) -> Delivery:
        listed = [
            {"id": each.sha, "message": each.message, "timestamp": rfc3339(each.time), "modified": ["app.py"]}
            for each in commits
        ]
        head = commits[-1].sha
        content = {"ref": "refs/heads/main", "before": before, "after": head, "created": False, "deleted": False}
        listed_with_head = {"commits": listed, "head_commit": listed[-1]}
        return self._delivery(moment, "push", {**content, **listed_with_head}, ("Change Recorded",))

    def _send(self, moment: datetime, event: str, content: dict[str, Any], *tells: str, **more: Any) -> None:
        self._others.append(self._delivery(moment, event, content, tells, **more))

    def _delivery(
        self, moment: datetime, event: str, content: dict[str, Any], tells: tuple[str, ...], **more: Any
    ) -> Delivery:
        repository = {
            "id": number(self._name), "full_name": self._name, "name": self._name.rpartition("/")[2],
            "default_branch": "main", "pushed_at": int(moment.timestamp()) if event == "push" else rfc3339(moment),
        }  # fmt: skip
        headers = {"content-type": "application/json", "x-github-event": event}
        headers["x-github-delivery"] = guid(f"{self._name} {event} {moment} {content.get('action')} {tells}")
        content = {**content, "repository": repository}
        return Delivery(arrives=moment, hook=self._hook, headers=headers, content=content, tells=tells, **more)
