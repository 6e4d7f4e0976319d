"""Facts from a deployed stack's table: the same report as from files."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.aws_errors import transient_reason
from cli.failure import CommandError, WrongInputError
from cli.figures.flywheel_choice import chosen_flywheel
from cli.target import Target
from shared.flywheel.facts.fact import Fact
from shared.flywheel.settings.values import UNASSIGNED, Settings
from shared.store.log.family import load_family
from shared.store.store import Store
from shared.store.table.table import Table

TABLE_OUTPUT = "TableName"


def facts_of_stack(target: Target, asked: str | None, settings: Settings) -> tuple[str, list[Fact]]:
    """The flywheel that is reported, and all facts that its report needs."""
    with telling_errors(target):
        store = store_of(target, outputs_of(target)[TABLE_OUTPUT])
        known = sorted({*store.hints.wheels(), *settings.flywheels})
        flywheel = chosen_flywheel(asked, known)
        return flywheel, load_family(store, flywheel, settings)


def all_facts_of_stack(target: Target, settings: Settings) -> list[tuple[str, list[Fact]]]:
    """Every flywheel that the stack or the settings name, with all facts that its report needs."""
    with telling_errors(target):
        store = store_of(target, outputs_of(target)[TABLE_OUTPUT])
        known = sorted({*store.hints.wheels(), *settings.flywheels} - {UNASSIGNED}) or [UNASSIGNED]
        return [(flywheel, load_family(store, flywheel, settings)) for flywheel in known]


def store_of(target: Target, table: str) -> Store:
    """The store in a stack's table."""
    from cli.not_aws import prepared

    made = Table(table, region=target.region, host=target.typed_endpoint)
    prepared(made.connection.connection.client)
    return Store(made)


def outputs_of(target: Target) -> dict[str, str]:
    """The outputs of the stack; raises CommandError that says which stack was looked for."""
    stacks = target.client("cloudformation").describe_stacks(StackName=target.stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}
    if TABLE_OUTPUT not in outputs:
        raise WrongInputError(f"--stack: {target.stack!r} has no output {TABLE_OUTPUT}: it is no flywheel stack")
    return outputs


def _is_absent(error: Exception) -> bool:
    """Whether CloudFormation says that there is no such stack; it has no code of its own for that."""
    answer = getattr(error, "response", {}).get("Error", {})
    return answer.get("Code") == "ValidationError" and "does not exist" in str(answer.get("Message"))


@contextmanager
def telling_errors(target: Target) -> Iterator[None]:
    """AWS's errors as one sentence each."""
    from botocore.exceptions import BotoCoreError, ClientError
    from pynamodb.exceptions import PynamoDBException

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        if _is_absent(error):
            where = target.endpoint_url or target.region or "the configured region"
            raise WrongInputError(
                f"--stack: no {target.stack!r} in {where}; --stack or --region names another"
            ) from error
        raise CommandError(transient_reason(error, f"stack {target.stack}")) from error
    except PynamoDBException as error:
        cause = getattr(error, "cause", None)
        raise CommandError(transient_reason(cause or error, f"table of {target.stack}")) from error
