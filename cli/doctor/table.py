"""Has the table what a stack's own table has, and is its stream the one that the stack reads?"""

from typing import Any

from cli.checks.check import Check, failed, ok, skipped, warning
from cli.doctor.stack import Stack, answer_of, mappings_of
from cli.figures.from_stack import TABLE_OUTPUT
from cli.target import Target
from cli.upkeep.restoring import PROTECTION, lacking

TABLE = "table"
_OWN = "AWS::DynamoDB::Table"


def check_table(target: Target, stack: Stack) -> Check:
    """What is lacking of stream, time to live, recovery and protection; whether anybody reads the stream.

    The protection of a stack's own table is a setting of its stage, and may be off.
    """
    name = stack.outputs.get(TABLE_OUTPUT)
    if name is None:
        return skipped(TABLE, f"the stack has no output {TABLE_OUTPUT}")
    looked = answer_of(TABLE, lambda: _look(target, stack, name))
    if isinstance(looked, Check):
        return looked
    missing, is_read = looked
    lacks = [each for each in missing if each != PROTECTION or not stack.of_type(_OWN)]
    if lacks:
        return warning(TABLE, f"{name} lacks {', '.join(lacks)}", f"flywheel restore {name}")
    if not is_read:
        mend = f"flywheel restore {name}, and make deploy with its lines"
        return failed(TABLE, f"the stack does not read the stream of {name}", mend)
    return ok(TABLE, f"{name}: stream, expiry and recovery are on")


def _look(target: Target, stack: Stack, name: str) -> tuple[list[str], bool]:
    """What the table lacks, and whether what the stack reads is its stream."""
    client = target.client("dynamodb")
    described: dict[str, Any] = client.describe_table(TableName=name)["Table"]
    sources = {str(each["EventSourceArn"]) for each in mappings_of(target, stack)}
    streams = {each for each in sources if ":dynamodb:" in each}
    return lacking(client, described), streams == {described.get("LatestStreamArn")}
