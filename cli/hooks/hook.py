"""One hook as the CLI speaks of it: its source, its address, and what is to be clicked at the vendor's."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from cli.failure import CommandError, CredentialsError, WrongInputError
from cli.figures.from_stack import outputs_of, telling_errors
from cli.hooks.signing import ping
from cli.moments import now
from cli.target import Target
from cli.terminal import say
from shared.flywheel.settings.values import HookSettings, Settings
from shared.intake.hooks import hook_of
from shared.sources.catalogue import SOURCES, Source

URL_OUTPUT = "WebhookUrl"
LOCAL_PATH = "/_http/hooks/"
"""Where the embedded engine answers for the HTTP API (`engine/server.py`)."""
PROJECT = Path(__file__).resolve().parents[2]
_SECONDS = 30
_UNTIL_READ_AGAIN = 11.0
"""Seconds: intake reads a hook's secrets again where none fits, at most every ten (`shared.intake.secrets`)."""


class Hook(Struct, frozen=True):
    """A name that intake knows."""

    name: str
    settings: HookSettings

    @property
    def source(self) -> Source:
        """The source that sends."""
        return SOURCES[self.settings.source]


def known_hook(name: str, settings: Settings, option: str = "NAME") -> Hook:
    """The hook of a name; raises WrongInputError with the lines that would make one."""
    settings_of_hook = hook_of(name, settings)
    if settings_of_hook is not None:
        return Hook(name, settings_of_hook)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", name):
        raise WrongInputError(
            f"{option}: got {name!r}, expected a part of an address, 1 to 63 small letters, digits and `-`"
        )
    raise WrongInputError(
        f"{option}: no hook {name!r}; hooks named {', '.join(SOURCES)} need no more, another is made in flywheel.toml: "
        f'[hooks.{name}] and source = "github" on the next line, then make deploy'
    )


def address(target: Target, name: str) -> str:
    """The address that the vendor sends to; raises WrongInputError where there is no such stack."""
    with telling_errors(target):
        outputs = outputs_of(target)
    if target.is_local:
        return f"{(target.endpoint_url or '').rstrip('/')}{LOCAL_PATH}{name}"
    if URL_OUTPUT not in outputs:
        raise WrongInputError(f"--stack: {target.stack!r} has no output {URL_OUTPUT}; make deploy brings it up to date")
    return outputs[URL_OUTPUT] + name


def require_stack(target: Target) -> None:
    """Raise WrongInputError where the stack is known not to be there; who may not look (`DescribeStacks`) goes on."""
    with suppress(CredentialsError), telling_errors(target):
        outputs_of(target)


def steps(source: Source) -> list[str]:
    """The numbered steps of the source's page, without the first, which is this command."""
    page = PROJECT / source.docs
    if not page.is_file():
        return [f"see {source.docs} in the repository"]
    part = page.read_text(encoding="utf-8").partition("## Setting it up")[2].partition("\n## ")[0]
    numbered = re.findall(r"^\d+\. (.+(?:\n {3}.+)*)", part, flags=re.MULTILINE)
    return [re.sub(r"\s+", " ", step).replace("**", "").replace("*", "") for step in numbered][1:]


def try_out(hook: Hook, url: str, secret: str) -> tuple[int, dict[str, object]]:
    """The answer to a test delivery, asked for once more where the secret may be newer than what intake has read."""
    answered = send_ping(hook, url, secret, int(now().timestamp()))
    if answered[0] != 401:
        return answered
    say(f"{hook.name}: 401; a new secret counts within {_UNTIL_READ_AGAIN:.0f} s: trying once more")
    time.sleep(_UNTIL_READ_AGAIN)
    return send_ping(hook, url, secret, int(now().timestamp()))


def send_ping(hook: Hook, url: str, secret: str, moment: int) -> tuple[int, dict[str, object]]:
    """Send a signed delivery that counts for nothing; what was answered."""
    headers, body = ping(hook.source, secret, moment)
    return post(url, headers, body)


def post(url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, object]]:
    """Send a delivery; what was answered. Raises CommandError where nobody answers."""
    request = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")  # noqa: S310  our own address
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310  as above
            return answer.status, _read(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, _read(error.read())
    except OSError as error:
        raise CommandError(f"{url}: no answer ({getattr(error, 'reason', error)})") from error


def _read(body: bytes) -> dict[str, object]:
    try:
        answer = json.loads(body)
    except ValueError:
        return {"error": body[:200].decode(errors="replace")}
    return answer if isinstance(answer, dict) else {}
