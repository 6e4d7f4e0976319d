"""Middleware's DORA, calculated by its own services from its own models; runs in an interpreter that has what it needs.

Nothing of Middleware is part of this project: it is imported from the checkout that is given. Its database is left
out: the rows that its queries return lie in memory, and what they cost there is not counted. Measured is what its code
makes of them for one page, each part once: runs of workflows adapted to deployments, the frequency of deployments, lead
time, change failure rate and time to recovery, each with its weekly trend. That pull requests belong to deployments is
found by its own synchronisation beforehand, and measured apart.
"""

import gc
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

CODE = "backend/analytics_server"
REPOSITORY, BRANCH, TEAM = UUID(int=1), "main", "team"


def main() -> None:
    """Arguments: the checkout, and a file of JSON as `peers.measuring.Input`. Answers each line of standard input with
    one of JSON: CPU seconds by part, and some figures.
    """
    checkout, file = sys.argv[1:]
    sys.path.insert(0, str(Path(checkout) / CODE))
    page = Page(json.loads(Path(file).read_text()))
    for _ in sys.stdin:
        sys.stdout.write(json.dumps(page.measured()) + "\n")
        sys.stdout.flush()


class Page:
    """One team's rows in memory, and the services that make its page of them."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._interval = _its("utils.time").Interval(_moment(given["since"]), _moment(given["until"]))
        self._runs = [_run(number, *each) for number, each in enumerate(given["deployments"])]
        self._requests = [_pull_request(number, *each) for number, each in enumerate(given["deployments"])]
        self._incidents = [_incident(number, *each) for number, each in enumerate(given["incidents"])]
        self._adaptor = _its("service.deployments.models.adapter").WorkflowRunsToDeploymentsAdaptor()
        self._mapper = _its("service.deployments.deployment_pr_mapper").DeploymentPRMapperService()
        self._deployments = self._adaptor.adapt_many(self._runs)
        rows = SimpleNamespace(
            get_active_team_repos_by_team_id=lambda team: [SimpleNamespace(org_repo_id=REPOSITORY)],
            get_prs_merged_in_interval=lambda repositories, *_, **__: self._requests if repositories else [],
        )
        deployed = SimpleNamespace(
            get_team_successful_deployments_in_interval=lambda *_: self._deployments,
            get_filtered_team_repos_by_deployment_config=lambda repositories: (repositories, []),
            get_filtered_team_repos_with_workflow_configured_deployments=lambda repositories: repositories,
        )
        self._frequency = _its("service.deployments.analytics").DeploymentAnalyticsService(deployed, rows)
        self._lead = _its("service.code.lead_time").LeadTimeService(rows, deployed)
        self._failures = _its("service.incidents.incidents").IncidentService(None, None, rows)
        gc.collect()
        gc.freeze()

    def measured(self) -> dict[str, Any]:
        """Seconds by part, and of what they were made."""
        parts = {
            "adapting": self._adapt,
            "frequency": self._frequencies,
            "lead time": self._lead_times,
            "change failure rate": self._failure_rates,
            "time to recovery": self._recoveries,
        }
        linking = _seconds(self._link)
        seconds = {name: _seconds(part) for name, part in parts.items()}
        rate = self._failures.get_change_failure_rate_metrics(self._deployments, self._incidents)
        figures = {"deployments": rate.total_deployments_count, "failed": rate.failed_deployments_count}
        return {"parts": seconds, "linking": linking, "figures": figures}

    def _adapt(self) -> None:
        self._adaptor.adapt_many(self._runs)

    def _frequencies(self) -> None:
        self._frequency.get_team_deployment_frequency_metrics(TEAM, self._interval, None, None)
        self._frequency.get_weekly_deployment_frequency_trends(TEAM, self._interval, None, None)

    def _lead_times(self) -> None:
        team = SimpleNamespace(id=TEAM)
        self._lead.get_team_lead_time_metrics(team, self._interval)
        self._lead.get_team_lead_time_metrics_trends(team, self._interval)

    def _failure_rates(self) -> None:
        self._failures.get_change_failure_rate_metrics(self._deployments, self._incidents)
        self._failures.get_weekly_change_failure_rate(self._interval, self._deployments, self._incidents)

    def _recoveries(self) -> None:
        self._failures._get_incidents_mean_time_to_recovery(self._incidents)
        self._failures._get_incidents_mean_time_to_recovery_trends(self._incidents, self._interval)

    def _link(self) -> None:
        for request, deployment in zip(self._requests, self._deployments, strict=True):
            self._mapper.get_all_prs_deployed([request], deployment)


def _run(number: int, finished: float, first_commit: float) -> tuple[Any, Any]:
    code = _its("store.models.code")
    workflow = code.RepoWorkflow(
        id=UUID(int=2),
        org_repo_id=REPOSITORY,
        provider=_its("store.models.code.workflows.enums").RepoWorkflowProviders.GITHUB_ACTIONS,
    )
    run = code.RepoWorkflowRuns(
        id=UUID(int=number),
        repo_workflow_id=workflow.id,
        provider_workflow_run_id=str(number),
        event_actor="somebody",
        head_branch=BRANCH,
        status=code.RepoWorkflowRunsStatus.SUCCESS,
        conducted_at=_moment(finished),
        duration=60,
        html_url=f"https://ci.example/{number}",
    )
    return workflow, run


def _pull_request(number: int, finished: float, first_commit: float) -> Any:
    code = _its("store.models.code")
    return code.PullRequest(
        id=UUID(int=number),
        repo_id=REPOSITORY,
        number=str(number),
        state=code.PullRequestState.MERGED,
        base_branch=BRANCH,
        head_branch=f"change-{number}",
        state_changed_at=_moment(finished - 60),
        first_commit_to_open=round(finished - first_commit) // 2,
        first_response_time=60,
        rework_time=60,
        merge_time=60,
        merge_to_deploy=60,
        meta={},
    )


def _incident(number: int, opened: float, resolved: float) -> Any:
    return _its("store.models.incidents").Incident(
        id=UUID(int=number), key=str(number), creation_date=_moment(opened), resolved_date=_moment(resolved)
    )


def _its(module: str) -> Any:
    """A module of the peer."""
    return import_module(f"mhq.{module}")


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _seconds(work: Callable[[], None]) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
