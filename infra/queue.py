"""Queues: each encrypted, TLS only, and with somewhere to go for what nobody could handle."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.nag import acknowledge

DEAD_LETTER_DAYS = 14
"""The longest that SQS keeps a message."""

RECEIVES = 5
"""How often a message is tried before it is a dead letter."""


def dead_letters(scope: Construct, id: str, name: str) -> sqs.Queue:
    """A queue that only keeps what failed elsewhere."""
    queue = sqs.Queue(
        scope,
        id,
        queue_name=name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=Duration.days(DEAD_LETTER_DAYS),
    )
    acknowledge(queue, "Serverless-SQSRedrivePolicy", "It is a dead-letter queue: an alarm watches it, people empty it")
    return queue


def failures(scope: Construct, id: str, name: str) -> sqs.Queue:
    """The queue for what EventBridge, Scheduler and Lambda itself could not deliver."""
    queue = dead_letters(scope, id, name)
    acknowledge(
        queue, "AwsSolutions-SQS3", "It is the dead-letter queue of rules, mappings and a schedule, not of a queue"
    )
    return queue


class WorkQueue(Construct):
    """A queue in front of one function, with its dead letters.

    The visibility time-out is six times the function's time-out plus the batching window, as Lambda's guide asks
    ("Configuring a queue to use with Lambda").
    """

    def __init__(self, scope: Construct, id: str, *, name: str, handled_in: Duration, window: Duration) -> None:
        super().__init__(scope, id)
        self.handled_in = handled_in
        self.window = window
        self.dead = dead_letters(self, "Dead", f"{name}-dead")
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=name,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(DEAD_LETTER_DAYS),
            visibility_timeout=Duration.seconds(6 * handled_in.to_seconds() + window.to_seconds()),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead, max_receive_count=RECEIVES),
        )
