"""The embedded engine: a synthesised CloudFormation template, unchanged, in moto, driving the real handlers.

This is the door: what others import comes from here, and the rooms behind it may move. A name is only loaded when it
is asked for, so that a handler's own process, which needs a guard and no cloud, does not wait for moto.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from engine.account.cloud import ACCOUNT, REGION
    from engine.clock import SimulatedClock, WallClock
    from engine.cloudformation.template import read_template
    from engine.embedded import Engine
    from engine.errors import EngineError
    from engine.eventbridge.entries import PutEventsError, entry_of
    from engine.http_api.apis import Answer
    from engine.iam.calls import Place, accesses_of
    from engine.iam.policies import Access, is_allowed, like, statements_of
    from engine.java.dynamodb_local import available, dynamodb_local
    from engine.lambdas.out_of_process import OutOfProcess
    from engine.patterns.matching import matches
    from engine.patterns.syntax import load_pattern
    from engine.persistence.errors import DataDirectoryError
    from engine.server import Server
    from engine.slack.blocks.limits import block_error
    from engine.slack.faults import FaultParts
    from engine.slack.messages import Message
    from engine.slack.people import AppError, Person
    from engine.slack.responses import Seen
    from engine.slack.server import LOOPBACK_SIGNING_SECRET, LOOPBACK_TOKEN, FakeSlack

__all__ = [
    "ACCOUNT",
    "LOOPBACK_SIGNING_SECRET",
    "LOOPBACK_TOKEN",
    "REGION",
    "Access",
    "Answer",
    "AppError",
    "DataDirectoryError",
    "Engine",
    "EngineError",
    "FakeSlack",
    "FaultParts",
    "Message",
    "OutOfProcess",
    "Person",
    "Place",
    "PutEventsError",
    "Seen",
    "Server",
    "SimulatedClock",
    "WallClock",
    "accesses_of",
    "available",
    "block_error",
    "dynamodb_local",
    "entry_of",
    "is_allowed",
    "like",
    "load_pattern",
    "matches",
    "read_template",
    "statements_of",
]

_ROOMS: Final = {
    "account.cloud": ("ACCOUNT", "REGION"),
    "clock": ("SimulatedClock", "WallClock"),
    "cloudformation.template": ("read_template",),
    "embedded": ("Engine",),
    "errors": ("EngineError",),
    "eventbridge.entries": ("PutEventsError", "entry_of"),
    "patterns.syntax": ("load_pattern",),
    "patterns.matching": ("matches",),
    "http_api.apis": ("Answer",),
    "iam.calls": ("Place", "accesses_of"),
    "iam.policies": ("Access", "is_allowed", "like", "statements_of"),
    "java.dynamodb_local": ("available", "dynamodb_local"),
    "lambdas.out_of_process": ("OutOfProcess",),
    "persistence.errors": ("DataDirectoryError",),
    "server": ("Server",),
    "slack.faults": ("FaultParts",),
    "slack.blocks.limits": ("block_error",),
    "slack.messages": ("Message",),
    "slack.people": ("AppError", "Person"),
    "slack.responses": ("Seen",),
    "slack.server": ("LOOPBACK_SIGNING_SECRET", "LOOPBACK_TOKEN", "FakeSlack"),
}
_ROOM_OF: Final = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    """The thing of a name, from its room."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
