"""The table as talking needs it: stored answers are read, votes are kept."""

from collections.abc import Mapping
from typing import Any

from shared.store.outbox.votes import Vote, keep_vote
from shared.store.projections.answer_items import read_answer
from shared.store.table.table import Table


class TableMemory:
    """Reads what is stored of a flywheel; it folds nothing."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def report(self, flywheel: str) -> Mapping[str, Any] | None:
        """The report as it was last stored."""
        answer = read_answer(self._table, flywheel)
        return None if answer is None else answer.report

    def vote(self, flywheel: str, vote: Vote) -> None:
        """Keep one vote."""
        keep_vote(self._table, flywheel, vote)
