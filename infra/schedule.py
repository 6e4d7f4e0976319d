"""The clock of the stack: the only thing that starts a function without an event."""

import json

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.function import Function, allow
from infra.nag import acknowledge

SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"
"""Scheduler puts in the time that was asked for, the same again on a retry (User Guide, "context attributes")."""

PATIENCE = Duration.hours(1)
"""A tick that is this late is not worth having: the next ones did its work."""


class Schedule(Construct):
    """Calls a function every few minutes with the time it was due. What fails for good goes to `failures`."""

    def __init__(self, scope: Construct, id: str, *, target: Function, minutes: int, failures: sqs.Queue) -> None:
        super().__init__(scope, id)
        scheduler.CfnSchedule(
            self,
            "Schedule",
            name=target.name,
            description=f"Starts {target.name} with the time it was due",
            schedule_expression=f"rate({minutes} {'minute' if minutes == 1 else 'minutes'})",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=target.function.function_arn,
                role_arn=self._role(target, failures).role_arn,
                input=json.dumps({"scheduled_time": SCHEDULED_TIME}),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=failures.queue_arn),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=PATIENCE.to_seconds(), maximum_retry_attempts=10
                ),
            ),
        )
        # Scheduler only hands the call over; what Lambda's own queue then cannot run goes to the same place.
        lambda_.EventInvokeConfig(
            self,
            "Async",
            function=target.function,
            max_event_age=PATIENCE,
            retry_attempts=2,
            on_failure=destinations.SqsDestination(failures),
        )
        acknowledge(
            target.function,
            "Serverless-LambdaDLQ",
            "Has an on-failure destination, which keeps the error beside the event; a dead-letter queue would not",
        )

    def _role(self, target: Function, failures: sqs.Queue) -> iam.Role:
        return iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
            ),
            description=f"Starts {target.name}",
            inline_policies={
                "Own": iam.PolicyDocument(
                    statements=[
                        allow(["lambda:InvokeFunction"], target.function.function_arn),
                        allow(["sqs:SendMessage"], failures.queue_arn),
                    ]
                )
            },
        )
