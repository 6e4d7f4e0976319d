"""Every alarm of the stack, in one place, and the topic they tell.

CloudWatch charges by the metric that an alarm reads, not by the alarm: these are ten, what every account has free.
A throttled function needs no metric of its own: its messages end in a dead-letter queue, its stream grows old.
"""

from collections.abc import Sequence

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.function import Function
from infra.nag import acknowledge
from infra.stage import Stage
from shared.store.table import names

PERIOD = Duration.minutes(5)
STREAM_AGE = Duration.minutes(30)
"""Twice the tick: by then a lost stream would have been noticed by nothing else."""


class Alarms(Construct):
    """Dead letters, crashes and a stream that nobody reads, told to one topic."""

    def __init__(self, scope: Construct, id: str, *, stage: Stage) -> None:
        super().__init__(scope, id)
        self._prefix = stage.prefix
        self.topic = self._topic(stage.alarm_email)

    def on_dead_letters(self, name: str, queue: sqs.Queue) -> None:
        """Any message at all."""
        self._alarm(
            f"{name}-dead-letters",
            queue.metric_approximate_number_of_messages_visible(period=PERIOD, statistic="Maximum"),
            above=0,
            means="Something could not be handled. It lies here for a day, then in the table: see flywheel redrive.",
        )

    def on_errors(self, functions: Sequence[Function]) -> None:
        """Any invocation that failed as a whole; items refused or sent back one by one are no errors."""
        self._alarm(
            "function-errors",
            combined("SUM(METRICS())", [f.function.metric_errors(period=PERIOD, statistic="Sum") for f in functions]),
            above=0,
            means="A function crashed or ran out of time. Its event is tried again; the function's log says why.",
        )

    def on_stream_age(self, readers: Sequence[Function]) -> None:
        """The oldest record that a reader was last given."""
        self._alarm(
            "stream-age",
            combined(
                "MAX(METRICS())",
                [f.function.metric("IteratorAge", period=PERIOD, statistic="Maximum") for f in readers],
            ),
            above=STREAM_AGE.to_milliseconds(),
            means="The table's stream is not read in time: turns and summaries are late, the log is complete.",
        )

    def on_set_aside(self, ticking: Function) -> None:
        """Any flywheel that is tried only now and then, as work on it ended in vain again and again."""
        self._alarm(
            "set-aside",
            cloudwatch.Metric(
                namespace=names.METRICS_NAMESPACE,
                metric_name=names.SET_ASIDE_METRIC,
                dimensions_map={"function_name": ticking.name, "service": "tick"},
                period=PERIOD,
                statistic="Maximum",
            ),
            above=0,
            means="A flywheel cannot be folded: too large, too slow, or a mistake of ours. The log of tick names it.",
        )

    def _alarm(self, name: str, metric: cloudwatch.IMetric, *, above: float, means: str) -> None:
        alarm = cloudwatch.Alarm(
            self,
            "".join(part.capitalize() for part in name.split("-")),
            alarm_name=f"{self._prefix}-{name}",
            alarm_description=means,
            metric=metric,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))

    def _topic(self, email: str | None) -> sns.Topic:
        """Not under a key: alarms cannot publish under AWS's, and one's own costs $1 a month, for names and counts."""
        topic = sns.Topic(self, "Topic", topic_name=f"{self._prefix}-alarms", enforce_ssl=True)
        # A topic with a policy of its own loses the default one, under which alarms may publish.
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        if email is not None:
            subscription = topic.add_subscription(subscriptions.EmailSubscription(email))
            acknowledge(
                subscription,
                "Serverless-SNSRedrivePolicy",
                "Nobody would send an old alarm again: its state stays in CloudWatch",
            )
        return topic


def combined(expression: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.MathExpression:
    """One number from several metrics."""
    return cloudwatch.MathExpression(
        expression=expression,
        period=PERIOD,
        using_metrics={f"m{index}": metric for index, metric in enumerate(metrics)},
    )
