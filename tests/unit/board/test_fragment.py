"""The board as an element of a CloudWatch widget: nothing that a console forbids, and receipts on demand."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

from shared.board.page import flywheel_fragment, receipt_fragment
from shared.board.sections.receipts import FIGURES
from shared.flywheel.explain.figure import explanations
from shared.flywheel.history.history import history_of
from shared.flywheel.report.report import report_of
from shared.flywheel.wheel.fold import fold
from tests.browser.situations import SITUATIONS
from tests.unit.board.pages import Tree
from tests.unit.domain.histories import facts_of

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:flywheel-dev-board"


def parts() -> tuple[Any, ...]:
    case = SITUATIONS["healthy"]()
    wheel = fold(facts_of(case.events), case.flywheel, case.settings, case.as_of)
    return wheel, report_of(wheel, 84), history_of(wheel, case.settings, 84), case.as_of + timedelta(minutes=1)


def test_a_fragment_is_one_element_in_the_theme_that_it_is_given() -> None:
    _, report, history, at = parts()
    html = flywheel_fragment(report, history, as_of=at, theme="dark")
    tree = Tree(html)
    assert html.startswith('<div class="fwb dark">')
    assert not {"html", "head", "body", "script", "iframe", "use", "meta", "link"} & {tag for tag, _ in tree.elements}
    assert "Are we winning?" in tree.text


def test_each_receipt_is_a_click_away_by_the_action_that_cloudwatch_knows() -> None:
    _, report, history, at = parts()
    html = flywheel_fragment(report, history, as_of=at, theme="light", call=ARN)
    actions = re.findall(r"<a class=\"btn\">([^<]+)</a><cwdb-action ([^>]*)>([^<]*)</cwdb-action>", html)
    assert len(actions) == len(FIGURES)
    label, attributes, asked = actions[FIGURES.index("dora.change_fail_rate")]
    assert label == "Change fail rate"
    assert attributes == f'action="call" display="popup" endpoint="{ARN}" event="click"'
    assert json.loads(unescape(asked)) == {
        "receipt": "dora.change_fail_rate",
        "flywheel": "checkout",
        "as_of": report["as_of"],
    }


def test_a_receipt_alone_shows_what_counted_and_what_did_not() -> None:
    wheel, report, _, _ = parts()
    (explanation,) = explanations(wheel, report, ["dora.change_fail_rate"], 84)
    text = Tree(receipt_fragment(explanation, theme="light")).text
    assert "Change fail rate" in text
    assert f"Counted: {report['dora']['change_fail_rate']['n']}" in text
