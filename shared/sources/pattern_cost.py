"""Whether a regular expression of somebody's own can hang who uses it: read, not tried.

Python's engine tries every way in which a text could fit. There is one way to fit, for each place where it may begin,
where no repetition stands within another, and where of any two after each other the first ends at something that one of
them cannot take. Whatever is not plainly of that kind is refused with the part that is not.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from re import _constants as ops  # type: ignore[attr-defined]  # the engine's own reading, which nothing public gives
from re import _parser as parser  # type: ignore[attr-defined]  # the same
from typing import Any

from msgspec import Struct

_MOST_WAYS = 256
"""Combinations of alternatives that are looked at."""
_COPIES = 3
"""Of what comes a fixed number of times, so many say as much as all."""
_LETTERS = frozenset([*map(chr, range(0x250)), "\u2028", "中", "𝄞"])
"""Characters that stand for all others."""
_FEW = 8
"""A repetition of at most so many is a factor and no more; of such, so few may stand beside each other:"""
_MOST_FEW = 2
_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
_CATEGORIES = {
    ops.CATEGORY_DIGIT: r"\d",
    ops.CATEGORY_NOT_DIGIT: r"\D",
    ops.CATEGORY_SPACE: r"\s",
    ops.CATEGORY_NOT_SPACE: r"\S",
    ops.CATEGORY_WORD: r"\w",
    ops.CATEGORY_NOT_WORD: r"\W",
}

NESTED = "a repetition within a repetition, such as `(a+)+`"
NEIGHBOURS = f"two repetitions that can take the same text, such as `.*-.*` or `a*a*` (`{{0,{_FEW}}}` for one mends it)"
ALTERNATIVES = "a repeated choice whose alternatives begin alike, such as `(a|ab)*`"
BACK = "a reference back to a group, such as `\\1`"
LOOKING = "a repetition within a look around, such as `(?=.*a)`"
MANY = f"more than {_MOST_WAYS} combinations of alternatives"

Chars = frozenset[str]


class SlowPatternError(ValueError):
    """A pattern that could hang; `part` says what in it."""

    def __init__(self, part: str) -> None:
        super().__init__(f"could take for ever: it has {part}")
        self.part = part


class _Step(Struct, frozen=True):
    """One step of a way through a pattern: characters of which it takes one, or, repeated, any number, or but a few."""

    chars: Chars
    repeated: bool = False
    few: bool = False


Way = tuple[_Step, ...]


def require_quick(pattern: str) -> None:
    """Raise SlowPatternError for a pattern that may need more time than the square of a text's length.

    `pattern` compiles; re.error otherwise.
    """
    parsed = parser.parse(pattern)
    for way in _ways(parsed, ignore_case=bool(parsed.state.flags & re.IGNORECASE)):
        _require_apart(way)


def _require_apart(way: Way) -> None:
    repeated = [place for place, step in enumerate(way) if step.repeated]
    few: set[int] = set()
    for number, first in enumerate(repeated):
        for second in repeated[number + 1 :]:
            if not _compete(way, first, second):
                continue
            few |= {place for place in (first, second) if way[place].few}
            if not (way[first].few or way[second].few) or len(few) > _MOST_FEW:
                raise SlowPatternError(NEIGHBOURS)


def _compete(way: Way, first: int, second: int) -> bool:
    """Whether two repetitions can take the same text: nothing between them ends one or keeps back the other."""
    one, other = way[first].chars, way[second].chars
    between = [step.chars for step in way[first + 1 : second] if not step.repeated]
    return bool(one & other) and all(each & one and each & other for each in between)


def _ways(parsed: Any, *, ignore_case: bool) -> Iterator[Way]:
    """Every way through a sequence, an alternative of each choice."""
    parts = [list(_ways_of(op, argument, ignore_case=ignore_case)) for op, argument in parsed]
    count = 1
    for part in parts:
        count *= len(part)
    if count > _MOST_WAYS:
        raise SlowPatternError(MANY)
    for chosen in product(*parts):
        yield tuple(step for part in chosen for step in part)


def _ways_of(op: Any, argument: Any, *, ignore_case: bool) -> Iterator[Way]:
    if op in _REPEATS:
        yield from _repeated(*argument, ignore_case=ignore_case)
    elif op is ops.BRANCH:
        for alternative in argument[1]:
            yield from _ways(alternative, ignore_case=ignore_case)
    elif op is ops.SUBPATTERN:
        _, added, taken, inner = argument
        inside = (ignore_case or bool(added & re.IGNORECASE)) and not taken & re.IGNORECASE
        yield from _ways(inner, ignore_case=inside)
    elif op is ops.ATOMIC_GROUP:
        yield from _ways(argument, ignore_case=ignore_case)
    elif op in {ops.ASSERT, ops.ASSERT_NOT}:
        if any(step.repeated for way in _ways(argument[1], ignore_case=ignore_case) for step in way):
            raise SlowPatternError(LOOKING)
        yield ()
    elif op in {ops.GROUPREF, ops.GROUPREF_EXISTS}:
        raise SlowPatternError(BACK)
    elif op is ops.AT:
        yield ()
    else:
        yield (_Step(_chars(op, argument, ignore_case=ignore_case)),)


def _repeated(least: int, most: Any, body: Any, *, ignore_case: bool) -> Iterator[Way]:
    inner = list(_ways(body, ignore_case=ignore_case))
    if most == 1:
        yield from inner
        if least == 0:
            yield ()
        return
    if any(step.repeated for way in inner for step in way):
        raise SlowPatternError(NESTED)
    if not all(inner):
        raise SlowPatternError(NESTED)
    if len(inner) > 1:
        _require_different([way[0].chars for way in inner])
    taken = frozenset[str]().union(*(step.chars for way in inner for step in way))
    some = _Step(taken, repeated=True, few=most != ops.MAXREPEAT and most <= _FEW)
    fixed = inner[0] * min(least, _COPIES) if len(inner) == 1 else ()
    yield fixed if most == least and len(inner) == 1 else (*fixed, some)


def _require_different(beginnings: Sequence[Chars]) -> None:
    seen: set[str] = set()
    for each in beginnings:
        if seen & each:
            raise SlowPatternError(ALTERNATIVES)
        seen |= each


def _chars(op: Any, argument: Any, *, ignore_case: bool) -> Chars:
    chars = _plain_chars(op, argument)
    return chars | {each.swapcase() for each in chars} if ignore_case else chars


def _plain_chars(op: Any, argument: Any) -> Chars:
    if op is ops.LITERAL:
        return frozenset({chr(argument)})
    if op is ops.NOT_LITERAL:
        return _LETTERS - {chr(argument)}
    if op is ops.RANGE:
        return frozenset(each for each in _LETTERS if argument[0] <= ord(each) <= argument[1])
    if op is ops.CATEGORY:
        return frozenset(each for each in _LETTERS if re.match(_CATEGORIES[argument], each))
    if op is ops.IN:
        negated = argument[0][0] is ops.NEGATE
        inside = frozenset[str]().union(*(_plain_chars(*each) for each in argument if each[0] is not ops.NEGATE))
        return _LETTERS - inside if negated else inside
    return _LETTERS
