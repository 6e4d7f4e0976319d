"""The Well-Architected Tool of an account in which nobody has defined a workload: moto knows nothing of the Tool.

So a configuration that has its milestones read runs on the embedded engine too, and finds none.
"""

from typing import Any, Final

from botocore.handlers import BUILTIN_HANDLERS

from engine.account.shortcut import Answered


class NoReviews:
    """Switched on while an engine runs; botocore's list of handlers belongs to the process, and so does this."""

    def __init__(self) -> None:
        self.on = False
        self._installed = False

    def install(self) -> None:
        """For every session that is made from now on; harmless when repeated."""
        if not self._installed:
            BUILTIN_HANDLERS.append(("before-call.wellarchitected.ListWorkloads", self._answer))
            self._installed = True

    def _answer(self, **_: Any) -> tuple[Answered, dict[str, Any]] | None:
        if not self.on:
            return None
        return Answered(), {"WorkloadSummaries": [], "ResponseMetadata": {"HTTPStatusCode": 200, "RetryAttempts": 0}}


NO_REVIEWS: Final = NoReviews()
