"""Event patterns as PutRule checks them."""

import json
from typing import Any, Final

from engine.errors import PatternError
from engine.patterns.operators import COMPARISONS, OPERATORS, is_number

OR: Final = "$or"


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
        if field == OR and isinstance(wanted, list):
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
    if name not in OPERATORS and name not in {"exists", "anything-but"}:
        raise PatternError(f"{json.dumps(field)}: unknown operator {json.dumps(name)}")
    if name == "exists" and not isinstance(operand, bool):
        raise PatternError(f"{json.dumps(field)}: exists takes true or false")
    if name == "wildcard" and "**" in str(operand):
        raise PatternError(f"{json.dumps(field)}: consecutive wildcards")
    if name == "numeric":
        _check_numeric(field, operand)


def _check_numeric(field: str, operand: Any) -> None:
    pairs = list(zip(operand[::2], operand[1::2], strict=False)) if isinstance(operand, list) else []
    if not pairs or len(operand) % 2 or any(sign not in COMPARISONS or not is_number(bound) for sign, bound in pairs):
        raise PatternError(f"{json.dumps(field)}: numeric takes pairs of a comparison and a number")
