"""HTTP APIs of a template as moto's own: it has the API Gateway calls for them, and no CloudFormation types."""

import hashlib
from typing import Any, ClassVar

from moto.apigatewayv2.models import Api, ApiGatewayV2Backend, apigatewayv2_backends
from moto.core.common_models import CloudFormationModel

from engine.cloudformation.inert import Inert


class _OfHttpApi(Inert):
    """A resource whose physical id API Gateway chooses."""

    id: str = ""

    @property
    def _backend(self) -> ApiGatewayV2Backend:
        return apigatewayv2_backends[self.account][self.region]

    @property
    def _api(self) -> Api:
        return self._backend.get_api(self.properties["ApiId"])

    @property
    def physical_resource_id(self) -> str:
        return self.id


class HttpApi(_OfHttpApi, CloudFormationModel):
    """Its id comes from its name and stays through updates: a restart or a deployment keeps the address."""

    type_name = "AWS::ApiGatewayV2::Api"
    attributes: ClassVar = {
        "ApiId": "{id}",
        "ApiEndpoint": "https://{id}.execute-api.{region}.amazonaws.com",
    }

    def _filled(self, template: str) -> str:
        return template.format(id=self.id, region=self.region)

    def apply(self) -> None:
        declared = self.properties
        api = self._backend.create_api(
            "", "", declared.get("Description", ""), "", "", declared["Name"], declared["ProtocolType"], "", {}, ""
        )
        self._backend.apis.pop(api.api_id)
        self.id = api.api_id = hashlib.sha256(declared["Name"].encode()).hexdigest()[:10]
        self._backend.apis[self.id] = api

    def removed(self) -> None:
        self._backend.apis.pop(self.id or self.name, None)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,  # noqa: ARG003  the name stays
        cloudformation_json: Any,
        *_: str,
        **__: str,
    ) -> Any:
        original_resource.properties = cloudformation_json.get("Properties", {})
        return original_resource


class HttpIntegration(_OfHttpApi, CloudFormationModel):
    type_name = "AWS::ApiGatewayV2::Integration"

    def apply(self) -> None:
        declared = self.properties
        made = self._api.create_integration(
            connection_type="INTERNET",
            description=declared.get("Description", ""),
            integration_method=declared.get("IntegrationMethod", "POST"),
            integration_type=declared["IntegrationType"],
            integration_uri=declared["IntegrationUri"],
            payload_format_version=declared.get("PayloadFormatVersion"),
        )
        self.id = str(made.id)

    def removed(self) -> None:
        self._api.integrations.pop(self.id, None)


class HttpRoute(_OfHttpApi, CloudFormationModel):
    type_name = "AWS::ApiGatewayV2::Route"

    def apply(self) -> None:
        declared = self.properties
        made = self._api.create_route(
            api_key_required=False,
            authorization_scopes=[],
            route_key=declared["RouteKey"],
            target=declared["Target"],
            authorization_type=declared.get("AuthorizationType"),
        )
        self.id = str(made.route_id)

    def removed(self) -> None:
        self._api.routes.pop(self.id, None)


class HttpStage(_OfHttpApi, CloudFormationModel):
    type_name = "AWS::ApiGatewayV2::Stage"

    def apply(self) -> None:
        declared = self.properties
        self.id = str(declared["StageName"])
        self._api.create_stage({"stageName": self.id, "autoDeploy": declared.get("AutoDeploy")})

    def removed(self) -> None:
        self._api.stages.pop(self.id, None)
