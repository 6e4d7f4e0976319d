"""Event patterns as EventBridge rules and Lambda's event filters read them (the semantics of AWS's event-ruler).

moto's own matcher differs (arrays of objects, `exists` on objects, `$or`), so rules are matched here.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

import ipaddress
import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from engine.errors import PatternError

_OR: Final = "$or"
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MISSING: Final = object()


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
    """Whether `event` (an object, or an array of objects of which one must match wholly) fits `pattern`."""
    if isinstance(event, list):
        return any(matches(pattern, element) for element in event) or (not event and matches(pattern, {}))
    node = event if isinstance(event, dict) else {}
    return all(_field_matches(field, wanted, node) for field, wanted in pattern.items())


def _field_matches(field: str, wanted: Any, node: dict[str, Any]) -> bool:
    if field == _OR and isinstance(wanted, list) and all(isinstance(each, dict) for each in wanted):
        return any(matches(alternative, node) for alternative in wanted)
    value = _value_at(node, field)
    if isinstance(wanted, dict):
        return matches(wanted, {} if value is _MISSING else value)
    leaves = [] if value is _MISSING else list(_leaves(value))
    return any(_test_matches(test, leaves) for test in wanted)


def _value_at(node: Any, field: str) -> Any:
    """`a.b` names the field `a.b` or the field `b` of `a`: event-ruler flattens both to the same path."""
    if field in node:
        return node[field]
    head, dot, rest = field.partition(".")
    if dot and isinstance(node.get(head), dict):
        return _value_at(node[head], rest)
    return _MISSING


def _leaves(value: Any) -> Iterator[Any]:
    """The scalars of a field: arrays are flattened, objects have none (`exists` works on leaves only)."""
    if isinstance(value, list):
        for element in value:
            yield from _leaves(element)
    elif not isinstance(value, dict):
        yield value


def _test_matches(test: Any, leaves: list[Any]) -> bool:
    if isinstance(test, dict):
        name, operand = next(iter(test.items()))
        if name == "exists":
            return bool(leaves) is bool(operand)
        if name == "anything-but":
            return any(not _any_of(operand, leaf) for leaf in leaves)
        return any(_OPERATORS[name](operand, leaf) for leaf in leaves)
    return any(_equal(test, leaf) for leaf in leaves)


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
