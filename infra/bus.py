"""The bus, its archive, its rules and those of the default bus, and what a producer is allowed to put."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from events import PUBLISHER
from events.catalogue import rule_pattern
from shared.sources import aws, slack
from shared.sources.aws import well_architected
from shared.sources.catalogue import SOURCES, event_source

SUMMARY_READY = "Phase Summary Ready"
DIGEST_READY = "Digest Ready"
TURN_STARTED = "Turn Started"
TURN_HELD = "Turn Held"
OUR_OWN = (PUBLISHER, well_architected.SOURCE)
"""Sources that only functions of this stack speak as."""
OF_HOOKS = tuple(event_source(name, "*") for name in SOURCES)
"""Sources whose sender has proven itself by a signature: only intake may speak as them."""
OF_SLACK = slack.source_of("*")
"""Sources of what people tell in Slack: only the function that Slack calls may speak as them."""
PROVEN = (*OF_HOOKS, OF_SLACK)
"""Sources that no producer may speak as."""
PUT_EVENTS = "events:PutEvents"


def speaks_as(*sources: str) -> dict[str, dict[str, Any]]:
    """The condition that every event of a request has one of these sources, which may hold a `*`.

    A request has many events, and so `events:source` many values (Service Authorization Reference: ArrayOfString).
    """
    return {"ForAllValues:StringLike": {"events:source": list(sources)}, **_STATED}


def speaks_not_as(*sources: str) -> dict[str, dict[str, Any]]:
    """The condition that no event of a request has one of these."""
    return {"ForAllValues:StringNotLike": {"events:source": list(sources)}, **_STATED}


_STATED = {"Null": {"events:source": "false"}}
"""All of no values is true: there must be a source."""


class Bus(Construct):
    """The flywheel bus: producers put canonical events, the functions publish summaries."""

    def __init__(self, scope: Construct, id: str, *, name: str, archive: Duration, undelivered: sqs.IQueue) -> None:
        super().__init__(scope, id)
        self._undelivered = undelivered
        self._senders: dict[sqs.IQueue, list[str]] = {}
        self.bus = events.EventBus(
            self, "Bus", event_bus_name=name, description="Canonical events of the value flywheel, and its summaries"
        )
        self.bus.archive(
            "Archive",
            archive_name=name,
            description="What producers sent, for replay",
            event_pattern=events.EventPattern(source=events.Match.anything_but(PUBLISHER)),
            retention=archive,
        )
        self.producers = self._producers_policy()

    def lets_producers_ask(self, *questions: iam.PolicyStatement) -> None:
        """Producers may see that the bus is there, and ask what became of what they sent."""
        self.producers.add_statements(
            iam.PolicyStatement(actions=["events:DescribeEventBus"], resources=[self.bus.event_bus_arn]), *questions
        )

    def to_recorder(self, queue: sqs.IQueue) -> events.Rule:
        """Whatever anybody but ourselves sends: what breaks its contract is rejected with a reason, not left unseen."""
        return self._rule("Canonical", rule_pattern(), queue)

    def to_notifier(self, queue: sqs.IQueue) -> events.Rule:
        """Summaries that wait to be posted, and turns that wait for their card, or for an edit of it."""
        wanted = [SUMMARY_READY, DIGEST_READY, TURN_STARTED, TURN_HELD]
        return self._rule("Summaries", {"source": [PUBLISHER], "detail-type": wanted}, queue)

    def from_aws_services(self, queue: sqs.IQueue) -> None:
        """Rules for what services of this account tell on its default bus; other accounts' rules target ours."""
        for name, pattern in aws.rule_patterns().items():
            self._rule(f"Aws{name}", pattern, queue, on_default_bus=True)

    def _rule(
        self, id: str, pattern: Mapping[str, Any], queue: sqs.IQueue, *, on_default_bus: bool = False
    ) -> events.Rule:
        target = targets.SqsQueue(
            self._named(queue, f"{id}Target"),
            dead_letter_queue=self._named(self._undelivered, f"{id}Undelivered"),
            retry_attempts=185,
            max_event_age=Duration.hours(24),
        )
        rule = events.Rule(
            self,
            id,
            event_bus=None if on_default_bus else self.bus,
            event_pattern=events.EventPattern(source=[PUBLISHER]),
            targets=[target],
        )
        # CDK's own type of patterns knows no `anything-but` on a source, so the contract's is put in its place.
        cast("events.CfnRule", rule.node.default_child).event_pattern = pattern
        for each in (queue, self._undelivered):
            self._senders.setdefault(each, []).append(rule.rule_arn)
        return rule

    def lets_rules_send(self) -> None:
        """Allow the rules to send to their queues, in one statement a queue: a queue's policy holds 20 at most.

        (docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html)
        """
        for queue, rules in self._senders.items():
            queue.add_to_resource_policy(
                iam.PolicyStatement(
                    sid="Rules",
                    principals=[iam.ServicePrincipal("events.amazonaws.com")],
                    actions=["sqs:SendMessage"],
                    resources=[queue.queue_arn],
                    conditions={"ArnEquals": {"aws:SourceArn": rules}},
                )
            )

    def _named(self, queue: sqs.IQueue, id: str) -> sqs.IQueue:
        """The queue by its ARN alone, whose policy CDK leaves alone: it would add a statement for every rule."""
        return sqs.Queue.from_queue_arn(self, id, queue.queue_arn)

    def _producers_policy(self) -> iam.ManagedPolicy:
        """The policy of a pipeline's role: it can send neither as the flywheel itself nor as a webhook."""
        return iam.ManagedPolicy(
            self,
            "Producers",
            description="Put events on the flywheel bus, as anybody but the flywheel itself, its webhooks and Slack",
            statements=[
                iam.PolicyStatement(
                    actions=[PUT_EVENTS],
                    resources=[self.bus.event_bus_arn],
                    conditions=speaks_not_as(*OUR_OWN, *PROVEN),
                )
            ],
        )
