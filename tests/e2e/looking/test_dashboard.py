"""The board as a custom widget, and the receipts that it opens, as CloudWatch calls the functions of the stack."""

import html
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from engine import Engine
from tests.e2e.story import BEGIN, END, one_turn, replay

BOARD = "flywheel-dev-board"
CALL = re.compile(r'<cwdb-action action="call" display="(\w+)" endpoint="([^"]+)" event="click">([^<]+)</cwdb-action>')
MILLISECONDS = 1000


@pytest.fixture(scope="module")
def turned(assembly: Path) -> Iterator[Engine]:
    """A stack that has seen a turn; looking changes nothing of it."""
    with Engine.from_template(assembly, clock=BEGIN) as engine:
        assert "Nothing is stored yet" in shown(engine)
        replay(engine, one_turn())
        yield engine


def context(theme: str = "light", end: datetime = END) -> dict[str, Any]:
    """What CloudWatch says of a widget and who looks at it."""
    times = {"mode": "relative", "start": int(end.timestamp() - 604800) * MILLISECONDS}
    return {
        "dashboardName": "flywheel-dev",
        "widgetId": "widget-1",
        "domain": "https://us-east-1.console.aws.amazon.com",
        "accountId": "123456789012",
        "locale": "en",
        "timezone": {"label": "UTC", "offsetISO": "+00:00", "offsetInMinutes": 0},
        "period": 300,
        "isAutoPeriod": True,
        "timeRange": {**times, "end": int(end.timestamp()) * MILLISECONDS},
        "theme": theme,
        "linkCharts": True,
        "title": "Board",
        "forms": {"all": {}},
        "params": {},
        "width": 1200,
        "height": 900,
    }


def shown(engine: Engine, **asks: Any) -> str:
    invocation = engine.lambdas.invoke(BOARD, {"widgetContext": context(), **asks})
    assert invocation.failure is None, invocation.failure
    return str(invocation.result)


def calls(markup: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The clicks that a widget offers: where the answer is shown, who is asked, and what."""
    return [(display, endpoint, json.loads(html.unescape(asks))) for display, endpoint, asks in CALL.findall(markup)]


def test_the_dashboard_names_a_function_that_is_there(turned: Engine) -> None:
    client = boto3.client("cloudwatch", region_name=turned.cloud.region)
    body = json.loads(client.get_dashboard(DashboardName="flywheel-dev")["DashboardBody"])
    endpoint = body["widgets"][0]["properties"]["endpoint"]

    assert turned.cloud.function(endpoint) is not None
    assert turned.outputs["DashboardUrl"].endswith("#dashboards/dashboard/flywheel-dev")


def test_the_console_is_told_what_the_widget_is(turned: Engine) -> None:
    invocation = turned.lambdas.invoke(BOARD, {"describe": True})

    assert str(invocation.result).startswith("## The board")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_board_is_one_element_in_the_theme_of_the_console(turned: Engine, theme: str) -> None:
    markup = shown(turned, widgetContext=context(theme))

    assert f'class="fwb {theme}"' in markup
    assert "Dim at dusk" in markup
    assert not re.search(r"<(script|iframe|use|html|body)\b", markup)


def test_a_click_opens_the_events_behind_a_figure_as_of_the_same_moment(turned: Engine) -> None:
    offered = {
        asks["receipt"]: (endpoint, asks) for display, endpoint, asks in calls(shown(turned)) if display == "popup"
    }
    endpoint, asks = offered["dora.per_week"]

    receipt = turned.lambdas.invoke(endpoint, {**asks, "widgetContext": context("dark")})

    assert receipt.failure is None
    assert "test.pipeline deployed" in str(receipt.result)
    assert 'class="fwb dark"' in str(receipt.result)


def test_every_receipt_that_is_offered_can_be_opened(turned: Engine) -> None:
    for display, endpoint, asks in calls(shown(turned)):
        answer = turned.lambdas.invoke(endpoint, {**asks, "widgetContext": context()})
        assert answer.failure is None
        assert "Nothing is known" not in str(answer.result), (display, asks)


def test_what_is_not_there_is_said_in_a_sentence(turned: Engine) -> None:
    assert "Nothing is stored yet" in shown(turned, flywheel="nobody")
    for asks in ({"receipt": "no.such", "flywheel": "lighting", "as_of": "2026-03-14T08:00:00Z"}, {}, {"as_of": "x"}):
        answer = turned.lambdas.invoke("flywheel-dev-explain", {**asks, "widgetContext": context()})
        assert answer.result == "<p>Nothing is known of that figure.</p>"
