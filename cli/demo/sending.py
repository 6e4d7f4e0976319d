"""How the story's deliveries get to the stack: signed as their vendors sign, by the real intake, and each answer read.

A demo that went on after a refusal would show figures of something else: it stops, and says which delivery it was.
"""

import json
from collections.abc import Iterable
from typing import Any

from cli.demo.delivery import TAKEN, Delivery
from cli.failure import CommandError
from cli.hooks.hook import Hook, known_hook
from cli.hooks.secrets import Vault, new_secret
from cli.hooks.signing import proof
from cli.target import DEFAULT_STACK, Target
from engine import Answer, Engine
from shared.flywheel.settings.values import Settings

_DEFAULT_BUS = "default"


class Hooks:
    """The hooks of the story with their secrets, made as `flywheel hook add` makes them."""

    def __init__(self, engine: Engine, settings: Settings, names: Iterable[str]) -> None:
        self._engine = engine
        vault = Vault(Target(stack=DEFAULT_STACK, bus=DEFAULT_STACK, region=engine.cloud.region))
        self._hooks: dict[str, tuple[Hook, str]] = {}
        for name in sorted(set(names)):
            hook = known_hook(name, settings)
            self._hooks[name] = hook, new_secret(hook.source)
            vault.add(name, self._hooks[name][1])

    def send(self, delivery: Delivery) -> int:
        """Deliver; how many events it was understood as. Raises CommandError where that is not what the story says."""
        if delivery.hook is None:
            self._put(delivery)
        else:
            check(delivery, self._post(delivery, delivery.hook))
        return len(delivery.tells)

    def _post(self, delivery: Delivery, name: str) -> Answer:
        hook, secret = self._hooks[name]
        body = delivery.body
        proven = proof(hook.source, secret, body, delivery.headers, int(delivery.arrives.timestamp()))
        return self._engine.http("POST", f"/hooks/{name}", {**delivery.headers, **proven}, body)

    def _put(self, delivery: Delivery) -> None:
        """An AWS service's event, as only AWS itself can put one."""
        event = delivery.content
        entry = {
            "EventBusName": _DEFAULT_BUS, "Source": event["source"], "DetailType": event["detail-type"],
            "Detail": json.dumps(event["detail"]), "Time": event["time"], "Resources": event["resources"],
        }  # fmt: skip
        [taken] = self._engine.put_events([entry], as_service=True)
        if "EventId" not in taken:
            raise CommandError(f"the default bus refused {event['detail-type']}: {taken}")


def check(delivery: Delivery, answer: Answer) -> None:
    """Raises CommandError unless intake understood the delivery as the story says, and could tell whose it is."""
    body: dict[str, Any] = answer.json()
    understood = tuple(body.get("events", ()))
    unmapped = body.get("unmapped")
    if (answer.status, understood) == (delivery.answer, delivery.tells) and not unmapped:
        return
    expected = ", ".join(delivery.tells) or ("nothing to count" if delivery.answer != TAKEN else "an answer")
    raise CommandError(
        f"{delivery.hook}, {delivery.arrives:%d %b %H:%M}: expected {delivery.answer} and {expected}, "
        f"answered {answer.status} {json.dumps(body)}"
    )
