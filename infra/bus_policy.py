"""Who may put what on the bus: other accounts or the organisation, and as whom only our own roles may speak."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam

from infra.bus import OUR_OWN, PROVEN, PUT_EVENTS, speaks_not_as


def let_in(bus: events.EventBus, *, accounts: Sequence[str], organisation: str | None) -> None:
    """Nobody but this account without either; no one may speak as the flywheel itself, a webhook or Slack."""
    if accounts:
        _allow(bus, "Accounts", [iam.AccountPrincipal(account) for account in accounts], {})
    if organisation:
        _allow(bus, "Organisation", [iam.AnyPrincipal()], {"StringEquals": {"aws:PrincipalOrgID": organisation}})


def keep_out_impostors(bus: events.EventBus, *, publishers: Sequence[iam.IRole]) -> None:
    """Deny sources that are proven, or the system's own, to everybody but these roles.

    A role of this account needs no word of the bus to put events on it, only its own policy: without this any role
    with `events:PutEvents` could speak as a webhook. A deny wins over whatever such a policy allows.
    """
    bus.add_to_resource_policy(
        iam.PolicyStatement(
            sid="Impostors",
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=[PUT_EVENTS],
            resources=[bus.event_bus_arn],
            conditions={
                "ForAnyValue:StringLike": {"events:source": [*OUR_OWN, *PROVEN]},
                "ArnNotEquals": {"aws:PrincipalArn": [role.role_arn for role in publishers]},
            },
        )
    )


def _allow(
    bus: events.EventBus, who: str, principals: Sequence[iam.IPrincipal], conditions: Mapping[str, Mapping[str, Any]]
) -> None:
    bus.add_to_resource_policy(
        iam.PolicyStatement(
            sid=who,
            principals=list(principals),
            actions=[PUT_EVENTS],
            resources=[bus.event_bus_arn],
            conditions={**speaks_not_as(*OUR_OWN, *PROVEN), **conditions},
        )
    )
