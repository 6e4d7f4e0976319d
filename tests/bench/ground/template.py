"""The synthesised template, as the bench reads it."""

import json
from pathlib import Path
from typing import Any

Resources = dict[str, dict[str, Any]]


def resources_of(assembly: Path) -> Resources:
    """The resources of the only template of an assembly."""
    (template,) = assembly.glob("*.template.json")
    resources: Resources = json.loads(template.read_text())["Resources"]
    return resources


def of_type(resources: Resources, type: str) -> list[dict[str, Any]]:
    """Those of one type."""
    return [each for each in resources.values() if each["Type"] == type]


def functions_of(resources: Resources) -> list[str]:
    """The short names of the stack's functions."""
    handlers = [each["Properties"].get("Handler", "") for each in of_type(resources, "AWS::Lambda::Function")]
    return sorted(handler.split(".")[1] for handler in handlers if handler.startswith("functions."))
