"""The table of the outbox's tests."""

from tests.unit.slack.conftest import shared_table, table

__all__ = ["shared_table", "table"]
