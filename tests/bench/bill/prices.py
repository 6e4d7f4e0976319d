"""List prices in USD that the bench calculates with, without any free allowance."""

from typing import Final

LISTED: Final = "us-east-1, list prices as they have stood since November 2024"
"""https://aws.amazon.com/dynamodb/pricing/on-demand/ and the pages of the other services."""

MILLION: Final = 1_000_000
WRITE: Final = 0.625 / MILLION
"""A write request unit: an item, or an index entry, of up to 1 KB."""
READ: Final = 0.125 / MILLION
"""A read request unit: up to 4 KB read consistently."""
STORED: Final = 0.25 + 0.20
"""A GB of table for a month, and its point-in-time recovery."""
BUS_EVENT: Final = 1.00 / MILLION
ARCHIVED: Final = 0.10
"""A GB put into the archive."""
QUEUE_REQUEST: Final = 0.40 / MILLION
INVOCATION: Final = 0.20 / MILLION
GB_SECOND: Final = 0.0000133334
"""Lambda on arm64."""
SCHEDULED: Final = 1.00 / MILLION
HTTP_REQUEST: Final = 1.00 / MILLION
"""Of an HTTP API."""
TRACE: Final = 5.00 / MILLION
LOG_GB: Final = 0.50
SECRET: Final = 0.40
ALARM_METRIC: Final = 0.10
DASHBOARD: Final = 3.00
