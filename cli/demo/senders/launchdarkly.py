"""LaunchDarkly's webhook: entries of its audit log, of which flags in production count."""

from datetime import datetime
from typing import Any

from cli.demo.delivery import Delivery
from cli.demo.senders.names import digits

_JSON = {"content-type": "application/json", "user-agent": "LaunchDarkly-Webhooks"}


class LaunchDarkly:
    """The flags of one project."""

    def __init__(self, hook: str, project: str) -> None:
        self._hook, self._project = hook, project
        self.sent: list[Delivery] = []

    def turned_on(self, moment: datetime, flag: str, *, idea: str | None = None) -> None:
        """Users get the feature; a tag of the flag may name its idea."""
        self._switched(moment, flag, True, idea, "Feature Released")

    def turned_off(self, moment: datetime, flag: str) -> None:
        """Users no longer get it."""
        self._switched(moment, flag, False, None, "Feature Withdrawn")

    def _switched(self, moment: datetime, flag: str, on: bool, idea: str | None, tells: str) -> None:
        resource = f"proj/{self._project}:env/production:flag/{flag}{f';{idea}' if idea else ''}"
        content = {
            "_id": digits(f"{flag} {moment}", 24), "date": int(moment.timestamp() * 1000), "kind": "flag",
            "name": flag.replace("-", " ").capitalize(), "accesses": [{"action": "updateOn", "resource": resource}],
            "titleVerb": f"turned {'on' if on else 'off'} the flag",
            "currentVersion": _version(flag, on), "previousVersion": _version(flag, not on),
        }  # fmt: skip
        self.sent.append(Delivery(arrives=moment, hook=self._hook, headers=_JSON, content=content, tells=(tells,)))


def _version(flag: str, on: bool) -> dict[str, Any]:
    """A flag of two variations, of which the second is what users get while it is off."""
    return {
        "key": flag, "kind": "boolean",
        "environments": {"production": {"on": on, "fallthrough": {"variation": 0}, "offVariation": 1}},
    }  # fmt: skip
