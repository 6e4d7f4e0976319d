"""The bus, its archive, the two rules, and what a producer is allowed to put."""

from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from events import PUBLISHER
from events.catalogue import rule_pattern

SUMMARY_READY = "Phase Summary Ready"


class Bus(Construct):
    """The flywheel bus: producers put canonical events, the functions publish summaries."""

    def __init__(self, scope: Construct, id: str, *, name: str, archive: Duration, undelivered: sqs.IQueue) -> None:
        super().__init__(scope, id)
        self._undelivered = undelivered
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

    def to_recorder(self, queue: sqs.IQueue) -> events.Rule:
        """Whatever anybody but ourselves sends: what breaks its contract is rejected with a reason, not left unseen."""
        rule = self._rule("Canonical", events.EventPattern(source=[PUBLISHER]), queue)
        cast("events.CfnRule", rule.node.default_child).event_pattern = rule_pattern()
        return rule

    def to_notifier(self, queue: sqs.IQueue) -> events.Rule:
        """Summaries that wait to be posted."""
        return self._rule("Summaries", events.EventPattern(source=[PUBLISHER], detail_type=[SUMMARY_READY]), queue)

    def _rule(self, id: str, pattern: events.EventPattern, queue: sqs.IQueue) -> events.Rule:
        target = targets.SqsQueue(
            queue, dead_letter_queue=self._undelivered, retry_attempts=185, max_event_age=Duration.hours(24)
        )
        return events.Rule(self, id, event_bus=self.bus, event_pattern=pattern, targets=[target])

    def _producers_policy(self) -> iam.ManagedPolicy:
        """What a pipeline's role needs, and no more: it cannot speak as the flywheel itself."""
        return iam.ManagedPolicy(
            self,
            "Producers",
            description="Put events on the flywheel bus, as anybody but the flywheel itself",
            statements=[
                iam.PolicyStatement(
                    actions=["events:PutEvents"],
                    resources=[self.bus.event_bus_arn],
                    conditions={"StringNotEquals": {"events:source": PUBLISHER}},
                )
            ],
        )
