"""Resources that only have to exist: what was declared, and what `Ref` and `Fn::GetAtt` answer."""

from typing import Any, ClassVar

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel

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

    def apply(self) -> None:
        """Have the resource's effects on others when it is created."""

    def removed(self) -> None:
        """Undo the resource's effects on others when it is deleted."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> Any:
        made = cls(resource_name, cloudformation_json.get("Properties", {}), account_id, region_name)
        made.apply()
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
    _inert("AWS::Logs::QueryDefinition", "Name", QueryDefinitionId="{name}"),
    _inert("AWS::SNS::TopicPolicy"),
)
"""Kept here because moto holds the classes weakly."""
