"""CloudFormation types that moto 5.2.5 has no model of, and the repairs of those it models wrongly.

moto finds types through the direct subclasses of `CloudFormationModel`, so a class here is all the registration there
is. `Inert` ones keep what was declared and answer `Ref` and `Fn::GetAtt` as AWS does; the engine reads some of them
(policies of queues, schedules, retry settings of functions) and the others exist so that nothing is silently skipped.
"""

import json

from moto.awslambda.models import lambda_backends
from moto.core.common_models import CloudFormationModel
from moto.events.models import EventBus, EventBusPolicyStatement, events_backends
from moto.secretsmanager.models import SecretsManagerBackend, secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from engine.cloudformation.inert import Inert


class Subscription(Inert, CloudFormationModel):
    type_name = "AWS::SNS::Subscription"

    def apply(self) -> None:
        sns_backends[self.account][self.region].subscribe(
            self.properties["TopicArn"], self.properties["Endpoint"], self.properties["Protocol"]
        )


class EventInvokeConfig(Inert, CloudFormationModel):
    """How often Lambda retries an asynchronous invocation, and where it goes when that is used up."""

    type_name = "AWS::Lambda::EventInvokeConfig"

    def apply(self) -> None:
        backend = lambda_backends[self.account][self.region]
        config = {key: value for key, value in self.properties.items() if key not in {"FunctionName", "Qualifier"}}
        for key in ("MaximumRetryAttempts", "MaximumEventAgeInSeconds"):
            if key in config:
                config[key] = int(config[key])
        backend.put_function_event_invoke_config(self.properties["FunctionName"], config)


class QueuePolicy(Inert, CloudFormationModel):
    """Who may send to a queue; without it EventBridge may not, and the engine holds that against the template."""

    type_name = "AWS::SQS::QueuePolicy"

    def _set(self, policy: str) -> None:
        backend = sqs_backends[self.account][self.region]
        for url in self.properties["Queues"]:
            backend.get_queue(url.rsplit("/", 1)[-1]).policy = policy

    def apply(self) -> None:
        self._set(json.dumps(self.properties["PolicyDocument"]))

    def removed(self) -> None:
        self._set("")


class EventBusPolicy(Inert, CloudFormationModel):
    """Senders that a bus admits."""

    type_name = "AWS::Events::EventBusPolicy"

    @property
    def _bus(self) -> EventBus:
        return events_backends[self.account][self.region].describe_event_bus(self.properties["EventBusName"])

    def apply(self) -> None:
        statement = {"Sid": self.properties["StatementId"], **self.properties.get("Statement", {})}
        statement.setdefault("Action", self.properties.get("Action", "events:PutEvents"))
        statement.setdefault("Principal", self.properties.get("Principal", "*"))
        statement.setdefault("Effect", "Allow")
        statement.setdefault("Resource", self._bus.arn)
        # moto's own way replaces every other statement of the same principal.
        self._bus._statements[statement["Sid"]] = EventBusPolicyStatement.from_dict(statement)  # noqa: SLF001  moto has no other way

    def removed(self) -> None:
        self._bus.remove_statement(self.properties["StatementId"])


class Secret(Inert, CloudFormationModel):
    """A secret, with a generated value where the template asks for one."""

    type_name = "AWS::SecretsManager::Secret"
    name_property = "Name"

    @property
    def _backend(self) -> SecretsManagerBackend:
        return secretsmanager_backends[self.account][self.region]

    def apply(self) -> None:
        property_of = self.properties.get
        self._backend.create_secret(
            self.name,
            self._value(),
            None,
            property_of("Description"),
            property_of("Tags"),
            property_of("KmsKeyId"),
            None,
            [],
            force_overwrite=False,
        )

    def removed(self) -> None:
        self._backend.delete_secret(self.name, None, True)

    def _value(self) -> str | None:
        """None for a secret that is made empty, to be filled by hand: reading it fails until then."""
        generate = self.properties.get("GenerateSecretString")
        if generate is None:
            return self.properties.get("SecretString")
        value = "generated-by-the-embedded-engine"
        key = generate.get("GenerateStringKey")
        return json.dumps({**json.loads(generate.get("SecretStringTemplate", "{}")), key: value}) if key else value

    @property
    def physical_resource_id(self) -> str:
        return str(self._backend.describe_secret(self.name).arn)
