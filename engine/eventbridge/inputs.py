"""The input of a rule's target: the whole event, a constant, a part, or a template filled from it."""

import json
import re
from collections.abc import Mapping
from typing import Any

from engine.eventbridge.entries import Event


def input_of(target: Mapping[str, Any], event: Event) -> Any:
    """The input of a target: the event, a constant, a part of it, or a template filled from it."""
    if "Input" in target:
        return json.loads(target["Input"])
    if "InputPath" in target:
        return _at_path(event, target["InputPath"])
    if "InputTransformer" in target:
        return _transformed(target["InputTransformer"], event)
    return event


def _at_path(event: Any, path: str) -> Any:
    """`$.detail.id` as EventBridge reads it: names joined by dots, and `[n]`."""
    node = event
    for name, index in re.findall(r"\.([\w-]+)|\[(\d+)\]", path):
        if name and isinstance(node, dict):
            node = node.get(name)
        elif index and isinstance(node, list) and int(index) < len(node):
            node = node[int(index)]
        else:
            return None
    return node


def _transformed(transformer: Mapping[str, Any], event: Event) -> Any:
    """`<name>` within quotes is put in as text, elsewhere as JSON; what comes out is JSON or plain text."""
    values = {name: _at_path(event, path) for name, path in transformer.get("InputPathsMap", {}).items()}
    values["aws.events.event.json"] = event

    def in_quotes(match: re.Match[str]) -> str:
        value = values.get(match[1])
        return json.dumps(value if isinstance(value, str) else json.dumps(value))[1:-1]

    template = re.sub(
        r'"((?:[^"\\]|\\.)*)"', lambda text: re.sub(r"<([\w.-]+)>", in_quotes, text[0]), transformer["InputTemplate"]
    )
    filled = re.sub(r"<([\w.-]+)>", lambda match: json.dumps(values.get(match[1])), template)
    try:
        return json.loads(filled)
    except ValueError:
        return filled
