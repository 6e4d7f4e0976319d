"""Who sends a PutEvents request, and whether they may speak as these sources: by their own policies and the bus's.

A key that moto gave to a user or a role is judged; any other stands for the account itself, who may do everything, as
everywhere in moto. Functions are judged by their roles before their calls leave them (`engine.iam.permissions`).
"""

from collections.abc import Sequence

from engine.account.cloud import Cloud
from engine.eventbridge.entries import Entry
from engine.iam.calls import accesses_of
from engine.iam.permissions import spoken_by
from engine.iam.policies import is_allowed, is_denied


def refusal_of_sender(cloud: Cloud, key: str, entries: Sequence[Entry]) -> str | None:
    """Why EventBridge refuses the whole request; None where the holder of the key may send it."""
    holder, principal = cloud.holder_of_key(key), cloud.principal_of_key(key)
    if holder is None or principal is None:
        return None
    named, statements = holder
    guards = cloud.bus_statements()
    for access in accesses_of("events", "PutEvents", {"Entries": entries}, cloud.place):
        who = f"User: {named} is not authorized to perform: {access.action} on resource: {access.resource}"
        if is_denied(guards, spoken_by(principal, access)):
            return f"{who} with an explicit deny in a resource-based policy"
        if not is_allowed(statements, access):
            return f"{who} because no identity-based policy allows the {access.action} action"
    return None
