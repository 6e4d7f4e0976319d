"""What one person alone sees, and the addresses at which an app can say it: each good for five times and half an hour.

https://docs.slack.dev/interactivity/handling-user-interaction, "Message responses".
"""

from typing import Any

from msgspec import Struct

from engine.slack.refusals import RefusedError

MOST_USES, SECONDS = 5, 30 * 60.0


class Seen(Struct, frozen=True, kw_only=True):
    """A message that nobody but one person sees; `ts` of one that an app said by itself, in a channel."""

    user: str
    text: str
    blocks: list[dict[str, Any]]
    channel: str = ""
    ts: str = ""


class _Address(Struct):
    user: str
    made: float
    about: str
    uses: int = 0


class Responses:
    """What was said to people one by one, as it stands, and the addresses that were given out."""

    def __init__(self) -> None:
        self._given: dict[str, _Address] = {}
        self.seen: list[Seen] = []

    def made_for(self, user: str, now: float, about: str = "") -> str:
        """The name of a new address; `about`: the `ts` of what was pressed, of which only that person knows."""
        name = f"{user}-{len(self._given) + 1}"
        self._given[name] = _Address(user, now, about)
        return name

    def say(self, user: str, channel: str, body: dict[str, Any]) -> str:
        """Say something to one person in a channel; returns its `ts`."""
        ts = f"{1_800_000_000 + len(self.seen)}.000100"
        self.seen.append(_seen(user, body, channel, ts))
        return ts

    def respond(self, name: str, body: dict[str, Any], now: float) -> None:
        """Say something at an address: beside what was pressed, or in its place. Raises RefusedError."""
        address = self._given.get(name)
        if address is None or now - address.made > SECONDS:
            raise RefusedError("expired_url")
        if address.uses >= MOST_USES:
            raise RefusedError("used_url")
        address.uses += 1
        for place, each in enumerate(self.seen):
            if body.get("replace_original") and each.ts == address.about != "":
                self.seen[place] = _seen(address.user, body, each.channel, each.ts)
                return
        self.seen.append(_seen(address.user, body))


def _seen(user: str, body: dict[str, Any], channel: str = "", ts: str = "") -> Seen:
    blocks = list(body.get("blocks") or [])
    return Seen(user=user, text=str(body.get("text") or ""), blocks=blocks, channel=channel, ts=ts)
