"""What a contract does not know is not kept; its names are told."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import inspect

from events import DETAIL_TYPES, decode
from events.expectations import contract_of, plain
from events.known import MOST_NAMED, known_fields, unknown_names

SAMPLES = Path(__file__).parents[3] / "events" / "samples"


def sample(detail_type: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"{detail_type.lower().replace(' ', '-')}.json").read_text())
    return found


def with_strangers(value: Any) -> Any:
    """The same with an unknown field in every object."""
    if isinstance(value, dict):
        return {name: with_strangers(each) for name, each in value.items()} | {"respondent": {"name": "Ada"}}
    return [with_strangers(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_of_every_contract_only_its_own_fields_are_left_nested_ones_too(detail_type: str) -> None:
    clean = sample(detail_type)
    told = {**clean, "detail": with_strangers(clean["detail"])}
    if detail_type == "Review Recorded":
        del told["detail"]["risks"]["respondent"]
    event = decode(told)

    assert known_fields(event.raw, type(event.detail)) == clean["detail"]
    assert "respondent" in unknown_names(event.raw, type(event.detail))
    assert unknown_names(clean["detail"], type(event.detail)) == []


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_every_object_within_a_contract_is_looked_into(detail_type: str) -> None:
    model = DETAIL_TYPES[detail_type]
    for field in contract_of(model).fields:
        described = plain(field.type)
        inner = getattr(described, "item_type", None) or getattr(described, "value_type", None) or described
        if isinstance(plain(inner), inspect.StructType):
            one = {"stranger": 1}
            value: Any = [one] if isinstance(described, inspect.ListType) else one
            value = {"pillar": one} if isinstance(described, inspect.DictType) else value
            assert unknown_names({field.name: value}, model) == [f"{field.name}.stranger"]


def test_a_name_that_is_none_is_not_shown_and_of_many_some() -> None:
    model = DETAIL_TYPES["Work Started"]
    assert unknown_names({"ada@example.com": 1, "who did it": 2, "author": 3}, model) == ["…", "author"]
    assert len(unknown_names({f"x{number}": 1 for number in range(100)}, model)) == MOST_NAMED
