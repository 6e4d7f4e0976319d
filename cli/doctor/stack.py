"""Is somebody signed in, is the stack there, are its dead-letter queues empty, does it hold Slack's token?"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from cli.aws_errors import transient_reason
from cli.checks.check import Check, failed, ok, skipped, warning
from cli.failure import CommandError, CredentialsError
from cli.target import Target
from shared.flywheel.wording import count_of
from shared.slack.token import Credentials, credentials_in

CREDENTIALS, STACK, DEAD_LETTERS, TOKEN = "credentials", "stack", "dead letters", "Slack token"
REACHING = "reaching AWS"
"""What is wrong where the credentials are not."""
_WORKING = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")

_BOOTSTRAPPED = "/cdk-bootstrap/hnb659fds/version"
"""The parameter that `cdk bootstrap` leaves, and that a deployment from a clone asks for."""


class Stack(Struct, frozen=True):
    """A stack that was found: its outputs, and its resources as (logical id, type, physical id)."""

    outputs: Mapping[str, str]
    resources: tuple[tuple[str, str, str], ...]

    def of_type(self, type_: str) -> list[str]:
        """The physical ids of the resources of a type."""
        return [physical for _, each, physical in self.resources if each == type_]


def check_credentials(target: Target) -> Check:
    """Check who asks AWS; nothing else can be looked at without."""
    asked = answer_of(CREDENTIALS, lambda: target.client("sts").get_caller_identity())
    if isinstance(asked, Check):
        return asked
    return ok(CREDENTIALS, f"account {asked['Account']} as {asked['Arn'].rpartition(':')[2]}")


def check_stack(target: Target) -> tuple[Stack | None, Check]:
    """Whether the stack is deployed and settled."""
    client = target.client("cloudformation")
    try:
        described = client.describe_stacks(StackName=target.stack)["Stacks"][0]
        # DescribeStackResources would tell of a hundred at most.
        pages = client.get_paginator("list_stack_resources").paginate(StackName=target.stack)
        resources = [each for page in pages for each in page["StackResourceSummaries"]]
    except (ClientError, BotoCoreError) as error:
        mend = f"{_deploying(target)}, or name another with --stack or --region"
        return None, failed(STACK, f"{target.stack}: {_error_text(error)}", mend)
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    stack = Stack(
        outputs,
        tuple(
            (each["LogicalResourceId"], each["ResourceType"], each.get("PhysicalResourceId", "")) for each in resources
        ),
    )
    if described["StackStatus"] not in _WORKING:
        return stack, failed(STACK, f"{target.stack} is {described['StackStatus']}", "make deploy")
    return stack, ok(STACK, f"{target.stack} is {described['StackStatus']}")


def _deploying(target: Target) -> str:
    """What deploys a stack from here: first of all the CDK's own bucket and roles, where the account has none."""
    try:
        target.client("ssm").get_parameter(Name=_BOOTSTRAPPED)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return "make bootstrap (once per account and Region), then make deploy"
    except BotoCoreError:
        pass  # what keeps AWS from answering was told by the question before
    return "make deploy"


def mappings_of(target: Target, stack: Stack) -> list[dict[str, Any]]:
    """The event source mappings of the stack, as Lambda tells of them."""
    client = target.client("lambda")
    return [client.get_event_source_mapping(UUID=each) for each in stack.of_type("AWS::Lambda::EventSourceMapping")]


def check_dead_letters(target: Target, stack: Stack) -> tuple[list[Check], int]:
    """Deliveries that failed again and again wait in queues that nobody reads; also how many there are."""
    queues = [url for name, type_, url in stack.resources if type_ == "AWS::SQS::Queue" and _is_dead(name)]
    waiting: dict[str, int] = {}
    for url in queues:
        asked = answer_of(DEAD_LETTERS, partial(_depth, target, url))
        if isinstance(asked, Check):
            return [asked], 0
        waiting[url.rpartition("/")[2]] = asked
    full = {name: count for name, count in waiting.items() if count}
    if not full:
        return [ok(DEAD_LETTERS, f"{len(queues)} queues, all empty")], 0
    checks = [
        warning(
            DEAD_LETTERS,
            f"{name} holds {count_of(count, 'message')}",
            "flywheel redrive, once its cause is mended; flywheel redrive --dry-run lists them",
        )
        for name, count in full.items()
    ]
    return checks, sum(full.values())


def check_token(target: Target, stack: Stack) -> tuple[Credentials | None, Check]:
    """Whether the secret holds a bot token; what else it holds."""
    arn = stack.outputs.get("SlackSecretArn")
    if arn is None:
        return None, skipped(TOKEN, "the stack has no output SlackSecretArn")
    mend = "flywheel slack setup"
    asked = answer_of(TOKEN, partial(_secret, target, arn))
    if isinstance(asked, Check):
        return None, asked
    if not asked:
        return None, warning(TOKEN, "the secret is empty: messages wait", mend)
    credentials = credentials_in(asked)
    if not credentials.token.startswith("xoxb-"):
        return None, warning(TOKEN, "the secret holds no bot token: messages wait", mend)
    return credentials, ok(TOKEN, "there is one")


def _secret(target: Target, arn: str) -> str:
    """What the secret holds; nothing where no value was ever put."""
    try:
        answer = target.client("secretsmanager").get_secret_value(SecretId=arn)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return ""
        raise
    return str(answer.get("SecretString") or "").strip()


def _depth(target: Target, url: str) -> int:
    answer = target.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def _is_dead(logical_id: str) -> bool:
    return any(word in logical_id.lower() for word in ("dead", "failure", "undelivered"))


def answer_of(name: str, ask: Callable[[], Any]) -> Any:
    """AWS's answer, or the check that failed for want of one."""
    try:
        return ask()
    except CommandError as error:
        return _check_of(name, error)
    except (ClientError, BotoCoreError) as error:
        return _check_of(name, _as_command_error(error, name))


def _as_command_error(error: Exception, name: str) -> CommandError:
    try:
        return CommandError(transient_reason(error, name))
    except CommandError as known:
        return known


def _check_of(name: str, error: CommandError) -> Check:
    """A sentence of what is wrong and what mends it, as a check: it is of credentials only where they are wrong."""
    reason, _, mend = error.message.removeprefix(f"{name}: ").partition("; ")
    other = name == CREDENTIALS and not isinstance(error, CredentialsError)
    return failed(REACHING if other else name, reason, mend or "try again")


def _error_text(error: Exception) -> str:
    answer = getattr(error, "response", None)
    return " ".join((f"{answer['Error']['Code']}: {answer['Error']['Message']}" if answer else str(error)).split())
