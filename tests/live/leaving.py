"""What a stack leaves behind: what its functions and the checks made, which CloudFormation knows nothing of."""

from collections.abc import Iterator

from tests.live.account import Account


def is_there(account: Account) -> bool:
    """Whether there is a stack of this name, in whatever state."""
    pages = account.client("cloudformation").get_paginator("list_stacks").paginate()
    stacks = (each for page in pages for each in page["StackSummaries"])
    return any(each["StackName"] == account.stack and each["StackStatus"] != "DELETE_COMPLETE" for each in stacks)


def left_by(account: Account) -> list[str]:
    """What is still there of a stack that is gone. Parameters of its functions (the key of links) are taken away."""
    ssm = account.client("ssm")
    for name in account.all_parameters():
        ssm.delete_parameter(Name=name)
    return list(_left(account))


def _left(account: Account) -> Iterator[str]:
    """Whatever bears the stack's name and costs, or would be in the way of the next one."""
    stack = account.stack
    yield from (f"parameter {name}" for name in account.all_parameters())
    tables = account.client("dynamodb").get_paginator("list_tables").paginate()
    yield from (f"table {name}" for page in tables for name in page["TableNames"] if name.startswith(stack))
    queues = account.client("sqs").list_queues(QueueNamePrefix=f"{stack}-").get("QueueUrls", [])
    yield from (f"queue {url}" for url in queues)
    buses = account.client("events").list_event_buses(NamePrefix=stack)["EventBuses"]
    yield from (f"bus {bus['Name']}" for bus in buses)
    functions = account.client("lambda").get_paginator("list_functions").paginate()
    names = (each["FunctionName"] for page in functions for each in page["Functions"])
    yield from (f"function {name}" for name in names if name.startswith(f"{stack}-"))
    groups = account.client("logs").get_paginator("describe_log_groups")
    for prefix in (f"/aws/lambda/{stack}-", stack):
        pages = groups.paginate(logGroupNamePrefix=prefix)
        yield from (f"log group {each['logGroupName']}" for page in pages for each in page["logGroups"])
    secrets = account.client("secretsmanager").get_paginator("list_secrets").paginate()
    names = (each["Name"] for page in secrets for each in page["SecretList"])
    yield from (f"secret {name}" for name in names if name.startswith(stack))
