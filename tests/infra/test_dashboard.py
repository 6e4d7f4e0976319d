"""The dashboard: the board, what tells whether the stack works, and no more than what every account has free."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from tests.infra.template import Synthesised, id_of


def body(stack: Synthesised) -> dict[str, Any]:
    """The dashboard's body, with each reference replaced by the logical id that it names."""
    parts = stack.only("AWS::CloudWatch::Dashboard")["DashboardBody"]["Fn::Join"][1]
    made: dict[str, Any] = json.loads("".join(part if isinstance(part, str) else id_of(part) for part in parts))
    return made


def metrics(stack: Synthesised) -> Iterator[tuple[str, str]]:
    """Namespace and name of each metric that is drawn; a further one of a graph says `.` for what stays."""
    for widget in body(stack)["widgets"]:
        before: list[Any] = []
        for listed in widget["properties"].get("metrics", []):
            named = [old if new == "." else new for old, new in zip([*before, *listed], listed, strict=False)]
            before = named
            yield named[0], named[1]


def test_the_board_stands_first_and_asks_the_function_that_shows_it(stack: Synthesised) -> None:
    first = body(stack)["widgets"][0]

    assert first["type"] == "custom"
    assert first["properties"]["endpoint"] == "BoardFunction55B23DDF"
    assert first["properties"]["updateOn"] == {"refresh": True, "resize": False, "timeRange": True}


def test_what_goes_wrong_is_drawn(stack: Synthesised) -> None:
    drawn = set(metrics(stack))

    assert {
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("AWS/Lambda", "IteratorAge"),
        ("AWS/Lambda", "Errors"),
        ("AWS/Lambda", "Throttles"),
        ("AWS/Lambda", "ConcurrentExecutions"),
        ("AWS/ApiGateway", "4xx"),
        ("AWS/ApiGateway", "5xx"),
    } <= drawn


def test_it_draws_no_more_metrics_than_a_free_dashboard_has_and_none_that_costs(stack: Synthesised) -> None:
    drawn = list(metrics(stack))

    assert len(drawn) <= 50
    assert all(namespace.startswith("AWS/") for namespace, _ in drawn)


def test_the_queries_that_it_shows_are_saved_too_and_ask_groups_of_the_stack(stack: Synthesised) -> None:
    saved = stack.of_type("AWS::Logs::QueryDefinition").values()
    shown = [widget for widget in body(stack)["widgets"] if widget["type"] == "log"]
    groups = set(stack.of_type("AWS::Logs::LogGroup"))

    assert len(shown) == 4
    for query in saved:
        assert query["Name"].startswith("flywheel-dev/")
        assert {id_of(group) for group in query["LogGroupNames"]} <= groups
    lines = [query["QueryString"].replace("\n", "").replace(" ", "") for query in saved]
    for widget in shown:
        assert any(widget["properties"]["query"].replace("\n", "").replace(" ", "").endswith(line) for line in lines)


def test_its_address_is_an_output(stack: Synthesised) -> None:
    address = json.dumps(stack.template["Outputs"]["DashboardUrl"]["Value"])

    assert "#dashboards/dashboard/flywheel-dev" in address


def test_a_stage_can_do_without(synthesise: Callable[..., Synthesised]) -> None:
    stack = synthesise(dashboard="false")

    assert stack.of_type("AWS::CloudWatch::Dashboard") == {}
    assert "DashboardUrl" not in stack.template["Outputs"]
