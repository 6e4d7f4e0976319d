"""JSON Schema of every detail-type, made from the models: `python -m events.schema` writes `events/schemas/` anew.

Two forms: draft 2020-12 for validating an event before it is sent, and OpenAPI 3.0 with an `AWSEvent` as the
EventBridge schema registry takes it, from which the AWS toolkits make code. The registry's form leaves out that an
optional field may be null (null counts as absent), since OpenAPI 3.0 has no such type.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from events import PUBLISHER
from events.catalogue import DETAIL_TYPES
from events.reference import with_reference

HERE = Path(__file__).parent
SAMPLES = HERE / "samples"
SCHEMAS = HERE / "schemas"
PAGE = HERE.parent / "docs" / "events.md"

_ENVELOPE = ("detail-type", "resources", "detail", "id", "source", "time", "region", "version", "account")


def slug(detail_type: str) -> str:
    """The name of a detail-type's files: `idea-proposed`."""
    return detail_type.lower().replace(" ", "-")


def sample(detail_type: str) -> dict[str, Any]:
    """One whole event as EventBridge delivers it; all samples together tell the turn of one idea."""
    event: dict[str, Any] = json.loads((SAMPLES / f"{slug(detail_type)}.json").read_text(encoding="utf-8"))
    return event


def json_schema(detail_type: str) -> dict[str, Any]:
    """Draft 2020-12 schema of the whole event. What it cannot say: that times exist, and which of two comes first."""
    model = DETAIL_TYPES[detail_type]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:value-flywheel:event:{slug(detail_type)}:{model.contract}",
        "title": detail_type,
        "type": "object",
        "required": ["source", "detail-type", "detail"],
        "properties": {
            "source": {"type": "string", "minLength": 1, "maxLength": 256, "not": {"enum": [PUBLISHER]}},
            "detail-type": {"type": "string", "enum": [detail_type]},
            "detail": {"$ref": f"#/$defs/{model.__name__}"},
        },
        "$defs": _definitions(detail_type),
    }


def registry_schema(detail_type: str) -> dict[str, Any]:
    """The same contract as the EventBridge schema registry takes it (type `OpenApi3`)."""
    model = DETAIL_TYPES[detail_type]
    text = {"type": "string"}
    properties = dict.fromkeys(_ENVELOPE, text) | {
        "detail": {"$ref": f"#/components/schemas/{model.__name__}"},
        "resources": {"type": "array", "items": text},
        "time": {"type": "string", "format": "date-time"},
    }
    envelope = {
        "type": "object",
        "required": list(_ENVELOPE),
        "x-amazon-events-detail-type": detail_type,
        "x-amazon-events-source": sample(detail_type)["source"],
        "properties": properties,
    }
    return {
        "openapi": "3.0.0",
        "info": {"version": f"{model.contract}.0.0", "title": model.__name__},
        "paths": {},
        "components": {"schemas": {"AWSEvent": envelope, **_openapi(_definitions(detail_type))}},
    }


def files() -> Iterator[tuple[Path, str]]:
    """Every generated file with its content, the table in docs/events.md included."""
    for detail_type in DETAIL_TYPES:
        name = f"{slug(detail_type)}.json"
        yield SCHEMAS / name, _written(json_schema(detail_type))
        yield SCHEMAS / "registry" / name, _written(registry_schema(detail_type))
    yield PAGE, with_reference(PAGE.read_text(encoding="utf-8"))


def main() -> None:
    """Write all of them."""
    for path, content in files():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


# -- what types cannot say


def _one(kind: str, *names: str) -> dict[str, Any]:
    return {"required": [*names], "properties": {name: {"type": kind} for name in names}}


_IDEA_OR_FEATURE = {"anyOf": [_one("string", "idea"), _one("string", "feature")]}
_RULES: dict[str, dict[str, Any]] = {
    "WorkStarted": _IDEA_OR_FEATURE,
    "OutcomeRecorded": _IDEA_OR_FEATURE,
    "Cause": {"oneOf": [_one("string", "deployment"), _one("string", "commit"), _one("boolean", "external")]},
    "CarbonRecorded": {
        "anyOf": [_one("number", "operational_gco2e"), _one("number", "energy_kwh", "intensity_gco2e_per_kwh")]
    },
}
"""The rules of the models' `__post_init__`, once more for those who validate by schema."""


def _definitions(detail_type: str) -> dict[str, Any]:
    model = DETAIL_TYPES[detail_type]
    _, definitions = msgspec.json.schema_components([model])
    for name, definition in definitions.items():
        definition["properties"] = {key: _tidy(field) for key, field in definition["properties"].items()}
        if name == model.__name__:
            required = set(definition["required"])
            fields = definition["properties"].items()
            definition["properties"] = {key: field if key in required else _or_null(field) for key, field in fields}
            if model.is_final:
                definition["properties"]["revision"] = {"enum": [1, None], "default": 1}
        if not definition["required"]:
            del definition["required"]
        definition.update(_RULES.get(name, {}))
    return definitions


def _tidy(field: dict[str, Any]) -> dict[str, Any]:
    """Without `default: null`, and a list of words said to be texts."""
    if "enum" in field:
        field = {"type": "string", **field}
    if "anyOf" in field:
        field = {**field, "anyOf": [_tidy(kind) for kind in field["anyOf"]]}
    return {key: value for key, value in field.items() if (key, value) != ("default", None)}


def _or_null(field: dict[str, Any]) -> dict[str, Any]:
    if {"type": "null"} in field.get("anyOf", ()):
        return field
    return {"anyOf": [field, {"type": "null"}]}


# -- OpenAPI 3.0 is JSON Schema of 2012 with other names


def _openapi(node: Any, in_list: bool = False) -> Any:
    if isinstance(node, list):
        return [_openapi(each) for each in node]
    if not isinstance(node, dict):
        return node
    if {"type": "null"} in node.get("anyOf", ()):
        return _without_null(node, in_list)
    node = {key: _openapi(value, in_list=key == "items") for key, value in node.items()}
    if "$ref" in node:
        node["$ref"] = node["$ref"].replace("#/$defs/", "#/components/schemas/")
    if "exclusiveMinimum" in node:
        node["minimum"], node["exclusiveMinimum"] = node["exclusiveMinimum"], True
    return node


def _without_null(node: dict[str, Any], in_list: bool) -> Any:
    kinds = [_openapi(kind) for kind in node["anyOf"] if kind != {"type": "null"}]
    rest = {key: value for key, value in node.items() if key != "anyOf"}
    if in_list:
        rest["nullable"] = True
    if len(kinds) > 1:
        return {"anyOf": kinds, **rest}
    return {"allOf": kinds, **rest} if "$ref" in kinds[0] and rest else {**kinds[0], **rest}


def _written(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
