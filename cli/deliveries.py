"""Recorded deliveries of vendors, one a line, sent to their hook again: signed with the hook's own secret.

A line is an object with `headers` and `body` (an object, or the text that was sent), as this project's samples have
them, and as an HTTP API hands a request to a function.
"""

import base64
import binascii
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from cli.event_lines import Line, read_lines
from cli.failure import CommandError
from cli.hooks.hook import address, known_hook, post
from cli.hooks.secrets import Vault
from cli.hooks.signing import header_names, proof
from cli.moments import now
from cli.progress import counting
from cli.target import Target
from cli.terminal import say
from shared.flywheel.settings.values import Settings
from shared.flywheel.wording import count_of
from shared.sources.catalogue import Source

_OF_THE_WAY = frozenset(
    {"host", "content-length", "connection", "accept-encoding", "transfer-encoding", "x-amzn-trace-id"}
)
_ATTEMPTS = 4
_REFUSED = frozenset({400, 403, 413, 422})


class Desk(Struct, frozen=True):
    """The hook that deliveries go to: its source, its address and its secret."""

    source: Source
    url: str
    secret: str


class Recorded(Struct, frozen=True):
    """One delivery as it was sent."""

    place: str
    headers: dict[str, str]
    body: bytes


def desk_of(name: str, settings: Settings, target: Target) -> Desk:
    """The desk of a hook; raises WrongInputError for one that is not there or has no secret."""
    hook = known_hook(name, settings, "--hook")
    url = address(target, name)
    (secret, *_) = Vault(target).secrets(name) or ("",)
    return Desk(hook.source, url, secret)


def counts_text(counts: Mapping[str, int]) -> str:
    """The counts in a sentence."""
    return (
        f"{count_of(counts['sent'], 'delivery', 'deliveries')} counted, {counts['nothing']:,} for nothing, "
        f"{counts['refused']:,} refused, {count_of(counts['invalid'], 'invalid line')} left out"
    )


def replay_deliveries(
    desk: Desk, files: Sequence[str], skip: int, moment: Callable[[], datetime] = now
) -> dict[str, int]:
    """Send every delivery after the first `skip`; raises CommandError that says how to go on where it stopped.

    What intake understands but does not count is `nothing`; what it refuses is told and left out.
    """
    counts = {"sent": 0, "nothing": 0, "refused": 0, "skipped": 0, "invalid": 0}
    with counting("deliveries sent") as progress:
        for number, delivery in enumerate(_deliveries(files, counts)):
            if number < skip:
                counts["skipped"] += 1
                continue
            counts[_sent(desk, delivery, moment, number)] += 1
            progress(number + 1 - skip)
    return counts


def _deliveries(files: Sequence[str], counts: dict[str, int]) -> Iterator[Recorded]:
    for line in read_lines(files):
        delivery = recorded(line)
        if delivery is None:
            counts["invalid"] += 1
            say(f"{line.place}: no delivery: an object with `headers` and `body` is expected", "warning")
        else:
            yield delivery


def recorded(line: Line) -> Recorded | None:
    """The delivery that a line holds; None where it holds none."""
    try:
        document = json.loads(line.body)
        headers, body = document["headers"], document["body"]
        raw = _raw(body, is_base64=document.get("isBase64Encoded") is True)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(headers, dict) or not all(isinstance(each, str) for each in headers.values()):
        return None
    return Recorded(line.place, headers, raw)


def _raw(body: Any, *, is_base64: bool) -> bytes:
    if not isinstance(body, str):
        return json.dumps(body, ensure_ascii=False).encode()
    try:
        return base64.b64decode(body, validate=True) if is_base64 else body.encode()
    except binascii.Error as error:
        raise ValueError("no base64") from error


def _sent(desk: Desk, delivery: Recorded, moment: Callable[[], datetime], number: int) -> str:
    """Under which count it falls."""
    for attempt in range(_ATTEMPTS):
        status, answer = post(desk.url, _signed(desk, delivery, int(moment().timestamp())), delivery.body)
        if status in {200, 202}:
            return "sent" if answer.get("accepted") else "nothing"
        if status in _REFUSED:
            reason = answer.get("why") or answer.get("error") or answer.get("expected") or answer
            say(f"{delivery.place}: {status}: {reason}", "warning")
            return "refused"
        if status == 401:
            raise CommandError(
                f"{delivery.place}: 401: the secret does not fit; flywheel hook test says whether it does"
            )
        time.sleep(2**attempt)
    raise CommandError(f"{delivery.place}: not taken ({status}); --skip {number} goes on here, or run it again")


def _signed(desk: Desk, delivery: Recorded, moment: int) -> dict[str, str]:
    """The headers of the delivery with a signature of today instead of the recorded one."""
    own = {name.lower() for name in header_names(desk.source)} | _OF_THE_WAY
    kept = {name.lower(): value for name, value in delivery.headers.items() if name.lower() not in own}
    message = {name.lower(): value for name, value in delivery.headers.items() if name.lower().endswith("-id")}
    return kept | proof(desk.source, desk.secret, delivery.body, message, moment)
