"""Every alarm of the stack, in one place, and the topic they tell. What to do about each: docs/runbook.md.

CloudWatch charges by the metric that an alarm reads, not by the alarm; ten are free in every account. Our own metrics
are written only where there is something to tell, so that they cost nothing in a quiet month.
"""

from collections.abc import Sequence

from aws_cdk import Annotations, Aws, Duration
from aws_cdk import aws_apigatewayv2 as apigateway
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

RUNBOOK = "docs/runbook.md"
PERIOD, HOUR, DAY = Duration.minutes(5), Duration.hours(1), Duration.days(1)
STREAM_AGE = Duration.minutes(30)
"""Twice the tick: by then a lost stream would have been noticed by nothing else."""
REFUSED_AT_ONCE = 3
"""Answers of 5xx in five minutes that are no more chance: senders try again."""
REJECTED_PERCENT, REJECTED_LEAST = 20, 10
"""Of the events of an hour, the share and the number whose rejection is a sender that broke, not a mistake."""
A_TRY_AGAIN = 60
"""Minutes until a message that Slack refused is tried again."""
HALF_HOUR, THREE_HOURS = 30, 180
"""Minutes between ticks up to which a heart that stops is noticed in an hour, and in six."""


class Alarms(Construct):
    """Dead letters, crashes, lateness and silence, told to one topic."""

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

    def on_answers(self, functions: Sequence[Function]) -> None:
        """Any crash of what people ask: they see that it fails, and rarely tell."""
        self._alarm(
            "answers-failing",
            combined("SUM(METRICS())", [f.function.metric_errors(period=PERIOD, statistic="Sum") for f in functions]),
            above=0,
            means="Somebody asked, in Slack, of a board or by IAM, and the function that answers crashed.",
        )

    def on_waiting(self, inbox: sqs.Queue) -> None:
        """Events that nobody records: of a queue that nobody reads no letter dies, and after 14 days all is gone."""
        self._alarm(
            "events-waiting",
            inbox.metric_approximate_age_of_oldest_message(period=PERIOD, statistic="Maximum"),
            above=HOUR.to_seconds(),
            means="Events have waited for an hour to be recorded: record is not called, or cannot keep up.",
        )

    def on_stream_age(self, reader: Function) -> None:
        """The oldest record that `project` was last given.

        Of a reader that is given nothing, and of `summarise`, whatever it does, `behind` tells.
        """
        self._alarm(
            "stream-age",
            reader.function.metric("IteratorAge", period=PERIOD, statistic="Maximum"),
            above=STREAM_AGE.to_milliseconds(),
            means="The table's stream is not read in time: turns and summaries are late, the log is complete.",
        )

    def on_lateness(self, ticking: Function, minutes: int) -> None:
        """What a tick finds undone: segments that nobody folded, messages that Slack did not take."""
        period = _outlasting(minutes)
        self._alarm(
            "behind",
            _own(names.BEHIND_METRIC, ticking, "tick", period),
            above=STREAM_AGE.to_minutes(),
            means="Stored events or turns' news waited for a tick: the table's stream told nobody of them.",
        )
        self._alarm(
            "messages-waiting",
            _own(names.WAITING_METRIC, ticking, "tick", period),
            above=names.LATE_HOURS * 60 - 1,
            means="Slack has not taken a message for hours. It waits in the ledger; nothing is lost.",
        )
        self._alarm(
            "set-aside",
            _own(names.SET_ASIDE_METRIC, ticking, "tick", period),
            above=0,
            means="A flywheel cannot be folded: too large, too slow, or a mistake of ours. The log of tick names it.",
        )

    def on_refusals(self, posting: Function, minutes: int) -> None:
        """Any message that Slack will not take until a person mends something: token, scope, channel, invitation.

        It is refused again every hour, by the tick that wakes it: one alarm for as long as that lasts.
        """
        self._alarm(
            "slack-refused",
            _own(names.REFUSED_METRIC, posting, "notify", _outlasting(A_TRY_AGAIN + minutes)),
            above=0,
            means="Slack refuses messages until someone mends the token, a scope or a channel; the log names which.",
        )

    def on_silence(self, ticking: Function, minutes: int) -> None:
        """No tick at all: then nobody looks after what is late, and no other metric of ours is written.

        Lambda writes no 0. Where a number is missing, CloudWatch looks for older ones, some periods back, and an alarm
        stays well for as long as it finds one; so silence is made a 0 (CloudWatch's guide, "Configuring how CloudWatch
        alarms treat missing data").
        """
        period, times = (HOUR, 1) if minutes <= HALF_HOUR else (Duration.hours(6), 1)
        if minutes > THREE_HOURS:
            period, times = DAY, 2
        self._alarm(
            "no-tick",
            cloudwatch.MathExpression(
                expression="FILL(ticks, 0)",
                period=period,
                using_metrics={"ticks": ticking.function.metric_invocations(period=period, statistic="Sum")},
            ),
            below=1,
            times=times,
            means="The clock stands: nothing that is due by time happens, and nobody looks for what was lost.",
        )

    def on_refused_requests(self, api: apigateway.HttpApi) -> None:
        """Senders that were answered with an error of ours, or that found no free execution: the API says 5xx of both.

        (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html)
        """
        self._alarm(
            "webhooks-failing",
            api.metric_server_error(period=PERIOD, statistic="Sum"),
            above=REFUSED_AT_ONCE,
            means="Webhooks are answered with errors. Vendors try again for hours or days, not for ever.",
        )

    def on_rejections(self, recording: Function) -> None:
        """A share of the events, where there are enough of them to speak of one."""
        share = cloudwatch.MathExpression(
            expression=f"IF(rejected >= {REJECTED_LEAST}, 100 * rejected / (rejected + FILL(accepted, 0)), 0)",
            period=HOUR,
            using_metrics={name: _own(name, recording, "record", HOUR, "Sum") for name in ("accepted", "rejected")},
        )
        self._alarm(
            "rejections",
            share,
            above=REJECTED_PERCENT,
            means="A fifth of an hour's events broke their contract: they are kept with the reason, and not counted.",
        )

    def _alarm(  # noqa: PLR0913  one property each
        self,
        name: str,
        metric: cloudwatch.IMetric,
        *,
        means: str,
        above: float = 0,
        below: float | None = None,
        times: int = 1,
    ) -> None:
        """Above a number, where silence is health; or below one, where silence is the illness."""
        operator = cloudwatch.ComparisonOperator
        alarm = cloudwatch.Alarm(
            self,
            "".join(part.capitalize() for part in name.split("-")),
            alarm_name=f"{self._prefix}-{name}",
            alarm_description=f"{means} What to do: {RUNBOOK}#{name}",
            metric=metric,
            threshold=above if below is None else below,
            comparison_operator=operator.GREATER_THAN_THRESHOLD if below is None else operator.LESS_THAN_THRESHOLD,
            evaluation_periods=times,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING
            if below is None
            else cloudwatch.TreatMissingData.BREACHING,
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
        if email is None:
            Annotations.of(topic).add_warning_v2(
                "flywheel:nobody-hears-alarms",
                f"Nobody is subscribed to {self._prefix}-alarms by this stack: set alarm_email, or subscribe to the "
                "topic yourself (output AlarmTopicArn)",
            )
        else:
            subscription = topic.add_subscription(subscriptions.EmailSubscription(email))
            acknowledge(
                subscription,
                "Serverless-SNSRedrivePolicy",
                "Nobody would send an old alarm again: its state stays in CloudWatch",
            )
        return topic


def _outlasting(minutes: int) -> Duration:
    """The period of what is told again every so many minutes: it is one alarm for as long as it lasts."""
    return min(Duration.minutes(2 * minutes), DAY, key=Duration.to_minutes)


def _own(
    metric: str, function: Function, service: str, period: Duration, statistic: str = "Maximum"
) -> cloudwatch.Metric:
    """A metric that a function writes into its log, under its own name: another stage's is another."""
    return cloudwatch.Metric(
        namespace=names.METRICS_NAMESPACE,
        metric_name=metric,
        dimensions_map={"function_name": function.name, "service": service},
        period=period,
        statistic=statistic,
    )


def combined(expression: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.MathExpression:
    """One number from several metrics."""
    return cloudwatch.MathExpression(
        expression=expression,
        period=PERIOD,
        using_metrics={f"m{index}": metric for index, metric in enumerate(metrics)},
    )
