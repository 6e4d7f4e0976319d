"""HTTP APIs: from a request through the deployed routes to a function, in payload format 2.0, and back.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from moto.apigatewayv2.models import Api, Route, apigatewayv2_backends

from engine.account.cloud import Cloud
from engine.clock import Clock, epoch_millis
from engine.http_api.authorizing import Caller, caller_of
from engine.iam.policies import Access, is_allowed
from engine.lambdas.invoking import Lambdas

LARGEST_BODY: Final = 10 * 1000 * 1000
LARGEST_PAYLOAD: Final = 6 * 1024 * 1024
"""Bytes of the largest body that an HTTP API takes, and of the largest event of a function."""
_STAGE: Final = "$default"
_BY_IAM: Final = "AWS_IAM"
_TEXTS: Final = ("text/", "application/json", "application/javascript", "application/xml")
"""Content types whose bodies reach a function as text, not in base64."""

Headers = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """The answer that a caller of the API gets."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class HttpApis:
    """Every HTTP API that is deployed."""

    cloud: Cloud
    clock: Clock
    lambdas: Lambdas
    new_id: Callable[[], str]

    def request(self, method: str, target: str, headers: Headers, body: bytes) -> Answer:
        """Send a request to whichever API has a route for it; a route with fewer parameters goes first."""
        if len(body) > LARGEST_BODY:
            return _error(413, "Request Entity Too Large")
        parts = urlsplit(target)
        fitting = sorted(self._routes(method, parts.path), key=lambda each: len(each[2]))
        for api, route, parameters in fitting:
            request = _Request(method, parts.path, parts.query, _joined(headers), body, parameters)
            if route.authorization_type == _BY_IAM:
                return self._if_allowed(api, route, request)
            return self._to_function(api, route, request)
        return _error(404, "Not Found")

    def _routes(self, method: str, path: str) -> Iterator[tuple[Api, Route, dict[str, str]]]:
        backend = apigatewayv2_backends[self.cloud.account][self.cloud.region]
        for api in backend.get_apis():
            if _STAGE in api.stages:
                for route in api.routes.values():
                    parameters = _matched(route.route_key, method, path)
                    if parameters is not None:
                        yield api, route, parameters

    def _if_allowed(self, api: Api, route: Route, request: "_Request") -> Answer:
        """Ask IAM first; who is refused hears no more than that."""
        caller = caller_of(self.cloud, request.headers, self.clock.now())
        called = self.cloud.place.arn("execute-api", f"{api.api_id}/{_STAGE}/{request.method}{request.path}")
        if caller is None or not caller.may(Access("execute-api:Invoke", called)):
            return _error(403, "Forbidden")
        return self._to_function(api, route, replace(request, caller=caller))

    def _to_function(self, api: Api, route: Route, request: "_Request") -> Answer:
        integration = api.integrations[route.target.partition("/")[2]]
        function = str(integration.integration_uri)
        if integration.payload_format_version != "2.0" or not self._may_invoke(api, route, function):
            return _error(500, "Internal Server Error")
        payload = request.payload(api, route, self)
        if len(json.dumps(payload).encode()) > LARGEST_PAYLOAD:
            return _error(413, "Request Entity Too Large")
        invocation = self.lambdas.invoke(function, payload)
        return _error(500, "Internal Server Error") if invocation.failure else _answer(invocation.result)

    def _may_invoke(self, api: Api, route: Route, function: str) -> bool:
        """Whether the function's own policy lets API Gateway call it for this route."""
        deployed = self.cloud.function(function)
        method, _, path = route.route_key.partition(" ")
        source = self.cloud.place.arn("execute-api", f"{api.api_id}/{_STAGE}/{method}{path}")
        access = Access(
            "lambda:InvokeFunction",
            f"{function}:$LATEST",
            principal="apigateway.amazonaws.com",
            context={"aws:SourceArn": source, "AWS:SourceArn": source},
        )
        plain = Access(access.action, function, access.principal, access.context)
        statements = deployed.policy.statements if deployed is not None else []
        return is_allowed(statements, access) or is_allowed(statements, plain)


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    parameters: dict[str, str]
    caller: Caller | None = None

    def payload(self, api: Api, route: Route, apis: HttpApis) -> dict[str, Any]:
        """The event of payload format 2.0."""
        now = apis.clock.now()
        as_text = self._text()
        payload: dict[str, Any] = {
            "version": "2.0",
            "routeKey": route.route_key,
            "rawPath": self.path,
            "rawQueryString": self.query,
            "headers": self.headers,
            "requestContext": {
                "accountId": apis.cloud.account,
                "apiId": api.api_id,
                "domainName": f"{api.api_id}.execute-api.{apis.cloud.region}.amazonaws.com",
                "domainPrefix": api.api_id,
                "http": {
                    "method": self.method,
                    "path": self.path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                    "userAgent": self.headers.get("user-agent", ""),
                },
                "requestId": apis.new_id(),
                "routeKey": route.route_key,
                "stage": _STAGE,
                "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
                "timeEpoch": int(epoch_millis(now)),
            },
            "isBase64Encoded": as_text is None,
        }
        if self.caller is not None:
            payload["requestContext"]["authorizer"] = {
                "iam": {
                    "accessKey": self.caller.key,
                    "accountId": apis.cloud.account,
                    "userArn": self.caller.arn,
                }
            }
        if self.parameters:
            payload["pathParameters"] = self.parameters
        if self.query:
            payload["queryStringParameters"] = dict(parse_qsl(self.query, keep_blank_values=True))
        if self.body:
            payload["body"] = base64.b64encode(self.body).decode() if as_text is None else as_text
        return payload

    def _text(self) -> str | None:
        """The body as text, or None where it goes in base64."""
        if self.body and not self.headers.get("content-type", "application/octet-stream").lower().startswith(_TEXTS):
            return None
        try:
            return self.body.decode()
        except UnicodeDecodeError:
            return None


def _joined(headers: Headers) -> dict[str, str]:
    """Names in lower case; a header that comes again is joined with a comma."""
    joined: dict[str, str] = {}
    for name, value in headers.items() if isinstance(headers, Mapping) else headers:
        key = name.lower()
        joined[key] = f"{joined[key]},{value}" if key in joined else value
    return joined


def _matched(route_key: str, method: str, path: str) -> dict[str, str] | None:
    """The path's parameters where the route is for it."""
    if route_key == "$default":
        return {}
    wanted, _, pattern = route_key.partition(" ")
    match = _regex(pattern).fullmatch(path) if wanted in {"ANY", method} else None
    return {name: unquote(value) for name, value in match.groupdict().items()} if match else None


@lru_cache(maxsize=256)
def _regex(pattern: str) -> re.Pattern[str]:
    """`/hooks/{name}`; `{name+}` takes what is left."""
    parts = re.split(r"(\{\w+\+?\})", pattern)
    return re.compile("".join(_part(part) for part in parts))


def _part(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    return f"(?P<{part[1:-2]}>.+)" if part.endswith("+}") else f"(?P<{part[1:-1]}>[^/]+)"


def _answer(result: Any) -> Answer:
    """The answer that a function's result stands for; one without a status is the body of a 200."""
    if not isinstance(result, dict) or "statusCode" not in result:
        return Answer(200, {"content-type": "application/json"}, json.dumps(result).encode())
    body = str(result.get("body") or "")
    raw = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
    return Answer(int(result["statusCode"]), dict(result.get("headers") or {}), raw)


def _error(status: int, message: str) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps({"message": message}).encode())
