"""Errors of a delivery: it cannot be understood, or it is not from whom it says."""

import json
from typing import Any

_SHOWN = 80


class UnreadableDeliveryError(ValueError):
    """A body that cannot be understood, for good: kept with this reason, never tried again.

    `field` is a path in the delivery such as `deployment_status.state`, `value` what stood there as short ASCII text
    (safe to log and to store), `expected` the mend.
    """

    def __init__(self, field: str, value: Any, expected: str) -> None:
        self.field = field
        self.value = _shown(value)
        self.expected = expected
        super().__init__(f"{field}: got {self.value}, expected {expected}")


class UnverifiedDeliveryError(ValueError):
    """A delivery whose sender is not proven. The reply is the same for every `reason`, which is for counting."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def _shown(value: Any) -> str:
    """A value as short ASCII text. Objects and lists are named, not shown: they may hold anything about anyone."""
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    if isinstance(value, str) and len(value) > _SHOWN:
        return f'{json.dumps(value[: _SHOWN // 2])[:-1]}..." ({len(value)} characters)'
    return json.dumps(value, default=repr)[: 8 * _SHOWN]
