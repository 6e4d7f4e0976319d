"""The one table, built from the names that the store uses."""

from typing import cast

from aws_cdk import CfnElement, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.stage import Stage
from shared.store.table import names

TEXT = dynamodb.AttributeType.STRING


class Table(Construct):
    """On demand, point-in-time recovery, a stream of new images, one sparse index for what is due; what is
    kept for a while says when it expires.

    Encrypted, as every table is, with a key that AWS owns and that costs nothing.
    """

    def __init__(self, scope: Construct, id: str, *, stage: Stage) -> None:
        super().__init__(scope, id)
        self.table = self._made(stage.retain_data) if stage.table_name is None else self._adopted(stage)

    def _made(self, retain: bool) -> dynamodb.ITable:
        """A table of the stack's own."""
        table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name=names.PK, type=TEXT),
            sort_key=dynamodb.Attribute(name=names.SK, type=TEXT),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute=names.EXPIRES,
            stream=dynamodb.StreamViewType.NEW_IMAGE,
            deletion_protection=retain,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if retain else RemovalPolicy.DESTROY,
        )
        table.add_global_secondary_index(
            index_name=names.DUE_INDEX,
            partition_key=dynamodb.Attribute(name=names.DUE_PK, type=TEXT),
            sort_key=dynamodb.Attribute(name=names.DUE_AT, type=TEXT),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        return table

    def _adopted(self, stage: Stage) -> dynamodb.ITable:
        """A table that is there already, with its stream: `flywheel restore` has made it like one of the stack's own.

        The stack holds on to it by name and takes it away never, whatever `retain_data` says.
        """
        parts = f"table/{stage.table_name}"
        stack = Stack.of(self)
        return dynamodb.Table.from_table_attributes(
            self,
            "Adopted",
            table_arn=stack.format_arn(service="dynamodb", resource=parts),
            table_stream_arn=stack.format_arn(service="dynamodb", resource=f"{parts}/stream/{stage.table_stream}"),
        )

    @property
    def shown_arn(self) -> str:
        """Its ARN as cdk-nag writes it where an acknowledgement names it."""
        made = self.table.node.default_child
        if made is None:
            return f"arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/{self.table.table_name}"
        return f"<{Stack.of(self).get_logical_id(cast('CfnElement', made))}.Arn>"

    @property
    def arn(self) -> str:
        """The table alone, without its index."""
        return self.table.table_arn

    @property
    def due_arn(self) -> str:
        """The sparse index alone."""
        return f"{self.table.table_arn}/index/{names.DUE_INDEX}"

    @property
    def stream_arn(self) -> str:
        """The stream of new images; CDK types it as optional, but this table always has one."""
        arn = self.table.table_stream_arn
        assert arn is not None  # noqa: S101  the table is made, or adopted, with a stream
        return arn
