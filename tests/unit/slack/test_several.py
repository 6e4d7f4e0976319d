"""A message of several turns, whatever they wait for: Slack refuses the whole of it where one text in it is empty."""

import pytest

from engine.slack.blocks.limits import block_error
from shared.flywheel.summaries.summary import Link
from shared.flywheel.summaries.together import Row, Several
from shared.slack.several import several_message


def row(turn: str, wants: str = "", next: str = "release the first slice") -> Row:
    link = Link(title=turn, url="")
    return Row(turn=turn, key="idea", title=link, state="running", stands="is in Action", wants=wants, next=next)


@pytest.mark.parametrize("interactive", [True, False])
@pytest.mark.parametrize("link", [None, "https://board.example/lighting"])
@pytest.mark.parametrize("second", [row("sunrise"), row("sunrise", "challenge", "challenge it")])
def test_no_text_is_empty_and_slack_takes_the_message(interactive: bool, link: str | None, second: Row) -> None:
    rows = (row("dimmer"), second)
    several = Several(id="s", flywheel="lighting", heading="2 turns moved on", rows=rows, context="Lighting", link=link)
    message = several_message(several, interactive=interactive)
    assert block_error(message.blocks) is None
    assert ("Next" in str(message.blocks)) == bool(second.wants)
