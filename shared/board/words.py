"""Words that several parts of a board share: metrics, counts, and few cases with their values."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.board.markup import Child, element, joined
from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.distribution import FEW
from shared.flywheel.value.metrics import time_between
from shared.flywheel.wording import amount, amounts, listing, number, outside, plural

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MILLION = 1_000_000


def commanding(text: str) -> Child:
    """A sentence in which a command of ours is one: no option of it is parted from its dashes at the end of a line."""
    before, command, rest = text.partition("flywheel emit ")
    if not command:
        return text
    line, stop, _ = rest.rpartition(".") if rest.endswith(".") else (rest, "", "")
    words = [
        joined(" " if place else "", element("span", word, class_="nowrap"))
        for place, word in enumerate(line.split(" "))
    ]
    return joined(before, element("code", command, *words), stop)


def readable(name: str) -> str:
    """The name of a metric as a reader writes it: `completed-checkouts` as `Completed checkouts`."""
    words = outside(name)
    spaced = words if " " in words else words.replace("-", " ").replace("_", " ").strip() or words
    return spaced[:1].upper() + spaced[1:]


def earlier(metric: Mapping[str, Any]) -> str:
    """A metric's value of a month before, or of as long before as it was measured: `40 (81 days before)`."""
    time = time_between(metric)
    was, _ = amounts(metric["previous"], metric["value"])
    return f"{was} {f'{time} before' if time == 'a month' else f'({time} before)'}"


def measure(value: float, unit: str | None, before: float | None = None) -> str:
    """A metric's value with its unit: `68.6% of baskets`, `2.8 s`, `1,040`; told apart from one before it."""
    words, (_, shown) = outside(unit or ""), amounts(value if before is None else before, value)
    first, _, rest = words.partition(" ")
    if first.casefold() in {"percent", "%", "per-cent"}:
        return f"{shown}% {rest}".rstrip()
    return f"{shown} {words}".rstrip()


def short_measure(value: float, unit: str | None) -> str:
    """The same where a drawing has no room for a unit of words, or for millions to the last one: `123.5 M €`."""
    words = outside(unit or "")
    shown = f"{amount(value / _MILLION)} M" if abs(value) >= _MILLION else amount(value)
    if words.partition(" ")[0].casefold() in {"percent", "%", "per-cent"}:
        return f"{shown}%"
    return f"{shown} {words}".rstrip() if len(words) <= 3 else shown


def spelt(count: int) -> str:
    """A small count in words."""
    return _SMALL[count] if count < len(_SMALL) else number(count)


def capital(text: str) -> str:
    """A sentence that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def cases(kind: FigureKind, entry: Any) -> str:
    """What stands at a figure's path as a table shows it: `4 of 38`, `49, 56 and 73 d`, `19 h`; `–` where unknown."""
    if isinstance(entry, Mapping):
        if kind.shape == "share":
            return "–" if entry["value"] is None else f"{entry['count']} of {entry['n']}"
        if entry["p50"] is None:
            return "–"
        if entry["values"] and len(entry["values"]) > 1:
            return listing(_each_once([kind.unit.show(each) for each in entry["values"]]))
        return kind.unit.show(entry["p50"])
    return "–" if entry is None else kind.unit.show(entry)


def _each_once(shown: list[str]) -> list[str]:
    """Sorted values, those that read alike as one: `7 d (3 times)`."""
    return [value if count == 1 else f"{value} ({count} times)" for value, count in Counter(shown).items()]


def size(entry: Any) -> int | None:
    """How many cases a figure stands on; None of a plain count."""
    return entry["n"] if isinstance(entry, Mapping) else None


def is_few(entry: Any) -> bool:
    """Whether a figure stands on so few cases that they are shown."""
    n = size(entry)
    return n is not None and 0 < n < FEW


def weeks(days: float) -> str:
    """A window: `12 weeks`, `10 days`."""
    return plural(days / 7, "week") if days % 7 == 0 else plural(days, "day")


def ago(length: timedelta) -> str:
    """How long ago: `just now`, `4 minutes ago`, `3 days ago`."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 120:
        return f"{plural(minutes, 'minute')} ago"
    return f"{plural(minutes // 60, 'hour')} ago" if minutes < 48 * 60 else f"{plural(minutes // 1440, 'day')} ago"
