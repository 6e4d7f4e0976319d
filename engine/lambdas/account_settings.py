"""Lambda's GetAccountSettings, which moto does not answer: how many executions the account may run at once.

https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from unittest.mock import patch

from moto.awslambda.models import lambda_backends
from moto.awslambda.urls import url_paths
from moto.core.responses import BaseResponse

PATH: Final = "{0}/2016-08-19/account-settings/?$"
EXECUTIONS: Final = 1_000
"""The quota of most accounts; a new one may have ten."""


class AccountSettings(BaseResponse):
    """Answers with the quota, and with what of it no function has reserved."""

    executions = EXECUTIONS

    def __init__(self) -> None:
        super().__init__(service_name="lambda")

    def get_account_settings(self) -> str:
        functions = list(lambda_backends[self.current_account][self.region].list_functions())
        reserved = sum(int(each.reserved_concurrency or 0) for each in functions)
        limit = {
            "ConcurrentExecutions": self.executions,
            "UnreservedConcurrentExecutions": self.executions - reserved,
        }
        return json.dumps({"AccountLimit": limit, "AccountUsage": {"FunctionCount": len(functions)}})


@contextmanager
def account_of(executions: int) -> Iterator[None]:
    """An account with this quota, for as long as this lasts."""
    with patch.object(AccountSettings, "executions", executions):
        yield


url_paths.setdefault(PATH, AccountSettings.dispatch)
