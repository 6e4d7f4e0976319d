"""CloudFormation types that moto 5.2.5 has no model of, and the repairs of those it models wrongly.

moto finds types through the direct subclasses of `CloudFormationModel`, so a class here is all the registration there
is. `Inert` ones keep what was declared and answer `Ref` and `Fn::GetAtt` as AWS does; the engine reads some of them
(policies of queues, schedules, retry settings of functions) and the others exist so that nothing is silently skipped.
"""

import json
from typing import Any, ClassVar

from moto.awslambda.models import EventSourceMapping, lambda_backends
from moto.cloudformation import parsing
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel
from moto.dynamodb.models import dynamodb_backends
from moto.events.models import Archive, EventBus, events_backends
from moto.scheduler.models import Schedule, ScheduleGroup, scheduler_backends
from moto.secretsmanager.models import SecretsManagerBackend, secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.ssm.models import Parameter

Properties = dict[str, Any]


class Inert:
    """A resource that only has to exist: physical id, attributes and properties, nothing that acts."""

    type_name: ClassVar[str]
    name_property: ClassVar[str] = ""
    attributes: ClassVar[dict[str, str]] = {}
    """Attribute → template over `name`, `account`, `region`."""
    ref: ClassVar[str] = "{name}"

    def __init__(self, name: str, properties: Properties, account: str, region: str) -> None:
        self.name, self.properties, self.account, self.region = name, properties, account, region

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.type_name

    @classmethod
    def cloudformation_name_type(cls) -> str:
        return cls.name_property

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr in cls.attributes

    def _filled(self, template: str) -> str:
        return template.format(name=self.name, account=self.account, region=self.region)

    @property
    def physical_resource_id(self) -> str:
        return self._filled(self.ref)

    def get_cfn_attribute(self, attribute_name: str) -> str:
        if attribute_name not in self.attributes:
            raise UnformattedGetAttTemplateException
        return self._filled(self.attributes[attribute_name])

    def is_created(self) -> bool:
        return True

    def applied(self) -> None:
        """What the resource does to others when it comes to be."""

    def removed(self) -> None:
        """What has to be undone when it goes."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> Any:
        made = cls(resource_name, cloudformation_json.get("Properties", {}), account_id, region_name)
        made.applied()
        return made

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,  # noqa: ARG003  the name stays
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> Any:
        original_resource.removed()
        return cls.create_from_cloudformation_json(original_resource.name, cloudformation_json, account_id, region_name)

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
    ) -> None:
        cls(resource_name, cloudformation_json.get("Properties", {}), account_id, region_name).removed()


def _inert(type_name: str, name_property: str = "", **attributes: str) -> type[Inert]:
    known = {"type_name": type_name, "name_property": name_property, "attributes": attributes}
    return type(type_name.replace("::", ""), (Inert, CloudFormationModel), known)


_INERT = (
    _inert("AWS::CDK::Metadata"),
    _inert("AWS::CloudWatch::Alarm", "AlarmName", Arn="arn:aws:cloudwatch:{region}:{account}:alarm:{name}"),
    _inert("AWS::CloudWatch::CompositeAlarm", "AlarmName", Arn="arn:aws:cloudwatch:{region}:{account}:alarm:{name}"),
    _inert(
        "AWS::EventSchemas::Registry", "RegistryName", RegistryArn="arn:aws:schemas:{region}:{account}:registry/{name}"
    ),
    _inert("AWS::EventSchemas::Schema", "SchemaName", SchemaArn="arn:aws:schemas:{region}:{account}:schema/{name}"),
    _inert("AWS::Logs::MetricFilter", "FilterName"),
    _inert("AWS::SNS::TopicPolicy"),
)
"""Kept here because moto holds the classes weakly."""


class Subscription(Inert, CloudFormationModel):
    type_name = "AWS::SNS::Subscription"

    def applied(self) -> None:
        sns_backends[self.account][self.region].subscribe(
            self.properties["TopicArn"], self.properties["Endpoint"], self.properties["Protocol"]
        )


class EventInvokeConfig(Inert, CloudFormationModel):
    """How often Lambda retries an asynchronous invocation, and where it goes when that is used up."""

    type_name = "AWS::Lambda::EventInvokeConfig"

    def applied(self) -> None:
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

    def applied(self) -> None:
        self._set(json.dumps(self.properties["PolicyDocument"]))

    def removed(self) -> None:
        self._set("")


class EventBusPolicy(Inert, CloudFormationModel):
    """Who may put events on a bus."""

    type_name = "AWS::Events::EventBusPolicy"

    @property
    def _bus(self) -> EventBus:
        return events_backends[self.account][self.region].describe_event_bus(self.properties["EventBusName"])

    def applied(self) -> None:
        statement = {"Sid": self.properties["StatementId"], **self.properties.get("Statement", {})}
        statement.setdefault("Action", self.properties.get("Action", "events:PutEvents"))
        statement.setdefault("Principal", self.properties.get("Principal", "*"))
        statement.setdefault("Effect", "Allow")
        statement.setdefault("Resource", self._bus.arn)
        self._bus.add_policy({"Statement": [statement]})

    def removed(self) -> None:
        self._bus.remove_statement(self.properties["StatementId"])


class Secret(Inert, CloudFormationModel):
    """A secret, with a generated value where the template asks for one."""

    type_name = "AWS::SecretsManager::Secret"
    name_property = "Name"

    @property
    def _backend(self) -> SecretsManagerBackend:
        return secretsmanager_backends[self.account][self.region]

    def applied(self) -> None:
        told = self.properties.get
        self._backend.create_secret(
            self.name,
            self._value(),
            None,
            told("Description"),
            told("Tags"),
            told("KmsKeyId"),
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


class DeclaredSchedule(Inert, CloudFormationModel):
    """A schedule of EventBridge Scheduler; `engine.eventbridge.schedules` fires it."""

    type_name = "AWS::Scheduler::Schedule"
    name_property = "Name"
    attributes: ClassVar = {"Arn": "arn:aws:scheduler:{region}:{account}:schedule/{group}/{name}"}

    @property
    def group(self) -> str:
        return str(self.properties.get("GroupName", "default"))

    def _filled(self, template: str) -> str:
        return template.format(name=self.name, account=self.account, region=self.region, group=self.group)

    @property
    def _group(self) -> ScheduleGroup:
        return scheduler_backends[self.account][self.region].get_schedule_group(self.group)

    def applied(self) -> None:
        declared = self.properties
        self._group.add_schedule(
            Schedule(
                region=self.region,
                account_id=self.account,
                group_name=self.group,
                name=self.name,
                description=declared.get("Description"),
                schedule_expression=declared["ScheduleExpression"],
                schedule_expression_timezone=declared.get("ScheduleExpressionTimezone"),
                flexible_time_window=declared["FlexibleTimeWindow"],
                target=declared["Target"],
                state=declared.get("State"),
                kms_key_arn=declared.get("KmsKeyArn"),
                start_date=None,
                end_date=declared.get("EndDate"),
                action_after_completion=None,
            )
        )

    def removed(self) -> None:
        self._group.schedules.pop(self.name, None)


class DeclaredScheduleGroup(Inert, CloudFormationModel):
    type_name = "AWS::Scheduler::ScheduleGroup"
    name_property = "Name"
    attributes: ClassVar = {"Arn": "arn:aws:scheduler:{region}:{account}:schedule-group/{name}"}

    @property
    def _groups(self) -> dict[str, ScheduleGroup]:
        return scheduler_backends[self.account][self.region].schedule_groups

    def applied(self) -> None:
        self._groups[self.name] = ScheduleGroup(self.region, self.account, self.name)

    def removed(self) -> None:
        self._groups.pop(self.name, None)


class RepairedEventBus(EventBus, CloudFormationModel):
    """moto's bus has no physical id, so that a `Ref` to it gives the object itself."""

    @classmethod
    def create_from_cloudformation_json(cls, *args: Any, **kwargs: Any) -> Any:
        bus = super().create_from_cloudformation_json(*args, **kwargs)
        vars(bus)["physical_resource_id"] = bus.name
        return bus


class RepairedArchive(Archive, CloudFormationModel):
    """An archive's pattern is an object in a template, but moto wants text; and a `Ref` gives its name."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, *args: Any, **kwargs: Any
    ) -> Any:
        properties = cloudformation_json["Properties"]
        if isinstance(properties.get("EventPattern"), dict):
            properties["EventPattern"] = json.dumps(properties["EventPattern"])
        archive = super().create_from_cloudformation_json(resource_name, cloudformation_json, *args, **kwargs)
        vars(archive)["physical_resource_id"] = archive.name
        return archive


class RepairedEventSourceMapping(EventSourceMapping, CloudFormationModel):
    """moto's mapping swallows messages and records the moment they arrive; here `engine` alone polls."""

    @classmethod
    def create_from_cloudformation_json(cls, *args: Any, **kwargs: Any) -> Any:
        mapping = super().create_from_cloudformation_json(*args, **kwargs)
        for queue in sqs_backends[mapping.account_id][mapping.region].queues.values():
            queue.lambda_event_source_mappings.clear()
        for table in dynamodb_backends[mapping.account_id][mapping.region].tables.values():
            table.lambda_event_source_mappings.clear()
        return mapping


class RepairedParameter(Parameter, CloudFormationModel):
    """Tags of a parameter are a map in a template, alone among types; moto wants the usual list."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, *args: Any, **kwargs: Any
    ) -> Any:
        properties = cloudformation_json["Properties"]
        if isinstance(properties.get("Tags"), dict):
            properties["Tags"] = [{"Key": key, "Value": value} for key, value in properties["Tags"].items()]
        return super().create_from_cloudformation_json(resource_name, cloudformation_json, *args, **kwargs)


def supported_types() -> frozenset[str]:
    """Every type that a template may hold here."""
    return frozenset(parsing.get_model_map()) | frozenset(parsing.NULL_MODELS)


def register() -> None:
    """Make moto see the classes of this module: it remembers the list from the first time it looked."""
    for remembered in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        remembered.cache_clear()
