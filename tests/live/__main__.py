"""`make live`: the checks against an account in which the stack was just deployed for them, and what they left.

Region and credentials are those of AWS's own variables and profile. Ends with 1 where a check failed or something was
left, with 2 where nobody could be asked.
"""

import argparse
import os
import secrets
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from shared.aws.region import region_in
from tests.live.account import Account
from tests.live.checks import run_checks
from tests.live.leaving import is_there, left_by


def main() -> int:
    """Check the stack that is named; `--absent` only says whether there is none of that name, `--gone` what is left."""
    parser = argparse.ArgumentParser(prog="python -m tests.live", description=__doc__)
    parser.add_argument("stack")
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--absent", action="store_true", help="end with 1 where a stack of this name is there")
    when.add_argument("--gone", action="store_true", help="take away what the stack left, and end with 1 for the rest")
    asked = parser.parse_args()
    try:
        region = region_in(os.environ) or boto3.Session().region_name
        if region is None:
            return _refused("no region is configured: set AWS_REGION")
        who = boto3.client("sts", region_name=region).get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        return _refused(f"nobody to deploy as ({' '.join(str(error).split())}): set AWS_PROFILE, or aws sso login")
    account = Account(asked.stack, region)
    if asked.absent:
        _say(f"account {who['Account']}, {region}")
        return _absent(account)
    if asked.gone:
        return _gone(account)
    return 1 if run_checks(account, secrets.token_hex(3), _say) else 0


def _absent(account: Account) -> int:
    if not is_there(account):
        return 0
    sys.stderr.write(f"{account.stack} is there already: the live suite takes a stack of its own away again\n")
    return 1


def _gone(account: Account) -> int:
    if is_there(account):
        sys.stderr.write(f"{account.stack} is still there: make destroy STAGE={account.stack.partition('-')[2]}\n")
        return 1
    left = left_by(account)
    for each in left:
        sys.stderr.write(f"left: {each}\n")
    _say(f"{'✗' if left else '✓'} {account.stack} is gone, and {'not ' if left else ''}all that it made")
    return 1 if left else 0


def _refused(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 2


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
