"""The address of the stack: webhooks come in, boards and answers go out. Throttled and logged, each route by itself."""

import json
from collections.abc import Sequence
from typing import Literal, cast

from aws_cdk import CfnElement, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from constructs import Construct

from infra.function import Function, log_group
from infra.nag import acknowledge
from infra.stage import Stage

HOOKS, BOARDS, REPORTS, EVENTS, SLACK = (
    "/hooks/{name}",
    "/board/{flywheel}",
    "/report/{file}",
    "/events/{key}",
    "/slack",
)
REQUESTS_PER_SECOND, BURST = 50, 100
"""Of all senders together. A sender that is turned away (429) tries again, except GitHub, whose busiest days of an
organisation stay far below."""
LOOKS_PER_SECOND, LOOKS_BURST = 10, 20
"""Of all who look, at each route: who guesses at links takes no execution away from those who send."""
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
    """One API with one stage; routes are added to it by who makes the functions."""

    def __init__(self, scope: Construct, id: str, *, stage: Stage) -> None:
        super().__init__(scope, id)
        self.api = apigateway.HttpApi(
            self, "Api", api_name=stage.prefix, description="Webhooks of the value flywheel", create_default_stage=False
        )
        self.logs = log_group(self, f"/aws/vendedlogs/{stage.prefix}-webhooks", stage.log_retention_days)
        self._stage = self._made_stage()

    def url(self, path: str) -> str:
        """The address of a path that begins with `/`."""
        return f"{self.api.api_endpoint}{path}"

    @property
    def logical_id(self) -> str:
        """The API's name in the template."""
        return Stack.of(self).get_logical_id(cast("CfnElement", self.api.node.default_child))

    def arn(self, method: str, path: str) -> str:
        """What `execute-api:Invoke` is allowed on; `*` stands for any part of a path."""
        return Stack.of(self).format_arn(
            service="execute-api", resource=self.api.api_id, resource_name=f"$default/{method}{path}"
        )

    def takes_webhooks(self, target: Function) -> None:
        """`POST /hooks/{name}`: to whoever signs what it sends."""
        for route in self._routes(HOOKS, ["POST"], target, "Intake"):
            acknowledge(
                route,
                "AwsSolutions-APIG4",
                "A sender proves itself by a signature over the body, which the function checks: no authorizer sees it",
            )

    def hears_slack(self, target: Function) -> None:
        """`POST /slack`: to Slack, which signs what people do there."""
        for route in self._routes(SLACK, ["POST"], target, "Slack", throttled=True):
            acknowledge(
                route,
                "AwsSolutions-APIG4",
                "Slack proves itself by a signature over the body, which the function checks: no authorizer sees it",
            )

    def shows_boards(self, target: Function) -> None:
        """`GET` and `HEAD /board/{flywheel}`: to whoever was given a signed link."""
        for route in self._routes(BOARDS, ["GET", "HEAD"], target, "Board", throttled=True):
            acknowledge(
                route,
                "AwsSolutions-APIG4",
                "Who looks was given a link whose signature the function checks: readers of Slack have no AWS account",
            )

    def answers(self, path: str, target: Function, name: str) -> None:
        """`GET` of a path, to whom IAM allows `execute-api:Invoke` on it."""
        self._routes(path, ["GET"], target, name, throttled=True, authorizer=authorizers.HttpIamAuthorizer())

    def _routes(  # noqa: PLR0913  one setting each
        self,
        path: str,
        methods: Sequence[Literal["GET", "HEAD", "POST"]],
        target: Function,
        name: str,
        *,
        throttled: bool = False,
        authorizer: apigateway.IHttpRouteAuthorizer | None = None,
    ) -> list[apigateway.HttpRoute]:
        routes = self.api.add_routes(
            path=path,
            methods=[apigateway.HttpMethod[method] for method in methods],
            integration=integrations.HttpLambdaIntegration(name, target.function),
            authorizer=authorizer,
        )
        for route in routes:
            # A stage's settings of a route are refused as long as there is no such route.
            self._stage.node.add_dependency(route)
        if throttled:
            for method in methods:
                self._throttle(f"{method} {path}")
        return routes

    def _throttle(self, route: str) -> None:
        self._stage.add_property_override(
            f"RouteSettings.{route}", {"ThrottlingRateLimit": LOOKS_PER_SECOND, "ThrottlingBurstLimit": LOOKS_BURST}
        )

    def _made_stage(self) -> apigateway.CfnStage:
        return apigateway.CfnStage(
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
                destination_arn=self.logs.log_group_arn,
                format=json.dumps(LOGGED, separators=(",", ":")),
            ),
        )


def only_asked(function: Function) -> None:
    """Why a function that only the API calls has no dead-letter queue."""
    acknowledge(
        function.function,
        "Serverless-LambdaDLQ",
        "Only who waits for its answer calls it: whoever asks hears of a failure and asks again",
    )
