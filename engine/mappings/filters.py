"""Filter criteria of event source mappings: a record is handed over if any of the patterns fits it.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from engine.patterns.matching import matches
from engine.patterns.syntax import load_pattern


def passes(criteria: Mapping[str, Any] | None, record: Mapping[str, Any], json_field: str | None = None) -> bool:
    """Whether `record` fits; `json_field` names a text field (an SQS body) that patterns see into when it is JSON."""
    patterns = [_loaded(each["Pattern"]) for each in (criteria or {}).get("Filters", [])]
    if not patterns:
        return True
    seen = {**record, json_field: _parsed(record[json_field])} if json_field else record
    return any(matches(pattern, seen) for pattern in patterns)


@lru_cache(maxsize=256)
def _loaded(text: str) -> dict[str, Any]:
    return load_pattern(text)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
