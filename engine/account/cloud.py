"""One account and Region in moto, as the engine sees it: what is deployed there, by whichever tool deployed it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import EventSourceMapping, LambdaBackend, LambdaFunction, lambda_backends
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.table import Table
from moto.events.models import EventsBackend, events_backends
from moto.iam.exceptions import NotFoundException
from moto.iam.models import IAMBackend, ManagedPolicy, Role, User, iam_backends
from moto.scheduler.models import Schedule, scheduler_backends
from moto.sns.models import sns_backends
from moto.sqs.models import Message, Queue, SQSBackend, sqs_backends
from moto.ssm.models import SimpleSystemManagerBackend, ssm_backends
from moto.sts.models import sts_backends

from engine.iam.calls import Place
from engine.iam.policies import Statement, statements_of

ACCOUNT = "123456789012"
"""moto's own default account: every credential belongs to it."""
REGION = "us-east-1"
"""moto writes this Region into stream records; where a template does not say otherwise everything is there."""


@dataclass(frozen=True)
class Cloud:
    """Typed ways to moto's backends."""

    account: str = ACCOUNT
    region: str = REGION

    @property
    def place(self) -> Place:
        return Place(self.account, self.region)

    @property
    def events(self) -> EventsBackend:
        return events_backends[self.account][self.region]

    @property
    def sqs(self) -> SQSBackend:
        return sqs_backends[self.account][self.region]

    @property
    def dynamodb(self) -> DynamoDBBackend:
        return dynamodb_backends[self.account][self.region]

    @property
    def lambdas(self) -> LambdaBackend:
        return lambda_backends[self.account][self.region]

    @property
    def ssm(self) -> SimpleSystemManagerBackend:
        return ssm_backends[self.account][self.region]

    @property
    def iam(self) -> IAMBackend:
        return iam_backends[self.account]["aws"]

    def queue(self, arn: str) -> Queue | None:
        """The queue of this ARN, if it exists in this account and Region."""
        return next((queue for queue in self.sqs.queues.values() if queue.queue_arn == arn), None)

    def published(self, topic: str) -> list[str]:
        """The messages that the topic of this ARN got, oldest first. Raises KeyError where there is no such topic."""
        return [message for _, message, *_ in sns_backends[self.account][self.region].topics[topic].sent_notifications]

    def table_of_stream(self, arn: str) -> Table | None:
        """The table whose stream has this ARN."""
        name = arn.partition(":table/")[2].partition("/")[0]
        return self.dynamodb.tables.get(name)

    def function(self, name_or_arn: str) -> LambdaFunction | None:
        """The deployed function of this name or ARN."""
        try:
            return self.lambdas.get_function(name_or_arn)
        except UnknownFunctionException:
            return None

    def functions(self) -> list[LambdaFunction]:
        return list(self.lambdas.list_functions())

    def mappings(self) -> list[EventSourceMapping]:
        """Every event source mapping, in the order of its declaration."""
        return list(self.lambdas.list_event_source_mappings("", ""))

    def schedules(self) -> Iterable[Schedule]:
        """Every schedule of every group, by name: the order in which those due at one moment fire."""
        groups = scheduler_backends[self.account][self.region].schedule_groups.values()
        return sorted((each for group in groups for each in group.schedules.values()), key=lambda each: each.arn)

    def role_statements(self, role_arn: str) -> list[Statement]:
        """The statements of a role: of its inline and its attached policies; none for a role that is not there."""
        try:
            role = self.iam.get_role_by_arn(role_arn)
        except NotFoundException:
            return []
        return _statements(role)

    def bus_statements(self) -> list[Statement]:
        """The statements of every bus's policy; which bus each is about, it says itself."""
        policies = [bus.policy for bus in self.events.event_buses.values()]
        return [statement for policy in policies if policy for statement in statements_of(json.loads(policy))]

    def principal_of_key(self, key: str) -> str | None:
        """The user or role whose access key this is, as policies name it; None for the account's own."""
        user = self.iam.get_user_from_access_key_id(key)
        role = None if user else sts_backends[self.account]["aws"].get_assumed_role_from_access_key(key)
        return str(user.arn) if user else None if role is None else str(role.role_arn)

    def holder_of_key(self, key: str) -> tuple[str, list[Statement]] | None:
        """The user or assumed role that an access key was made for: its ARN and the statements of its policies."""
        user = self.iam.get_user_from_access_key_id(key)
        if user is not None:
            return str(user.arn), _statements(user)
        role = sts_backends[self.account]["aws"].get_assumed_role_from_access_key(key)
        return None if role is None else (str(role.arn), self.role_statements(role.role_arn))


def _statements(holder: Role | User) -> list[Statement]:
    documents = [*holder.policies.values(), *(_document(policy) for policy in holder.managed_policies.values())]
    return [
        statement
        for document in documents
        for statement in statements_of(json.loads(document) if isinstance(document, str) else document)
    ]


def messages_in(queue: Queue) -> list[Message]:
    """Every message of a queue; moto's own list leaves out those that are delayed or being worked on."""
    return queue._messages  # noqa: SLF001  moto has no other way to them


def _document(policy: ManagedPolicy) -> str:
    """The default version of a managed policy."""
    chosen = next(version for version in policy.versions if version.version_id == policy.default_version_id)
    return str(chosen.document)
