"""Whether a delivery is from whom it says. Three families cover nearly all vendors (each takes two secrets at once,
so that one can be rotated):

- B, `BodySignature`: HMAC over the raw body;
- T, `TimedSignature` and `StandardWebhooks`: HMAC over a timestamp and the body, at most 5 minutes old or early;
- S, `SharedSecret`: a secret in a header.

B and S sign no time: there a replay is stopped by the event's own id. Only HMAC-SHA256. What is compared is the text
of the signature as bytes, in constant time and against every secret, so that no second spelling of one signature
passes. Whatever is wrong is an UnverifiedDeliveryError and nothing else.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from msgspec import Struct

from shared.sources.delivery import MAX_BODY_BYTES, Delivery
from shared.sources.errors import UnverifiedDeliveryError

TOLERANCE_SECONDS = 300
"""How far a signed timestamp may lie from the clock, either way (Standard Webhooks: five minutes)."""
MOST_SIGNATURES = 8
"""Signatures compared of one header; who rotates sends two."""
_LONGEST_HEADER = 4096
_SECONDS = re.compile(r"[0-9]{1,12}")

Encoding = Literal["hex", "base64"]


class Verifier(Protocol):
    """How one hook proves its sender."""

    def verify(self, delivery: Delivery, secrets: Sequence[str], now: float) -> None:
        """Return for a proven sender, else raise UnverifiedDeliveryError; `now` in seconds since 1970."""


class BodySignature(Struct, frozen=True):
    """Family B. `separator` where a header may carry several signatures, each with the prefix."""

    header: str
    prefix: str = ""
    encoding: Encoding = "hex"
    separator: str | None = None

    def verify(self, delivery: Delivery, secrets: Sequence[str], now: float) -> None:  # noqa: ARG002  no time is signed
        """See Verifier."""
        header = _header(delivery, self.header)
        parts = _parts(header, self.separator)
        given = [part[len(self.prefix) :] for part in parts if part.startswith(self.prefix)]
        _require_one_of(given, _keys(secrets), delivery.body, self.encoding)


class TimedSignature(Struct, frozen=True):
    """Family T of one header such as `t=1700000000,v1=<hex>`, or of two where `timestamp_header` is said.

    `signed` is what the HMAC is over: `{t}` is the timestamp as sent, `{body}` the raw body.
    """

    header: str
    signed: str = "{t}.{body}"
    prefix: str = "v1="
    timestamp_header: str | None = None
    encoding: Encoding = "hex"

    def verify(self, delivery: Delivery, secrets: Sequence[str], now: float) -> None:
        """See Verifier."""
        parts = _parts(_header(delivery, self.header), None if self.timestamp_header else ",")
        stamps = [part[2:] for part in parts if part.startswith("t=")]
        stamp = _header(delivery, self.timestamp_header) if self.timestamp_header else "".join(stamps)
        _require_recent(stamp, now)
        before, after = self.signed.split("{body}")
        signed = before.replace("{t}", stamp).encode() + delivery.body + after.replace("{t}", stamp).encode()
        given = [part[len(self.prefix) :] for part in parts if part.startswith(self.prefix)]
        _require_one_of(given, _keys(secrets), signed, self.encoding)


class StandardWebhooks(Struct, frozen=True):
    """Family T as Standard Webhooks 1.0.0 has it: `webhook-id`, `webhook-timestamp`, `webhook-signature`.

    A secret is base64, with or without `whsec_` before it.
    """

    names: str = "webhook"
    """The prefix of the three headers; `svix` with some senders."""

    def verify(self, delivery: Delivery, secrets: Sequence[str], now: float) -> None:
        """See Verifier."""
        name = _header(delivery, f"{self.names}-id")
        stamp = _header(delivery, f"{self.names}-timestamp")
        parts = _parts(_header(delivery, f"{self.names}-signature"), " ")
        _require_recent(stamp, now)
        signed = f"{name}.{stamp}.".encode(errors="surrogatepass") + delivery.body
        given = [part[3:] for part in parts if part.startswith("v1,")]
        _require_one_of(given, _decoded_keys(secrets), signed, "base64")


class SharedSecret(Struct, frozen=True):
    """Family S: the secret itself in a header, after a scheme such as `Bearer ` where one is said."""

    header: str
    scheme: str = ""

    def verify(self, delivery: Delivery, secrets: Sequence[str], now: float) -> None:  # noqa: ARG002  no time is signed
        """See Verifier."""
        given = _header(delivery, self.header).encode(errors="surrogatepass")
        wanted = [self.scheme.encode() + key for key in _keys(secrets)]
        if not _any([hmac.compare_digest(given, each) for each in wanted]):
            raise UnverifiedDeliveryError("the secret is another")


def signature(key: bytes, signed: bytes, encoding: Encoding) -> str:
    """HMAC-SHA256 as text: what senders write, and `flywheel hook test`."""
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()


def standard_key(secret: str) -> bytes:
    """The key that a Standard Webhooks secret stands for; raises ValueError for one that stands for none."""
    try:
        key = base64.b64decode(secret.strip().removeprefix("whsec_").encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("a secret of Standard Webhooks is base64, after `whsec_`") from error
    if not key:
        raise ValueError("a secret of Standard Webhooks is not empty")
    return key


def _header(delivery: Delivery, name: str) -> str:
    if len(delivery.body) > MAX_BODY_BYTES:
        raise UnverifiedDeliveryError("the body is too long to be checked")
    value = delivery.header(name)
    if not value:
        raise UnverifiedDeliveryError(f"no header {name}")
    if len(value) > _LONGEST_HEADER:
        raise UnverifiedDeliveryError(f"header {name} is too long")
    return value


def _parts(header: str, separator: str | None) -> list[str]:
    return header.split(separator) if separator else [header]


def _keys(secrets: Iterable[str]) -> list[bytes]:
    """An empty secret would let anybody in: it is none."""
    return [secret.encode(errors="surrogatepass") for secret in secrets if secret]


def _decoded_keys(secrets: Iterable[str]) -> list[bytes]:
    keys = []
    for secret in secrets:
        try:
            keys.append(standard_key(secret))
        except ValueError:
            continue
    return keys


def _require_recent(stamp: str, now: float) -> None:
    if not _SECONDS.fullmatch(stamp):
        raise UnverifiedDeliveryError("the timestamp is no count of seconds")
    if abs(now - int(stamp)) > TOLERANCE_SECONDS:
        raise UnverifiedDeliveryError("the timestamp lies too far from now")


def _require_one_of(given: list[str], keys: list[bytes], signed: bytes, encoding: Encoding) -> None:
    if not given:
        raise UnverifiedDeliveryError("no signature of the version that is asked for")
    if len(given) > MOST_SIGNATURES:
        raise UnverifiedDeliveryError("too many signatures")
    if not keys:
        raise UnverifiedDeliveryError("no usable secret")
    wanted = [signature(key, signed, encoding).encode() for key in keys]
    sent = [each.encode(errors="surrogatepass") for each in given]
    if not _any([hmac.compare_digest(one, other) for one in sent for other in wanted]):
        raise UnverifiedDeliveryError("no signature matches")


def _any(results: list[bool]) -> bool:
    """Over a finished list: how long it took tells nobody which secret matched."""
    return any(results)
