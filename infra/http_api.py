"""The address that webhooks are sent to: one route, throttled, logged, in front of one function."""

import json

from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from constructs import Construct

from infra.function import Function, log_group
from infra.nag import acknowledge
from infra.stage import Stage

ROUTE = "/hooks/{name}"
REQUESTS_PER_SECOND, BURST = 50, 100
"""Of all senders together. A sender that is turned away (429) tries again, except GitHub, whose busiest days of an
organisation stay far below."""
LOGGED = {
    "time": "$context.requestTime",
    "request": "$context.requestId",
    "route": "$context.routeKey",
    "status": "$context.status",
    "milliseconds": "$context.responseLatency",
    "bytes": "$context.responseLength",
    "sender": "$context.identity.sourceIp",
    "error": "$context.integrationErrorMessage",
}
"""Never a path, a header or a body: what is not there cannot leak."""


class HttpApi(Construct):
    """`POST /hooks/{name}`."""

    def __init__(self, scope: Construct, id: str, *, stage: Stage, target: Function) -> None:
        super().__init__(scope, id)
        self.api = apigateway.HttpApi(
            self, "Api", api_name=stage.prefix, description="Webhooks of the value flywheel", create_default_stage=False
        )
        integration = integrations.HttpLambdaIntegration("Intake", target.function)
        (route,) = self.api.add_routes(path=ROUTE, methods=[apigateway.HttpMethod.POST], integration=integration)
        acknowledge(
            route,
            "AwsSolutions-APIG4",
            "A sender proves itself by a signature over the body, which the function checks: no authorizer sees bodies",
        )
        acknowledge(
            target.function,
            "Serverless-LambdaDLQ",
            "Only the HTTP API calls it, and waits for the answer: a sender hears of a failure and sends again",
        )
        self._stage(stage)

    @property
    def url(self) -> str:
        """The address that the name of a hook is put behind."""
        return f"{self.api.api_endpoint}/hooks/"

    def _stage(self, stage: Stage) -> None:
        group = log_group(self, f"/aws/vendedlogs/{stage.prefix}-webhooks", stage.log_retention_days)
        apigateway.CfnStage(
            self,
            "Stage",
            api_id=self.api.api_id,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=apigateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=REQUESTS_PER_SECOND,
                throttling_burst_limit=BURST,
            ),
            access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=group.log_group_arn,
                format=json.dumps(LOGGED, separators=(",", ":")),
            ),
        )
