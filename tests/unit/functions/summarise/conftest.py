"""The table of the outbox's tests."""

from tests.unit.slack.conftest import table

__all__ = ["table"]
