"""Event patterns as EventBridge rules and Lambda's event filters read them (the semantics of AWS's event-ruler).

moto's own matcher differs (arrays of objects, `exists` on objects, `$or`), so rules are matched here;
tests/contract/test_patterns_against_ruler.py asks event-ruler itself.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

import ipaddress
import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from engine.errors import PatternError

_OR: Final = "$or"
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def load_pattern(text: str) -> dict[str, Any]:
    """Parse and check a pattern as PutRule does."""
    try:
        pattern = json.loads(text)
    except ValueError as error:
        raise PatternError(f"event pattern is not JSON: {error}") from error
    check_pattern(pattern)
    return dict(pattern)


def check_pattern(pattern: Any) -> None:
    """Refuse what EventBridge refuses: scalars, empty arrays, a lonely `$or`, unknown or malformed operators."""
    if not isinstance(pattern, dict):
        raise PatternError(f"an event pattern is an object, not {json.dumps(pattern)}")
    for field, wanted in pattern.items():
        if field == _OR and isinstance(wanted, list):
            _check_alternatives(wanted)
        elif isinstance(wanted, dict):
            check_pattern(wanted)
        elif isinstance(wanted, list) and wanted:
            for test in wanted:
                _check_test(field, test)
        else:
            raise PatternError(f"{json.dumps(field)} must be an object or a non-empty array")


def _check_alternatives(alternatives: list[Any]) -> None:
    if len(alternatives) < 2:
        raise PatternError("$or needs at least two alternatives")
    for alternative in alternatives:
        check_pattern(alternative)


def _check_test(field: str, test: Any) -> None:
    if isinstance(test, list):
        raise PatternError(f"{json.dumps(field)}: a match value is not an array")
    if not isinstance(test, dict):
        return
    if len(test) != 1:
        raise PatternError(f"{json.dumps(field)}: one operator per match value, not {sorted(test)}")
    name, operand = next(iter(test.items()))
    if name not in _OPERATORS and name not in {"exists", "anything-but"}:
        raise PatternError(f"{json.dumps(field)}: unknown operator {json.dumps(name)}")
    if name == "exists" and not isinstance(operand, bool):
        raise PatternError(f"{json.dumps(field)}: exists takes true or false")
    if name == "wildcard" and "**" in str(operand):
        raise PatternError(f"{json.dumps(field)}: consecutive wildcards")
    if name == "numeric":
        _check_numeric(field, operand)


def _check_numeric(field: str, operand: Any) -> None:
    pairs = list(zip(operand[::2], operand[1::2], strict=False)) if isinstance(operand, list) else []
    if not pairs or len(operand) % 2 or any(sign not in _COMPARE or not _is_number(bound) for sign, bound in pairs):
        raise PatternError(f"{json.dumps(field)}: numeric takes pairs of a comparison and a number")


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Whether `event` fits `pattern`, as event-ruler finds it: over the event's leaves by path.

    Leaves that fit together must come from the same elements of the arrays that they share; what must not exist must
    not exist in any element.
    """
    leaves: dict[str, list[_Leaf]] = {}
    for path, leaf in _leaves_of(event, "", ()):
        leaves.setdefault(path, []).append(leaf)
    return any(_fits(wanted, leaves, ()) for wanted in _alternatives(pattern, ""))


class _Leaf(NamedTuple):
    """A scalar of an event; `elements`: for every array around it, which one, and the place in it."""

    value: Any
    elements: tuple[tuple[str, int], ...]


Wanted = list[tuple[str, list[Any]]]
"""By path, the tests of which one must hold."""


def _leaves_of(node: Any, path: str, elements: tuple[tuple[str, int], ...]) -> Iterator[tuple[str, _Leaf]]:
    """Scalars by path (`a.b`), array elements under the array's own; empty objects and arrays have none."""
    if isinstance(node, dict):
        for field, value in node.items():
            yield from _leaves_of(value, _joined(path, field), elements)
    elif isinstance(node, list):
        array = f"{path} {elements}"
        for place, value in enumerate(node):
            within = (*elements, (array, place)) if isinstance(value, dict | list) else elements
            yield from _leaves_of(value, path, within)
    else:
        yield path, _Leaf(node, elements)


def _alternatives(pattern: Mapping[str, Any], path: str) -> list[Wanted]:
    """A pattern without `$or`: the tests by path, in every way in which they may be combined."""
    found: list[Wanted] = [[]]
    for field, wanted in pattern.items():
        if field == _OR and isinstance(wanted, list) and all(isinstance(each, dict) for each in wanted):
            ways = [way for alternative in wanted for way in _alternatives(alternative, path)]
        elif isinstance(wanted, dict):
            ways = _alternatives(wanted, _joined(path, field))
        else:
            ways = [[(_joined(path, field), wanted)]]
        found = [[*before, *way] for before in found for way in ways]
    return found


def _joined(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field


def _fits(wanted: Wanted, leaves: Mapping[str, list[_Leaf]], elements: tuple[tuple[str, int], ...]) -> bool:
    """Whether there is a leaf for every path, all from the same elements of shared arrays."""
    if not wanted:
        return True
    (path, tests), rest = wanted[0], wanted[1:]
    known = leaves.get(path, [])
    if not known and any(isinstance(test, dict) and test.get("exists") is False for test in tests):
        return _fits(rest, leaves, elements)
    chosen = dict(elements)
    return any(
        all(chosen.get(array, place) == place for array, place in leaf.elements)
        and any(_test_matches(test, leaf.value) for test in tests)
        and _fits(rest, leaves, (*elements, *leaf.elements))
        for leaf in known
    )


def _test_matches(test: Any, value: Any) -> bool:
    if not isinstance(test, dict):
        return _equal(test, value)
    name, operand = next(iter(test.items()))
    if name == "exists":
        return bool(operand)
    if name == "anything-but":
        return not _any_of(operand, value)
    return _OPERATORS[name](operand, value)


def _any_of(operand: Any, leaf: Any) -> bool:
    """What `anything-but` excludes: values, or one operator over a value or a list of values."""
    if isinstance(operand, dict):
        name, values = next(iter(operand.items()))
        return any(_OPERATORS[name](value, leaf) for value in _as_list(values))
    return any(_equal(value, leaf) for value in _as_list(operand))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _equal(wanted: Any, leaf: Any) -> bool:
    """JSON equality: 5 equals 5.0, but neither `true` equals 1 nor "5" equals 5."""
    if _is_number(wanted) and _is_number(leaf):
        return bool(wanted == leaf)
    return type(wanted) is type(leaf) and bool(wanted == leaf)


def _text_operator(test: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    """Prefix and suffix, which also take `{"equals-ignore-case": …}`."""

    def apply(operand: Any, leaf: Any) -> bool:
        if not isinstance(leaf, str):
            return False
        if isinstance(operand, dict):
            return test(leaf.lower(), str(operand["equals-ignore-case"]).lower())
        return test(leaf, operand)

    return apply


def _numeric(operand: list[Any], leaf: Any) -> bool:
    return _is_number(leaf) and all(
        _COMPARE[sign](leaf, bound) for sign, bound in zip(operand[::2], operand[1::2], strict=True)
    )


def _wildcard(operand: str, leaf: Any) -> bool:
    """`*` is any run of characters; a backslash escapes `*` and itself."""
    pieces = re.findall(r"\\[*\\]|\*|[^*\\]+|\\", operand)
    regex = "".join(".*" if piece == "*" else re.escape(_unescaped(piece)) for piece in pieces)
    return isinstance(leaf, str) and re.fullmatch(regex, leaf, re.DOTALL) is not None


def _unescaped(piece: str) -> str:
    return piece[1:] if piece in {r"\*", "\\\\"} else piece


def _cidr(operand: str, leaf: Any) -> bool:
    try:
        return ipaddress.ip_address(leaf) in ipaddress.ip_network(operand, strict=False)
    except ValueError:
        return False


_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "prefix": _text_operator(str.startswith),
    "suffix": _text_operator(str.endswith),
    "equals-ignore-case": lambda operand, leaf: isinstance(leaf, str) and leaf.lower() == str(operand).lower(),
    "numeric": _numeric,
    "wildcard": _wildcard,
    "cidr": _cidr,
}
