"""The tools of team checkout: GitHub, CodePipeline for its payments, PagerDuty, alarms, a planning tool."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from cli.demo.delivery import Delivery
from cli.demo.moments import at
from cli.demo.senders.aws import Aws
from cli.demo.senders.commits import Commit, Commits, commits_of
from cli.demo.senders.github import GitHub
from cli.demo.senders.pagerduty import PagerDuty
from cli.demo.senders.planning import Planning

WEB, PAYMENTS = "acme/checkout", "acme/payments"
PIPELINE = "payments-release"
_REVIEWED_AFTER = timedelta(hours=5)


class Tools:
    """The senders of the team, and what they do together."""

    def __init__(self) -> None:
        self.web, self.payments = GitHub("checkout-github", WEB), GitHub("checkout-github", PAYMENTS)
        self.aws, self.pager = Aws(), PagerDuty("checkout-pagerduty")
        self.planning = Planning("checkout-planning")
        self._heads: dict[str, Commit] = {}

    @property
    def sent(self) -> Iterator[Delivery]:
        """All deliveries, by sender."""
        for sender in (self.web, self.payments, self.aws, self.pager, self.planning):
            yield from sender.sent

    def work(self, repository: GitHub, pull: int, idea: str, moment: str, title: str) -> None:
        """Work on an idea is put up for review, and approved the same day."""
        branch, opened = f"{idea}-{title.lower().replace(' ', '-')}", at(moment)
        repository.pull_request(opened, pull, branch, title)
        repository.approved(opened + _REVIEWED_AFTER, pull, branch, title)

    def deploy_web(self, deployment: int, moment: str, commits: Commits, **fields: Any) -> None:
        """Commits are pushed, and GitHub tells when they are deployed."""
        pushed = list(commits_of(f"web-{deployment}", at(moment), commits))
        self.web.push(pushed)
        self._heads[f"web-{deployment}"] = pushed[-1]
        self.web.deployed(at(moment), deployment, pushed[-1].sha, **fields)

    def roll_back_web(self, deployment: int, moment: str, to: int, remediates: int) -> None:
        """Deploy again the version that ran before."""
        fields = {"task": "deploy:rollback", "payload": {"remediates": str(remediates)}}
        self.web.deployed(at(moment), deployment, self._heads[f"web-{to}"].sha, **fields)

    def deploy_payments(self, deployment: str, moment: str, commits: Commits, pipeline: str = PIPELINE) -> None:
        """Commits are pushed to GitHub, and CodePipeline takes them to production."""
        pushed = list(commits_of(deployment, at(moment), commits))
        self.payments.push(pushed)
        self._heads[deployment] = pushed[-1]
        self.aws.pipeline(at(moment), deployment, pipeline, PAYMENTS, pushed[-1])

    def release(self, repository: GitHub, tag: str, moment: str, idea: str, head: str) -> None:
        """A release on GitHub says that users have the idea."""
        repository.released(at(moment), tag, idea, self._heads[head].sha)
