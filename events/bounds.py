"""The bounds that one event is held to where it arrives, all of them here (docs/reliability.md).

Every step of an event takes time and memory in proportion to its bytes, and wakes, names and writes no more than these
say. What is over a bound is refused with it. What an earlier release stored is read whatever its size.
"""

from collections.abc import Iterable, Mapping
from typing import Any

MESSAGE_BYTES = 1_048_576
"""Of a delivery: what EventBridge and SQS carry at most."""
KEYS = 500
"""Of one object, known and unknown ones."""
ELEMENTS = 500
"""Of a list."""
COMMITS = 10_000
"""Of an event; importers and translators cut what is longer into several events."""
NAMES = 2_000
"""Different ideas, features, deployments and services that the lists of one event name: each may be a turn to write."""
TEXT = 20_000
"""Characters of a text that figures keep in memory (a title, a unit); names have a shorter limit in their contract."""
MAP_TEXT = 200_000
"""Characters of a map."""
LARGEST_NUMBER = 1e100
SMALLEST_NUMBER = 1e-100
"""Sizes between which a number lies that is not 0: figures multiply and divide two of them, and stay numbers."""
FLYWHEELS_OF_A_NAME = 100
"""Flywheels that name one idea, feature, incident, blocker or challenge: an event that names it and tells no flywheel
of its own wakes them all."""
FLYWHEELS_OF_A_REPOSITORY = 1_000
"""Flywheels that deploy from one repository by head alone: what is pushed to it wakes them all."""
PLACES_OF_AN_EVENT = 16
"""Partitions of the log that the revisions of one event may lie in: each new revision is written to all of them."""
REVISIONS = 1_000
"""Different versions of one event."""
RETRACTIONS_IN_A_ROW = 20
"""Retractions of retractions that an event may stand at the end of."""
RETRACTED_AT_ONCE = 20
"""Events that the versions of one retraction, and what these retract in turn, may take back."""

SMALL = 1_000
"""Bytes of a detail that no bound above can be reached in: an element of a list takes two."""

_LONG_LISTS = {"commits": COMMITS}
_LONG_TEXTS = {"text": MAP_TEXT} | dict.fromkeys(("url", "statement", "note", "reason"), MESSAGE_BYTES)
_NAMING = ("ideas", "features", "deployments", "services", "roles")


class OverBoundError(ValueError):
    """An event over a bound: `field` says where, `value` what stood there, `expected` the bound."""

    def __init__(self, field: str, value: Any, expected: str) -> None:
        super().__init__(f"{field}: {value}, expected {expected}")
        self.field = field
        self.value = value
        self.expected = expected


def require_bounded(detail: Mapping[str, Any]) -> None:
    """Raise OverBoundError for a detail over a bound; in time proportional to its size, whatever it holds."""
    names: set[str] = set()
    pending: list[tuple[str, str, Any]] = [("detail", "", detail)]
    while pending:
        path, key, value = pending.pop()
        if isinstance(value, str):
            _require(path, len(value), _LONG_TEXTS.get(key, TEXT), "characters")
        elif isinstance(value, Mapping):
            _require(path, len(value), KEYS, "keys")
            pending.extend((f"{path}.{inner[:80]}", inner, each) for inner, each in value.items())
        elif isinstance(value, list):
            _require(path, len(value), _LONG_LISTS.get(key, ELEMENTS), "elements")
            names.update(_named(key, value))
            pending.extend((f"{path}[{place}]", key, each) for place, each in enumerate(value))
    _require("detail", len(names), NAMES, "different names in its lists")


def require_plain_numbers(detail: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raise OverBoundError for a number, in a known field, that figures could not be made of."""
    for name in known:
        value = detail.get(name)
        if isinstance(value, float | int) and value and not SMALLEST_NUMBER <= abs(value) <= LARGEST_NUMBER:
            expected = f"0 or a number between {SMALLEST_NUMBER:g} and {LARGEST_NUMBER:g} in size"
            raise OverBoundError(f"detail.{name}", value, expected)


def _named(key: str, listed: Iterable[Any]) -> Iterable[str]:
    return (each for each in listed if isinstance(each, str)) if key in _NAMING else ()


def _require(path: str, count: int, most: int, of_what: str) -> None:
    if count > most:
        raise OverBoundError(path, f"{count} {of_what}", f"at most {most} {of_what}")
