"""What a deployment would take away: the deployed template beside the new one, before anything is changed.

`make deploy` runs this. A deployment without a setting of the last time would take roles, subscriptions and senders
away, and say nothing of it. Reads CloudFormation and EventBridge, changes nothing.
"""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.stage import Stage, StageError, stages_of
from shared.aws.region import region_in
from shared.flywheel.settings.file import ConfigError

Template = Mapping[str, Any]

TABLE = "AWS::DynamoDB::Table"
INBOX = "-inbox"
"""How the queue is called, after its stack, that events go to."""
KEPT = {
    TABLE: "the table: all events",
    "AWS::Events::EventBus": "the bus that producers put events on",
    "AWS::Events::EventBusPolicy": "who may put events on the bus",
    "AWS::Events::Rule": "a rule",
    "AWS::IAM::ManagedPolicy": "the policy that pipelines' roles have",
    "AWS::SNS::Subscription": "who hears of alarms",
    "AWS::SecretsManager::Secret": "the secret that holds Slack's token",
    "AWS::ApiGatewayV2::Route": "an address that others call",
}
"""Types whose loss somebody outside the stack would notice, and what each is."""
_SENDERS = re.compile(r"(?<=:iam::)\d{12}(?=:root)|\bo-[a-z0-9]{10,32}\b|\brepo:[^\"]+")
"""Accounts, organisations and repositories, as policies name them."""

_WAS_MADE = re.compile(r"CREATE_COMPLETE|UPDATE_|IMPORT_")
"""The status of a stack that a first deployment completed: `UPDATE_FAILED` and `…_CLEANUP_IN_PROGRESS` too."""


class UpgradeError(Exception):
    """A deployment would take something away, or make a stage that nobody named."""


def losses(before: Template, after: Template) -> Iterator[str]:
    """What the stack has and would no longer have, one line each: resources others hold on to, and senders let in.

    A table that gives way to another one that was named is none: it is retained, and somebody said so.
    """
    there, left = before.get("Resources", {}), after.get("Resources", {})
    held, wanted = _literal(before, "TableName"), _literal(after, "TableName")
    for name, resource in sorted(there.items()):
        if name not in left and (what := _what(resource)) and not (wanted and resource["Type"] == TABLE):
            yield f"{name} ({resource['Type']}): {what}"
    if held and not wanted:
        yield f'{held} ({TABLE}): a new, empty one would take its place: say table_name = "{held}"'
    if (key := _literal(before, "KeyArn")) and not _literal(after, "KeyArn"):
        yield f"{key}: nobody could read any longer what is encrypted with it, the secrets of hooks"
    gone = senders_of(before) - senders_of(after)
    yield from (f"{sender}: may put events no longer" for sender in sorted(gone))


def _literal(template: Template, output: str) -> str | None:
    """The text of an output, as a stage stated it; None for what is the stack's own, which is a reference."""
    value = template.get("Outputs", {}).get(output, {}).get("Value")
    return value if isinstance(value, str) else None


def senders_of(template: Template) -> set[str]:
    """Accounts, organisations and repositories that a template lets in."""
    kinds = ("AWS::Events::EventBusPolicy", "AWS::IAM::Role")
    chosen = [each for each in template.get("Resources", {}).values() if each["Type"] in kinds]
    return {match for each in chosen for match in _SENDERS.findall(json.dumps(each))}


def _what(resource: Mapping[str, Any]) -> str | None:
    """What others would miss; None for what is the stack's own, such as the role of a function."""
    kind = resource["Type"]
    if kind == "AWS::IAM::Role":
        own = "Service" in json.dumps(resource["Properties"].get("AssumeRolePolicyDocument", {}))
        return None if own else "a role that others assume"
    return KEPT.get(kind)


def check(client: Any, rules: Any, stage: Stage, template: Template, *, named: bool) -> None:
    """Raise UpgradeError where the deployment would take away, or make a second stack unasked.

    `client`: CloudFormation's; `rules`: EventBridge's; `named`: whether somebody said which stage.
    """
    stacks = _stacks(client)
    if stage.prefix not in stacks:
        others = sorted(name for name in stacks if name.startswith("flywheel-"))
        declared = stages_of(stage.config)
        if declared and stage.stage not in declared:
            raise UpgradeError(
                f"no [stages.{stage.stage}] in {stage.config and stage.config.name}: it has {', '.join(declared)}"
            )
        if others and not named:
            raise UpgradeError(f"there is {', '.join(others)} here, and no stage was named: make deploy STAGE=…")
    else:
        lost = list(losses(_deployed(client, stage.prefix), template))
        if lost:
            listed = "\n  ".join(lost)
            raise UpgradeError(
                f"this deployment would take away from {stage.prefix}:\n  {listed}\n"
                f"Say in [stages.{stage.stage}] of flywheel.toml what was said on the command line the last time."
            )
    if stage.aws_services and (other := _default_bus_is_of(rules, stage.prefix)):
        raise UpgradeError(
            f"{other} takes the events of the default bus already: with aws_services in two stages each deployment "
            f"would count in both. Say aws_services = false in [stages.{stage.stage}]."
        )


def _stacks(client: Any) -> set[str]:
    """The stacks that have been there once, whatever they are doing now: `cdk deploy` waits for an update to end."""
    pages = client.get_paginator("describe_stacks").paginate()
    return {stack["StackName"] for page in pages for stack in page["Stacks"] if _WAS_MADE.match(stack["StackStatus"])}


def _deployed(client: Any, stack: str) -> Template:
    body = client.get_template(StackName=stack)["TemplateBody"]
    template: Template = json.loads(body) if isinstance(body, str) else body
    return template


def _default_bus_is_of(rules: Any, prefix: str) -> str | None:
    """Another stack of ours that takes what the default bus tells: its inbox is what the rules target.

    The rules' own names do not say it: CloudFormation cuts the stack's name in them, where it is long.
    """
    for page in rules.get_paginator("list_rules").paginate(NamePrefix="flywheel-"):
        for rule in page["Rules"]:
            for target in rules.list_targets_by_rule(Rule=rule["Name"])["Targets"]:
                stack, of_ours, _ = str(target["Arn"]).rpartition(":")[2].rpartition(INBOX)
                if of_ours and stack != prefix:
                    return stack
    return None


def main() -> int:
    """Compare the template that `cdk synth` wrote into a directory with what is deployed; the context is the CDK's."""
    directory = Path(sys.argv[1])
    context = dict(pair.split("=", 1) for pair in sys.argv[2:] if "=" in pair)
    try:
        stage = Stage.from_context(context)
        template = json.loads((directory / f"{stage.prefix}.template.json").read_text())
        cloudformation, rules = (
            boto3.client(service, region_name=region_in(os.environ)) for service in ("cloudformation", "events")
        )
        check(cloudformation, rules, stage, template, named="stage" in context)
    except UpgradeError as error:
        if os.environ.get("FORCE") == "1":
            sys.stderr.write(f"{error}\nFORCE=1: deployed all the same.\n")
            return 0
        sys.stderr.write(f"{error}\nNothing was changed. FORCE=1 deploys all the same.\n")
        return 2
    except (StageError, ConfigError, BotoCoreError, ClientError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
