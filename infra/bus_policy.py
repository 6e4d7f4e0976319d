"""Other accounts, or the whole organisation, may put events on the bus: by their pipelines or by rules of theirs."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam

from infra.bus import OUR_OWN, PROVEN


def let_in(bus: events.EventBus, *, accounts: Sequence[str], organisation: str | None) -> None:
    """Nobody but this account without either; no one may speak as the flywheel itself, a webhook or Slack."""
    if accounts:
        _allow(bus, "Accounts", [iam.AccountPrincipal(account) for account in accounts], {})
    if organisation:
        _allow(bus, "Organisation", [iam.AnyPrincipal()], {"StringEquals": {"aws:PrincipalOrgID": organisation}})


def _allow(
    bus: events.EventBus, who: str, principals: Sequence[iam.IPrincipal], conditions: Mapping[str, Mapping[str, str]]
) -> None:
    bus.add_to_resource_policy(
        iam.PolicyStatement(
            sid=who,
            principals=list(principals),
            actions=["events:PutEvents"],
            resources=[bus.event_bus_arn],
            conditions={
                "StringNotEquals": {"events:source": list(OUR_OWN)},
                "StringNotLike": {"events:source": list(PROVEN)},
                **conditions,
            },
        )
    )
