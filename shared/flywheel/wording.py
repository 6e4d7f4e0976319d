"""Figures as a person reads them: human units, right plurals, and text from outside made fit for a line. English."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from shared.flywheel.zones import zone_of

MINUTES_PER_HOUR = 60
_MAX_OUTSIDE = 80
_MOST_DECIMALS = 6
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories that steer or hide text: controls, bidirectional overrides, zero-width marks, line separators."""


def duration(hours: float) -> str:
    """Hours as `85 min`, `4 h 30 min`, `9 h`, `3 d 4 h` or `23 d`: the smaller unit is dropped where it is noise."""
    minutes = round(hours * MINUTES_PER_HOUR)
    if minutes < 120:
        return f"{minutes} min"
    if minutes < 10 * MINUTES_PER_HOUR:
        return _two(minutes, MINUTES_PER_HOUR, "h", "min")
    whole_hours = round(hours)
    if whole_hours < 24:
        return f"{whole_hours} h"
    return _two(whole_hours, 24, "d", "h") if whole_hours < 14 * 24 else f"{round(hours / 24)} d"


def _two(amount: int, size: int, large: str, small: str) -> str:
    whole, rest = divmod(amount, size)
    return f"{whole} {large} {rest} {small}" if rest else f"{whole} {large}"


def number(value: float) -> str:
    """At most one decimal below 10 and none above: `0.4`, `2`, `17`; what is not 0 never reads 0: `0.02`, `<0.001`."""
    text = f"{value:.1f}" if abs(value) < 10 else f"{value:.0f}"
    if float(text) == 0:
        return "0" if not value else f"{value:.2g}" if abs(value) >= 0.001 else "<0.001" if value > 0 else ">-0.001"
    return text.removesuffix(".0")


def amount(value: float) -> str:
    """A metric's value as its sender may have told it: one decimal, or as many as say more than 0; `1,040`, `34.6`."""
    text = f"{value:,.1f}"
    if text.strip("-") == "0.0":
        return f"{value:.2g}" if value else "0"
    return text.removesuffix(".0")


def amounts(before: float, after: float) -> tuple[str, str]:
    """Two values of a metric, with as many decimals as tell them apart, if up to six do: `10.04` and `10.01`."""
    shown = amount(before), amount(after)
    if before == after or shown[0] != shown[1]:
        return shown
    longer = ((f"{before:,.{digits}f}", f"{after:,.{digits}f}") for digits in range(2, _MOST_DECIMALS + 1))
    return next((each for each in longer if each[0] != each[1]), shown)


def percent(share: float) -> str:
    """A share of 0..1 as `29%`, with one decimal below 10%; what is not 0 never reads 0%."""
    return "<0.1%" if 0 < share < 0.0005 else f"{number(share * 100)}%"


def plural(count: float, noun: str, plural_noun: str | None = None) -> str:
    """`1 turn`, `2 turns`, `0.4 turns`: as the number is shown, so that 1.04 is `1 turn`."""
    shown = number(count)
    return f"{shown} {noun if shown == '1' else plural_noun or noun + 's'}"


def count_of(count: int, noun: str, plural_noun: str | None = None) -> str:
    """`1 event`, `1,204 events`: to the last one, however many."""
    return f"{count:,} {noun if count == 1 else plural_noun or noun + 's'}"


def in_days(count: float) -> str:
    """`1 day`, `28 days`, `3.04167 days`: with six digits, as a rule says what it divides by."""
    text = f"{count:g}"
    return f"{text} {'day' if text == '1' else 'days'}"


def local_time(at: datetime, time_zone: str) -> str:
    """A moment in a time zone, with the zone's name: `9 Mar 2026, 09:00 Europe/Dublin`."""
    local = at.astimezone(zone_of(time_zone))
    return f"{local.day} {local:%b %Y, %H:%M} {time_zone}"


def hour(at: datetime, time_zone: str) -> str:
    """A moment of the last months in a time zone, with the zone's name: `9 Mar 09:00 Europe/Dublin`."""
    local = at.astimezone(zone_of(time_zone))
    return f"{local.day} {local:%b %H:%M} {time_zone}"


def day(at: datetime, time_zone: str) -> str:
    """A day in a time zone: `9 Mar`."""
    local = at.astimezone(zone_of(time_zone))
    return f"{local.day} {local:%b}"


def nearest(word: str, known: Sequence[str], most: int = 1, likeness: float = 0.6) -> list[str]:
    """Those that somebody who wrote `word` may have meant, the likeliest first; `likeness`: 1 is the same."""
    from difflib import get_close_matches  # noqa: PLC0415  only who mistypes needs it, and it costs a cold start 4 ms

    return get_close_matches(word, known, most, likeness)


def listing(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def outside(text: str, limit: int = _MAX_OUTSIDE) -> str:
    """Text that came with an event, fit for one line: no controls, overrides or line breaks, `limit` characters.

    What marks text up (`<`, `*`, …) stays: each medium escapes its own.
    """
    seen = "".join(" " if character.isspace() else character for character in text if _is_seen(character))
    line = " ".join(seen.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def is_legible(text: str) -> bool:
    """Whether a reader sees anything of a text from outside: one of blanks and marks of direction alone is no title."""
    return bool(text.strip()) if text.isascii() and text.isprintable() else bool(outside(text))


def quoted(text: str) -> str:
    """Text from outside as a name within a sentence."""
    return f"“{outside(text)}”"


def _is_seen(character: str) -> bool:
    return character in "\t\n\r\v\f\x85\u2028\u2029" or unicodedata.category(character) not in _UNSEEN
