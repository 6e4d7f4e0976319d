"""The way to AWS's Well-Architected Tool: its lists page by page, and what a milestone found lens by lens."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError

from shared.sources.aws.well_architected import Milestone, milestone_of

_TOO_MANY, _THEIR_FAULT = 429, 500


class Tool(Protocol):
    """The Tool, as far as reading milestones needs it."""

    def milestones(self) -> Iterator[Milestone]:
        """Every milestone of every workload."""

    def reviews(self, milestone: Milestone) -> Iterator[dict[str, Any]]:
        """The reviews of a milestone, one `LensReview` for each of its lenses."""


class WellArchitected:
    """The Tool of one Region; `client` is boto3's for it. Raises botocore's errors."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def milestones(self) -> Iterator[Milestone]:
        """Every milestone of every workload; two calls at least, and one more for each workload and page."""
        for workload in _pages(self._client.list_workloads, "WorkloadSummaries"):
            of = workload["WorkloadId"]
            for summary in _pages(self._client.list_milestones, "MilestoneSummaries", WorkloadId=of):
                yield milestone_of(summary, workload)

    def reviews(self, milestone: Milestone) -> Iterator[dict[str, Any]]:
        """The reviews of a milestone, one call for each of its lenses; none of a lens that is gone."""
        for lens in milestone.lenses:
            try:
                answer = self._client.get_lens_review(
                    WorkloadId=milestone.workload, LensAlias=lens, MilestoneNumber=milestone.number
                )
            except self._client.exceptions.ResourceNotFoundException:
                continue
            yield answer["LensReview"]


def _pages(operation: Callable[..., Any], what: str, **given: str) -> Iterator[dict[str, Any]]:
    """All that a list holds; botocore has no paginator for the Tool."""
    page = operation(**given)
    yield from page.get(what) or ()
    while token := page.get("NextToken"):
        page = operation(**given, NextToken=token)
        yield from page.get(what) or ()


def is_passing(error: Exception) -> bool:
    """Whether the same call may succeed later: throttled, their fault, or no answer at all."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return bool(status == _TOO_MANY or status >= _THEIR_FAULT)
    return isinstance(error, BotoConnectionError | HTTPClientError)
