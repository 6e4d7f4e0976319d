"""`make live`: the checks against an account in which the stack was just deployed for them.

Region and credentials are those of AWS's own variables and profile. Ends with 1 where a check failed.
"""

import argparse
import os
import secrets
import sys

import boto3

from shared.aws.region import region_in
from tests.live.account import Account
from tests.live.checks import run_checks


def main() -> int:
    """Check the stack that is named; `--absent` only says whether there is none of that name."""
    parser = argparse.ArgumentParser(prog="python -m tests.live", description=__doc__)
    parser.add_argument("stack")
    parser.add_argument("--absent", action="store_true", help="end with 1 where a stack of this name is there")
    asked = parser.parse_args()
    region = region_in(os.environ) or boto3.Session().region_name
    if region is None:
        sys.stderr.write("no region is configured: set AWS_REGION\n")
        return 2
    if asked.absent:
        return _absent(asked.stack, region)
    failed = run_checks(Account(asked.stack, region), secrets.token_hex(3), _say)
    return 1 if failed else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _absent(stack: str, region: str) -> int:
    client = boto3.client("cloudformation", region_name=region)
    for page in client.get_paginator("list_stacks").paginate():
        if any(
            each["StackName"] == stack and each["StackStatus"] != "DELETE_COMPLETE" for each in page["StackSummaries"]
        ):
            sys.stderr.write(f"{stack} is there already: the live suite takes a stack of its own away again\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
