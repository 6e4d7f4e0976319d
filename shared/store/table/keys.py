"""Keys of the table: how names and moments become text that sorts and fits."""

import hashlib
from datetime import UTC, datetime
from functools import lru_cache

from events.strict_json import is_unicode
from shared.store.table import names

_LONGEST = 200
_HASHED = "~"


def fitted(name: str) -> str:
    """A name as part of a sort key: itself, or a hash where it could mislead or not fit (DynamoDB: 1,024 bytes).

    Any text will do: one without a UTF-8 form (a lone surrogate) is hashed too.
    """
    whole = name.encode(errors="surrogatepass")
    if len(whole) <= _LONGEST and "#" not in name and not name.startswith(_HASHED) and is_unicode(name):
        return name
    return _HASHED + hashlib.sha256(whole).hexdigest()[:40]


def stamp(moment: datetime) -> str:
    """A moment as text whose order is the order of time: UTC, always with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


@lru_cache(16_384)
def moment_of(text: str) -> datetime:
    """The moment of a `stamp`."""
    return datetime.fromisoformat(text)


def event_key(key: int) -> tuple[str, str]:
    """The key of an identity's EVENT."""
    return f"{names.EVENTS_PREFIX}{key:016x}", names.EVENT_SORT


def flywheel_partition(flywheel: str) -> str:
    """The partition of a flywheel's facts."""
    return names.FLYWHEEL_PREFIX + flywheel


def repository_partition(repository: str) -> str:
    """The partition of recorded changes, for whichever flywheel deploys them."""
    return names.REPOSITORY_PREFIX + repository


def wheel_partition(flywheel: str) -> str:
    """The partition of what was derived for a flywheel."""
    return names.WHEEL_PREFIX + flywheel


def flywheel_of(wheel_pk: str) -> str:
    """The flywheel of a `wheel_partition`."""
    return wheel_pk.removeprefix(names.WHEEL_PREFIX)


def turn_sort(key: str, turn: str) -> str:
    """The sort key of a turn in its wheel's partition; an idea and a feature of one name are two turns."""
    return f"{names.TURN_SORT}{key}#{fitted(turn)}"


def transition_sort(key: str, turn: str, phase: int) -> str:
    """The sort key of a transition in its wheel's partition."""
    return f"{names.TRANSITION_SORT}{key}#{fitted(turn)}#{phase}"


def segment_sort(arrived: datetime, content: str) -> str:
    """The sort key of a segment: by the newest arrival in it, then by a hash of its content."""
    return f"{names.SEGMENT_SORT}{stamp(arrived)}#{content[:16]}"


def segment_floor(arrived: datetime) -> str:
    """Sorts before every segment that arrived at or after a moment."""
    return f"{names.SEGMENT_SORT}{stamp(arrived)}"


def arrival_of(sort: str) -> datetime | None:
    """When the segment with this sort key arrived; None where the key is not one of ours."""
    try:
        return moment_of(sort.removeprefix(names.SEGMENT_SORT).partition("#")[0])
    except ValueError:
        return None


def day_of(moment: datetime) -> str:
    """The UTC day of a moment."""
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


def month_of(day: str) -> str:
    """The month of a `day_of`; an empty text of one."""
    return day.rpartition("-")[0]


def sealed_suffix(day: str, form: str, version: int, content: str) -> str:
    """The end that the keys of a SEALED item and of its witness have in common.

    A part is replaced only by parts of a higher version, or by whole ones, so that who reads upwards misses none.
    """
    return f"{day}#{form}#{version:08d}#{content[:16]}"


def sealed_floor(day: str) -> str:
    """Sorts before every SEALED item of a day, or of a month, and after those of earlier ones."""
    return f"{names.SEALED_SORT}{day}"
