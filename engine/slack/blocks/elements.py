"""Slack's documented limits of what people press, choose and type in (docs.slack.dev/reference/block-kit)."""

from typing import Any

MAX_ELEMENTS = 25
MAX_BUTTON_TEXT, MAX_BUTTON_VALUE, MAX_URL = 75, 2000, 3000
MAX_ID = 255
MAX_OPTIONS, MAX_OPTION_TEXT, MAX_OPTION_VALUE = 100, 75, 150
MAX_LABEL, MAX_TYPED = 2000, 3000


def actions_problem(block: dict[str, Any]) -> str | None:
    """What is wrong with a block of buttons."""
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= MAX_ELEMENTS:
        return f"elements must have 1 to {MAX_ELEMENTS} items"
    names = [each.get("action_id") for each in elements if isinstance(each, dict)]
    if len(set(names)) < len(elements):
        return "action_id must be unique within a block"
    return next((problem for each in elements if (problem := _button_problem(each))), None)


def input_problem(block: dict[str, Any]) -> str | None:
    """What is wrong with a question of a form."""
    label, element = block.get("label"), block.get("element")
    if not isinstance(element, dict):
        return "missing required field: element"
    problem = plain_problem(label, MAX_LABEL) or plain_problem(block.get("hint", label), MAX_LABEL)
    if problem or len(str(block.get("block_id") or "x")) > MAX_ID:
        return problem or "block_id is too long"
    if element.get("type") == "static_select":
        return _select_problem(element)
    if element.get("type") == "plain_text_input":
        longest = element.get("max_length", MAX_TYPED)
        return None if isinstance(longest, int) and 1 <= longest <= MAX_TYPED else "max_length must be 1 to 3000"
    return f"unsupported type: {element.get('type')!r}"


def plain_problem(text: Any, limit: int) -> str | None:
    """What is wrong with a `plain_text` object."""
    if not isinstance(text, dict) or text.get("type") != "plain_text":
        return "text must be plain_text"
    content = text.get("text")
    if not isinstance(content, str) or not content:
        return "must be more than 0 characters"
    return f"must be less than {limit + 1} characters" if len(content) > limit else None


def _button_problem(element: Any) -> str | None:
    if not isinstance(element, dict) or element.get("type") != "button":
        return "elements must be buttons"
    if not 1 <= len(str(element.get("action_id") or "")) <= MAX_ID:
        return f"action_id must have 1 to {MAX_ID} characters"
    if len(str(element.get("value") or "")) > MAX_BUTTON_VALUE:
        return f"value must be less than {MAX_BUTTON_VALUE + 1} characters"
    if len(str(element.get("url") or "")) > MAX_URL:
        return f"url must be less than {MAX_URL + 1} characters"
    return plain_problem(element.get("text"), MAX_BUTTON_TEXT)


def _select_problem(element: dict[str, Any]) -> str | None:
    options = element.get("options")
    if not isinstance(options, list) or not 1 <= len(options) <= MAX_OPTIONS:
        return f"options must have 1 to {MAX_OPTIONS} items"
    for option in options:
        problem = plain_problem(option.get("text"), MAX_OPTION_TEXT)
        if problem or not 1 <= len(str(option.get("value") or "")) <= MAX_OPTION_VALUE:
            return problem or f"value must have 1 to {MAX_OPTION_VALUE} characters"
    initial = element.get("initial_option")
    return None if initial is None or initial in options else "initial_option must be one of the options"
