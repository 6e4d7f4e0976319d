"""The role of whoever imports history or replays deliveries: such events speak as the hooks that they came by."""

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.bus import OUR_OWN, PUT_EVENTS, speaks_not_as


class OperatorRole(Construct):
    """Assumed by a person of this account whose own policy allows just that; it puts events on the bus, nothing else.

    It may speak as any hook, and as any producer, but not as the flywheel itself.
    """

    def __init__(self, scope: Construct, id: str, *, bus: events.IEventBus) -> None:
        super().__init__(scope, id)
        self.role = iam.Role(
            self,
            "Role",
            description="Imports and replays: puts events on the flywheel bus, as webhooks too",
            assumed_by=iam.AccountRootPrincipal(),
            inline_policies={
                "Own": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=[PUT_EVENTS],
                            resources=[bus.event_bus_arn],
                            conditions=speaks_not_as(*OUR_OWN),
                        )
                    ]
                )
            },
        )
