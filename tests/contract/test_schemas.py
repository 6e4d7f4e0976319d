"""Model and schema say the same: what one refuses the other refuses."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from events import DETAIL_TYPES, InvalidEventError, decode
from events.schema import PAGE, SCHEMAS, files, json_schema, registry_schema, sample, slug

REPLACEMENTS: tuple[Any, ...] = (None, "", "text", "x" * 300, 0, 1, -1, 7.5, True, [], [None], {}, {"high": -1})
NAIVE = "2026-03-01T10:00:00"


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_the_schema_is_valid_and_takes_its_sample(detail_type: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema(detail_type))
    assert schema_takes(detail_type, sample(detail_type))


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_model_and_schema_agree_on_every_mutation_of_a_sample(detail_type: str) -> None:
    refused = 0
    validator = jsonschema.Draft202012Validator(json_schema(detail_type))
    for path, mutant in mutants(sample(detail_type)):
        by_model = model_takes(mutant)
        assert by_model == validator.is_valid(mutant), f"{path}: {json.dumps(mutant['detail'])}"
        refused += not by_model
    assert refused > 50


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_without_a_required_field_both_refuse(detail_type: str) -> None:
    required = json_schema(detail_type)["$defs"][DETAIL_TYPES[detail_type].__name__]["required"]
    assert {"id", "time"} <= set(required)
    for name in required:
        mutant = sample(detail_type)
        del mutant["detail"][name]
        assert not schema_takes(detail_type, mutant)
        with pytest.raises(InvalidEventError) as refusal:
            decode(mutant)
        assert refusal.value.field == f"detail.{name}"


@pytest.mark.parametrize("detail_type", ["Work Started", "Outcome Recorded"])
def test_an_event_about_neither_idea_nor_feature_is_refused_by_both(detail_type: str) -> None:
    mutant = sample(detail_type)
    mutant["detail"] |= {"idea": None}
    assert not schema_takes(detail_type, mutant)
    assert not model_takes(mutant)
    mutant["detail"] |= {"feature": "one-tap-reorder"}
    assert schema_takes(detail_type, mutant)
    assert model_takes(mutant)


@pytest.mark.parametrize(
    ("cause", "valid"),
    [
        ({"deployment": "d"}, True),
        ({"commit": "c"}, True),
        ({"external": True}, True),
        ({"external": False}, False),
        ({"deployment": "d", "external": True}, False),
        ({"deployment": "d", "commit": None}, True),
        ({}, False),
        ({"deployment": None}, False),
    ],
)
def test_a_cause_is_exactly_one_thing(cause: dict[str, Any], valid: bool) -> None:
    event = sample("Incident Opened")
    event["detail"]["cause"] = cause
    assert (schema_takes("Incident Opened", event), model_takes(event)) == (valid, valid)


@pytest.mark.parametrize(
    ("fields", "valid"),
    [
        ({"operational_gco2e": 1.0}, True),
        ({"energy_kwh": 1, "intensity_gco2e_per_kwh": 2}, True),
        ({"energy_kwh": 1}, False),
        ({"embodied_gco2e": 1}, False),
        ({"operational_gco2e": None, "energy_kwh": 1, "intensity_gco2e_per_kwh": None}, False),
    ],
)
def test_carbon_needs_its_operational_part_one_way_or_the_other(fields: dict[str, Any], valid: bool) -> None:
    event = sample("Carbon Recorded")
    for name in ("operational_gco2e", "energy_kwh", "intensity_gco2e_per_kwh", "embodied_gco2e"):
        event["detail"].pop(name, None)
    event["detail"] |= fields
    assert (schema_takes("Carbon Recorded", event), model_takes(event)) == (valid, valid)


# -- the registry's form


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_the_registry_form_names_source_and_detail_type_of_the_event(detail_type: str) -> None:
    document = registry_schema(detail_type)
    envelope = document["components"]["schemas"]["AWSEvent"]
    assert document["openapi"].startswith("3.0.")
    assert envelope["x-amazon-events-detail-type"] == detail_type
    assert envelope["x-amazon-events-source"] == sample(detail_type)["source"]
    assert set(envelope["required"]) == set(sample(detail_type))
    assert set(envelope["properties"]) == set(sample(detail_type))


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_the_registry_form_uses_only_what_openapi_3_0_knows(detail_type: str) -> None:
    known = {"type", "format", "pattern", "description", "title", "enum", "default", "properties", "required", "items"}
    known |= {"additionalProperties", "anyOf", "oneOf", "allOf", "nullable", "minimum", "maximum", "exclusiveMinimum"}
    known |= {"minLength", "maxLength", "$ref", "x-amazon-events-detail-type", "x-amazon-events-source"}
    schemas = registry_schema(detail_type)["components"]["schemas"]
    for node in schema_nodes(schemas):
        assert set(node) <= known
        assert node.get("type") != "null"
        assert isinstance(node.get("exclusiveMinimum", True), bool)
        assert node.get("$ref", "").removeprefix("#/components/schemas/") in {"", *schemas}
        assert "$ref" not in node or len(node) == 1


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_the_registry_form_takes_the_sample(detail_type: str) -> None:
    document = json.loads(json.dumps(registry_schema(detail_type)))
    for node in schema_nodes(document["components"]["schemas"]):
        if node.pop("nullable", False):
            node["type"] = [node["type"], "null"]
        if node.pop("exclusiveMinimum", False):
            node["exclusiveMinimum"] = node.pop("minimum")
    document["$ref"] = "#/components/schemas/AWSEvent"
    jsonschema.Draft202012Validator(document).validate(sample(detail_type))


# -- generated files


@pytest.mark.parametrize(("path", "content"), [pytest.param(path, content, id=path.name) for path, content in files()])
def test_a_generated_file_is_what_the_models_say_now(path: Any, content: str) -> None:
    assert path.read_text(encoding="utf-8") == content, "run `python -m events.schema`"


def test_no_generated_file_is_left_over() -> None:
    there = set(SCHEMAS.rglob("*.json"))
    assert there == {path for path, _ in files()} - {PAGE}
    assert len(there) == 2 * len(DETAIL_TYPES)


def test_a_registry_schema_fits_the_100000_characters_of_a_registry() -> None:
    assert all(len(path.read_text()) < 100_000 for path in (SCHEMAS / "registry").iterdir())
    assert slug("Idea Proposed") == "idea-proposed"


# -- mutation


def schema_takes(detail_type: str, event: dict[str, Any]) -> bool:
    return bool(jsonschema.Draft202012Validator(json_schema(detail_type)).is_valid(event))


def model_takes(event: dict[str, Any]) -> bool:
    try:
        decode(event)
    except InvalidEventError:
        return False
    return True


def mutants(event: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The event with one thing changed: each field of the envelope and of the detail, however deep."""
    for name, value in (("source", "flywheel"), ("source", ""), ("source", 5), ("detail", []), ("detail-type", "X")):
        yield name, {**event, name: value}
    for path in paths(event["detail"]):
        for replacement in (*REPLACEMENTS, NAIVE, ...):
            mutant = copy.deepcopy(event)
            holder = mutant["detail"]
            for step in path[:-1]:
                holder = holder[step]
            if replacement is ... and isinstance(holder, dict):
                del holder[path[-1]]
            elif replacement is not ...:
                holder[path[-1]] = replacement
            yield ".".join(map(str, path)), mutant


def paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*before, step)
        yield from paths(inner, (*before, step))


def schema_nodes(schemas: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every schema in a table of schemas, those within them too."""
    for node in schemas.values():
        yield node
        yield from schema_nodes(node.get("properties", {}))
        for key in ("anyOf", "oneOf", "allOf"):
            yield from schema_nodes({str(place): kind for place, kind in enumerate(node.get(key, ()))})
        for key in ("items", "additionalProperties"):
            if key in node:
                yield from schema_nodes({key: node[key]})
