"""JSON read more strictly than `json` does: what two readers might read differently, or no log keep, is refused."""

import json
from typing import Any, NoReturn

DEPTH = 32
"""Levels of nesting that every reader's stack survives."""
DIGITS = 38
"""The largest number that DynamoDB holds."""


class NotJsonError(ValueError):
    """A text that is no JSON, or JSON that is refused; `value` is what stood there, `expected` the mend."""

    def __init__(self, value: Any, expected: str) -> None:
        super().__init__(expected)
        self.value = value
        self.expected = expected


def read_json(body: str | bytes) -> Any:
    """The value of a JSON text; raises NotJsonError, and nothing else, whatever is given.

    Refused besides what is no JSON: a key that stands twice in one object, `NaN`, infinities, numbers beyond a double
    or of more than 38 digits, bytes that are not UTF-8, and more nesting than the reader's stack holds.
    """
    try:
        text = body.decode() if isinstance(body, bytes) else body
        return json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite, parse_int=_whole
        )
    except NotJsonError:
        raise
    except UnicodeDecodeError as error:
        raise NotJsonError(body, f"UTF-8, but byte {error.start} is none") from error
    except RecursionError as error:
        raise NotJsonError(body, f"JSON of at most {DEPTH} levels") from error
    except ValueError as error:
        raise NotJsonError(body, f"JSON ({error})") from error


def is_unicode(text: str) -> bool:
    """Whether a text has a UTF-8 form: JSON can spell lone surrogates, which have none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        seen: set[str] = set()
        for twice, _ in pairs:
            if twice in seen:
                raise NotJsonError(twice, "each key of an object once")
            seen.add(twice)
    return fields


def _no_constant(text: str) -> NoReturn:
    raise NotJsonError(text, "a finite number")


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise NotJsonError(text, "a number that a double can hold")
    return number


def _whole(text: str) -> int:
    if len(text) > DIGITS:
        raise NotJsonError(text, f"a whole number of at most {DIGITS} digits")
    return int(text)
