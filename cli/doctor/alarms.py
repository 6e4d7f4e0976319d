"""Does anybody hear of alarms?"""

from cli.checks.check import Check, ok, skipped, warning
from cli.doctor.stack import Stack, answer_of
from cli.target import Target
from shared.flywheel.wording import plural

ALARMS = "alarms"
_TOPIC = "AlarmTopicArn"


def check_alarms(target: Target, stack: Stack) -> list[Check]:
    """Whether the topic of alarms has a subscription that was confirmed; none on the embedded engine.

    One by e-mail that nobody confirms is dropped by SNS after some days. CloudFormation does not look again, so no
    later deployment brings it back.
    """
    return [] if target.is_local else [_look(target, stack.outputs.get(_TOPIC))]


def _look(target: Target, topic: str | None) -> Check:
    if topic is None:
        return skipped(ALARMS, f"the stack has no output {_TOPIC}")
    asked = answer_of(ALARMS, lambda: target.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"])
    if isinstance(asked, Check):
        return asked
    confirmed, pending = (int(asked.get(f"Subscriptions{each}") or 0) for each in ("Confirmed", "Pending"))
    if confirmed:
        return ok(ALARMS, f"{plural(confirmed, 'subscription')} to {topic.rpartition(':')[2]}")
    subscribe = f"aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint you@example.com"
    if pending:
        return warning(ALARMS, "who is subscribed has not confirmed it", "confirm it by the link in AWS's e-mail")
    return warning(ALARMS, "nobody is subscribed, so nobody hears of them", f"{subscribe}, and confirm it")
