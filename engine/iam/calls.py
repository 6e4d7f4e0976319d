"""Permissions that AWS calls need: from the SDK's operation and parameters to IAM actions and resource ARNs.

Follows the Service Authorization Reference for the services the handlers call; any other operation is judged as
`service:Operation` on `*`, which only a wildcard resource allows.
https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlparse

from engine.iam.policies import Access

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """The account and Region that a call goes to: they complete the ARNs."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


def accesses_of(service: str, operation: str, params: Params, place: Place) -> list[Access]:
    """Every (action, resource) that IAM would judge for this call."""
    resolve = _RESOLVERS.get(service)
    if resolve is None:
        return [Access(f"{service}:{operation}", "*")]
    return list(resolve(operation, params, place))


_TRANSACTION_ACTIONS: Final = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


def _dynamodb(operation: str, params: Params, place: Place) -> Iterator[Access]:
    if operation in {"BatchGetItem", "BatchWriteItem"}:
        for table in params["RequestItems"]:
            yield Access(f"dynamodb:{operation}", _table_arn(table, place))
    elif operation in {"TransactWriteItems", "TransactGetItems"}:
        for item in params["TransactItems"]:
            for verb, body in item.items():
                yield Access(f"dynamodb:{_TRANSACTION_ACTIONS[verb]}", _table_arn(body["TableName"], place))
    elif "TableName" in params:
        arn = _table_arn(params["TableName"], place)
        index = params.get("IndexName")
        yield Access(
            f"dynamodb:{operation}", f"{arn}/index/{index}" if index else arn, context=_leading_key(params, place)
        )
    else:
        yield Access(f"dynamodb:{operation}", "*")


def _leading_key(params: Params, place: Place) -> dict[str, str]:
    """`dynamodb:LeadingKeys` of a call that names one item by its key, or has it as a whole."""
    from moto.dynamodb.models import dynamodb_backends  # noqa: PLC0415  a function's own process has no table to look at

    table = dynamodb_backends[place.account][place.region].tables.get(params["TableName"].rpartition("/")[2])
    named = (params.get("Key") or params.get("Item") or {}).get(table.hash_key_attr) if table is not None else None
    return {} if named is None else {"dynamodb:LeadingKeys": str(next(iter(named.values())))}


def _table_arn(table: str, place: Place) -> str:
    return table if table.startswith("arn:") else place.arn("dynamodb", f"table/{table}")


def _sqs(operation: str, params: Params, place: Place) -> Iterator[Access]:
    action = f"sqs:{operation.removesuffix('Batch')}"
    if "QueueUrl" in params:
        account, _, name = urlparse(params["QueueUrl"]).path.strip("/").partition("/")
        yield Access(action, f"arn:aws:sqs:{place.region}:{account}:{name}")
    elif "QueueName" in params:
        yield Access(action, place.arn("sqs", params["QueueName"]))
    else:
        yield Access(action, "*")


def _events(operation: str, params: Params, place: Place) -> Iterator[Access]:
    if operation != "PutEvents":
        yield Access(f"events:{operation}", "*")
        return
    for entry in params["Entries"]:
        bus = entry.get("EventBusName") or "default"
        arn = bus if bus.startswith("arn:") else place.arn("events", f"event-bus/{bus}")
        context = {"events:source": str(entry.get("Source")), "events:detail-type": str(entry.get("DetailType"))}
        yield Access("events:PutEvents", arn, context=context)


def _secrets(operation: str, params: Params, place: Place) -> Iterator[Access]:
    from moto.secretsmanager.models import secretsmanager_backends  # noqa: PLC0415  as above

    named = str(params.get("SecretId", "*"))
    arn = named if named.startswith("arn:") or named == "*" else place.arn("secretsmanager", f"secret:{named}")
    yield Access(f"secretsmanager:{operation}", arn)
    secret = secretsmanager_backends[place.account][place.region].secrets.get(named)
    if operation == "GetSecretValue":
        yield from _by_key(getattr(secret, "kms_key_id", None), "kms:Decrypt", "secretsmanager", place)


def _parameters(operation: str, params: Params, place: Place) -> Iterator[Access]:
    from moto.ssm.models import ssm_backends  # noqa: PLC0415  as above

    names = params.get("Names") or [params.get("Name") or params.get("Path") or "*"]
    for name in names:
        yield Access(f"ssm:{operation}", place.arn("ssm", f"parameter/{name.lstrip('/')}"))
        if operation == "PutParameter":
            yield from _by_key(params.get("KeyId"), "kms:Encrypt", "ssm", place)
        elif params.get("WithDecryption"):
            parameter = ssm_backends[place.account][place.region].get_parameter(name)
            yield from _by_key(getattr(parameter, "keyid", None), "kms:Decrypt", "ssm", place)


def _by_key(key: str | None, action: str, service: str, place: Place) -> Iterator[Access]:
    """What a service does in the caller's name with a key of the account's own; AWS's keys have aliases."""
    if key is not None and key.startswith("arn:"):
        yield Access(action, key, context={"kms:ViaService": f"{service}.{place.region}.amazonaws.com"})


def _named(service: str, parameter: str, prefix: str) -> Callable[[str, Params, Place], Iterator[Access]]:
    """Services whose calls name one resource by ARN or by plain name."""

    def resolve(operation: str, params: Params, place: Place) -> Iterator[Access]:
        name = str(params.get(parameter, "*"))
        arn = name if name.startswith("arn:") or name == "*" else place.arn(service, f"{prefix}{name}")
        yield Access(f"{service}:{_ACTION_NAMES.get((service, operation), operation)}", arn)

    return resolve


def _workloads(operation: str, params: Params, place: Place) -> Iterator[Access]:
    """All of them but the list of workloads name one."""
    named = params.get("WorkloadId")
    arn = place.arn("wellarchitected", f"workload/{named}") if named else "*"
    yield Access(f"wellarchitected:{operation}", arn)


_ACTION_NAMES: Final = {("lambda", "Invoke"): "InvokeFunction", ("sns", "PublishBatch"): "Publish"}

_RESOLVERS: Final[dict[str, Callable[[str, Params, Place], Iterator[Access]]]] = {
    "dynamodb": _dynamodb,
    "sqs": _sqs,
    "events": _events,
    "secretsmanager": _secrets,
    "ssm": _parameters,
    "sns": _named("sns", "TopicArn", ""),
    "lambda": _named("lambda", "FunctionName", "function:"),
    "kms": _named("kms", "KeyId", "key/"),
    "wellarchitected": _workloads,
}
