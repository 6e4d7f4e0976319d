"""The dashboard of a stack: the board, and beside it what tells whether the stack works.

Every account has three dashboards of 50 metrics each free; a further one costs $3 a month. What the functions' logs say
anyway is asked of the logs: a metric of our own costs $0.30 a month whether or not anybody looks.
"""

from collections.abc import Mapping, Sequence

from aws_cdk import Aws, Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.function import Function
from infra.queries import Query

PERIOD = Duration.minutes(5)
WHOLE, HALF, THIRD = 24, 12, 8
"""Columns of the grid."""


class Dashboard(Construct):
    """One dashboard, named as its stack."""

    def __init__(self, scope: Construct, id: str, *, name: str) -> None:
        super().__init__(scope, id)
        self.name = name
        self._dashboard = cloudwatch.Dashboard(
            self, "Dashboard", dashboard_name=name, default_interval=Duration.days(7)
        )

    @property
    def url(self) -> str:
        """Its address in the console."""
        home = f"https://{Aws.REGION}.console.aws.amazon.com/cloudwatch/home"
        return f"{home}?region={Aws.REGION}#dashboards/dashboard/{self.name}"

    def shows_board(self, board: Function) -> None:
        """The board of the first flywheel, with a choice of all: whoever looks must be allowed to call the function."""
        self._dashboard.add_widgets(
            cloudwatch.CustomWidget(
                title="Board",
                function_arn=board.function.function_arn,
                width=WHOLE,
                height=24,
                update_on_refresh=True,
                update_on_resize=False,
                update_on_time_range_change=True,
            )
        )

    def shows_failures(
        self, dead: Mapping[str, sqs.IQueue], readers: Sequence[Function], functions: Sequence[Function]
    ) -> None:
        """What could not be handled, how far behind the stream is, and who crashed."""
        self._dashboard.add_widgets(
            _graph("Dead letters: nothing here is well", _messages(dead), "messages", width=THIRD),
            _graph(
                "Age of the table's stream",
                [
                    _of(each, each.function.metric("IteratorAge", period=PERIOD, statistic="Maximum"))
                    for each in readers
                ],
                "milliseconds",
                width=THIRD,
            ),
            _graph(
                "Crashes",
                [_of(each, each.function.metric_errors(period=PERIOD, statistic="Sum")) for each in functions],
                "invocations",
                width=THIRD,
            ),
        )

    def shows_traffic(
        self, api: apigateway.HttpApi, queues: Mapping[str, sqs.IQueue], functions: Sequence[Function]
    ) -> None:
        """What the HTTP API answers, how much waits, and how many executions run at once."""
        refused = (
            api.metric_client_error(period=PERIOD, statistic="Sum", label="4xx"),
            api.metric_server_error(period=PERIOD, statistic="Sum", label="5xx"),
            api.metric_count(period=PERIOD, statistic="Sum", label="requests"),
        )
        whole = cloudwatch.Metric(
            namespace="AWS/Lambda",
            metric_name="ConcurrentExecutions",
            period=PERIOD,
            statistic="Maximum",
            label="the account",
        )
        at_once = [
            _of(each, each.function.metric("ConcurrentExecutions", period=PERIOD, statistic="Maximum"))
            for each in functions
        ]
        throttled = [
            _of(each, each.function.metric_throttles(period=PERIOD, statistic="Sum"), " throttled")
            for each in functions
        ]
        self._dashboard.add_widgets(
            _graph("HTTP API: webhooks, boards, answers", refused, "requests", width=THIRD),
            _graph("Waiting", _messages(queues), "messages", width=THIRD),
            _graph("Executions at once", [whole, *at_once, *throttled], "executions", width=THIRD),
        )

    def shows_queries(self, queries: Sequence[Query]) -> None:
        """What the logs say: events by what became of them, messages by outcome, the oldest message that is due."""
        for start in range(0, len(queries), 2):
            self._dashboard.add_widgets(
                *(
                    cloudwatch.LogQueryWidget(
                        title=each.title,
                        log_group_names=list(each.groups),
                        query_lines=list(each.lines),
                        view=cloudwatch.LogQueryVisualizationType.TABLE,
                        width=HALF,
                        height=6,
                    )
                    for each in queries[start : start + 2]
                )
            )


def _messages(queues: Mapping[str, sqs.IQueue]) -> list[cloudwatch.IMetric]:
    return [
        queue.metric_approximate_number_of_messages_visible(period=PERIOD, statistic="Maximum", label=name)
        for name, queue in queues.items()
    ]


def _of(function: Function, metric: cloudwatch.Metric, what: str = "") -> cloudwatch.IMetric:
    """A metric under the short name of its function."""
    return metric.with_(label=function.name.rpartition("-")[2] + what)


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric], unit: str, *, width: int) -> cloudwatch.GraphWidget:
    axis = cloudwatch.YAxisProps(min=0, label=unit, show_units=False)
    return cloudwatch.GraphWidget(title=title, left=list(metrics), left_y_axis=axis, width=width, height=6)
