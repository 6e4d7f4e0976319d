"""Is everything that waits read: are the mappings of queues and stream on?"""

from collections.abc import Iterable, Mapping
from typing import Any

from cli.checks.check import Check, failed, ok
from cli.doctor.stack import Stack, answer_of, mappings_of
from cli.target import Target
from shared.flywheel.wording import count_of

READERS = "readers"
_OFF = {"Disabled", "Disabling"}


def check_readers(target: Target, stack: Stack) -> list[Check]:
    """One failure for each mapping that is off: what waits for it waits until somebody turns it on again."""
    mappings = answer_of(READERS, lambda: mappings_of(target, stack))
    return [mappings] if isinstance(mappings, Check) else judged(mappings)


def judged(mappings: Iterable[Mapping[str, Any]]) -> list[Check]:
    """The verdict on what GetEventSourceMapping says of each."""
    mappings = list(mappings)
    off = [
        failed(
            READERS,
            f"{_name(each['EventSourceArn'])} is not read by {_name(each['FunctionArn'])}: its mapping is off",
            f"aws lambda update-event-source-mapping --uuid {each['UUID']} --enabled",
        )
        for each in mappings
        if each.get("State") in _OFF
    ]
    return off or [ok(READERS, f"{count_of(len(mappings), 'mapping')} of queues and the stream, none off")]


def _name(arn: str) -> str:
    """What an ARN is of, such as a queue, a function, or a table's stream."""
    return arn.split(":", 5)[5].removeprefix("function:")
