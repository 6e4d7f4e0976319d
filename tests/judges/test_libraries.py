"""What goes to Slack, built anew by two libraries that know Slack's limits: `blockkit`, and Slack's own `slack_sdk`.

blockkit reads no JSON, so each block is built from its own fields: a field that its class does not have raises, one
beyond a limit raises, and what is built must be what was sent. slack_sdk parses, and checks at `validate_json`. Each
holds limits that the other does not; those of the loopback Slack are held by one of them at least, on both sides.
Charts and data tables neither knows.
"""

from collections.abc import Callable
from typing import Any

import blockkit
import pytest
from blockkit.core import ComponentValidationError, FieldValidationError
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block as SlackBlock
from slack_sdk.models.views import View

from engine.slack.blocks.elements import input_problem
from engine.slack.blocks.limits import block_error, block_problem
from engine.slack.refusals import RefusedError
from engine.slack.views import Views
from shared.slack.actions import Pressed
from shared.slack.parts import Button, buttons, context, header
from tests.judges.shown import UNKNOWN, Block, messages, views
from tests.unit.summaries.situations import SITUATIONS

CLASSES: dict[str, Any] = {
    "actions": blockkit.Actions,
    "button": blockkit.Button,
    "context": blockkit.Context,
    "divider": blockkit.Divider,
    "header": blockkit.Header,
    "input": blockkit.Input,
    "modal": blockkit.Modal,
    "plain_text_input": blockkit.PlainTextInput,
    "section": blockkit.Section,
    "static_select": blockkit.StaticSelect,
}
TEXTS = {"plain_text", "mrkdwn"}
REFUSED = (FieldValidationError, ComponentValidationError, SlackObjectFormationError)


def rebuilt(value: Any) -> Any:
    """The same as components. Raises TypeError for a field that a component does not have, KeyError for a kind."""
    if isinstance(value, list):
        return [rebuilt(each) for each in value]
    if not isinstance(value, dict):
        return value
    kind, fields = value.get("type"), {name: rebuilt(each) for name, each in value.items() if name != "type"}
    if kind in TEXTS:
        return blockkit.Text(**fields, type=kind)
    return blockkit.Option(**fields) if kind is None else CLASSES[kind](**fields)


def by_blockkit(block: Block) -> Block:
    """What blockkit builds of it, but for the metadata that it gives each form. Raises one of REFUSED."""
    built: Block = rebuilt(block).build()
    return {name: value for name, value in built.items() if name in block or value != "null"}


def by_slack_sdk(block: Block) -> Block:
    """What slack_sdk reads of it. Raises SlackObjectFormationError."""
    read = View(**block) if block["type"] == "modal" else SlackBlock.parse(block)
    assert read is not None
    read.validate_json()
    parsed: Block = read.to_dict()
    return parsed


JUDGES = {"blockkit": by_blockkit, "slack_sdk": by_slack_sdk}


@pytest.mark.parametrize("judge", JUDGES)
def test_every_message_is_built_as_it_was_sent(judge: str) -> None:
    shown = list(messages(UNKNOWN | {"data_table"}))
    assert len(shown) >= len(SITUATIONS)
    for blocks in shown:
        assert [JUDGES[judge](block) for block in blocks] == blocks


@pytest.mark.parametrize("judge", JUDGES)
def test_every_form_is_built_as_it_was_sent(judge: str) -> None:
    shown = list(views())
    assert shown
    assert [JUDGES[judge](view) for view in shown] == shown


def plain(length: int) -> Block:
    return {"type": "plain_text", "text": "x" * length}


def button(**fields: Any) -> Block:
    return {"type": "actions", "elements": [{"type": "button", "action_id": "a", "text": plain(1), **fields}]}


def select(**fields: Any) -> Block:
    options = [{"text": plain(1), "value": "v"}]
    element = {"type": "static_select", "action_id": "a", "options": options, **fields}
    return {"type": "input", "label": plain(1), "element": element}


def many(count: int, each: Callable[[int], Block]) -> list[Block]:
    return [each(number) for number in range(count)]


def of(kind: str, **fields: Any) -> Block:
    return {"type": kind, **fields}


LIMITS: dict[str, tuple[int, Callable[[int], Block]]] = {
    "header": (150, lambda n: of("header", text=plain(n))),
    "section's text": (3000, lambda n: of("section", text={"type": "mrkdwn", "text": "x" * n})),
    "section's fields": (10, lambda n: of("section", fields=many(n, lambda _: plain(1)))),
    "context's elements": (10, lambda n: of("context", elements=many(n, lambda _: plain(1)))),
    "context's text": (3000, lambda n: of("context", elements=[plain(n)])),
    "buttons": (
        25,
        lambda n: of("actions", elements=many(n, lambda i: of("button", action_id=f"a{i}", text=plain(1)))),
    ),
    "button's label": (75, lambda n: button(text=plain(n))),
    "button's value": (2000, lambda n: button(value="x" * n)),
    "button's address": (3000, lambda n: button(url="https://".ljust(n, "x"))),
    "button's action": (255, lambda n: button(action_id="a" * n)),
    "options": (100, lambda n: select(options=many(n, lambda i: {"text": plain(1), "value": f"v{i}"}))),
    "option's label": (75, lambda n: select(options=[{"text": plain(n), "value": "v"}])),
    "option's value": (150, lambda n: select(options=[{"text": plain(1), "value": "v" * n}])),
    "label of a question": (2000, lambda n: {**select(), "label": plain(n)}),
    "hint of a question": (2000, lambda n: {**select(), "hint": plain(n)}),
    "id of a question": (255, lambda n: {**select(), "block_id": "b" * n}),
    "what can be typed": (3000, lambda n: {**select(), "element": of("plain_text_input", action_id="a", max_length=n)}),
}


def ours(block: Block) -> str | None:
    """What the loopback Slack has against it."""
    return input_problem(block) if block["type"] == "input" else block_problem(block)


def refusing(block: Block) -> set[str]:
    """The judges that refuse it."""
    refused = set()
    for name, judge in JUDGES.items():
        try:
            judge(block)
        except REFUSED:
            refused.add(name)
    return refused


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_is_the_same_by_another_hand_on_both_sides(name: str) -> None:
    most, made = LIMITS[name]
    within, beyond = made(most), made(most + 1)
    assert ours(within) is None
    assert refusing(within) == set()
    assert ours(beyond) is not None
    assert refusing(beyond)


FORM_LIMITS: dict[str, tuple[int, Callable[[int], Any]]] = {
    "title": (24, plain),
    "submit": (24, plain),
    "close": (24, plain),
    "private_metadata": (3000, "x".__mul__),
    "blocks": (100, lambda n: [of("divider")] * n),
}


@pytest.mark.parametrize("name", FORM_LIMITS)
def test_a_limit_of_a_form_is_the_same_by_another_hand_on_both_sides(name: str) -> None:
    most, made = FORM_LIMITS[name]
    form = {"type": "modal", "title": plain(1), "blocks": [of("divider")]}
    within, beyond = {**form, name: made(most)}, {**form, name: made(most + 1)}
    Views().become("V1", within)
    assert refusing(within) == set()
    with pytest.raises(RefusedError):
        Views().become("V1", beyond)
    assert refusing(beyond)


@pytest.mark.parametrize("character", ["x", "é", "😀", "&", "<", "👩‍👩‍👧"])
def test_what_is_too_long_is_sent_within_the_limits_by_both_hands(character: str) -> None:
    long = character * 4000
    pressed = Pressed(flywheel="checkout", turn=long, key="idea", message="m-1")
    blocks = [header(long), context(long), *buttons([Button(label=long, action="useful", pressed=pressed)])]
    for judge in JUDGES.values():
        assert [judge(block) for block in blocks] == blocks
    assert block_error(blocks) is None


@pytest.mark.parametrize(
    "wrong",
    [
        of("header", text={"type": "mrkdwn", "text": "x"}),
        of("section"),
        of("context", elements=[button()["elements"][0]]),
        of("section", text={"type": "mrkdwn", "text": "x"}, colour="red"),
        select(initial_option={"text": plain(1), "value": "another"}),
        of("header", text=plain(0)),
    ],
    ids=str,
)
def test_what_slack_would_refuse_is_refused(wrong: Block) -> None:
    with pytest.raises((*REFUSED, TypeError)):
        by_blockkit(wrong)
