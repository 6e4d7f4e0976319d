"""The operators of event patterns, each over one scalar of an event."""

import ipaddress
import operator
import re
from collections.abc import Callable
from typing import Any, Final

COMPARISONS: Final[dict[str, Callable[[float, float], bool]]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def are_equal(wanted: Any, leaf: Any) -> bool:
    """JSON equality: 5 equals 5.0, but neither `true` equals 1 nor "5" equals 5."""
    if is_number(wanted) and is_number(leaf):
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
    return is_number(leaf) and all(
        COMPARISONS[sign](leaf, bound) for sign, bound in zip(operand[::2], operand[1::2], strict=True)
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


OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "prefix": _text_operator(str.startswith),
    "suffix": _text_operator(str.endswith),
    "equals-ignore-case": lambda operand, leaf: isinstance(leaf, str) and leaf.lower() == str(operand).lower(),
    "numeric": _numeric,
    "wildcard": _wildcard,
    "cidr": _cidr,
}
