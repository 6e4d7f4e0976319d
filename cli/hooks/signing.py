"""Deliveries signed as their vendors sign them: for `flywheel hook test`."""

import json
from collections.abc import Mapping

from cli.failure import CommandError
from shared.sources.catalogue import Source
from shared.sources.verifiers import (
    BodySignature,
    SharedSecret,
    StandardWebhooks,
    TimedSignature,
    signature,
    standard_key,
)


def ping(source: Source, secret: str, now: int) -> tuple[dict[str, str], bytes]:
    """A signed delivery that counts for nothing; raises CommandError for a source that has none."""
    sample = source.ping
    if sample is None:
        raise CommandError(f"{source.title} has nothing to test with; look at the reply to a real delivery")
    body = json.dumps(sample.body).encode()
    return {
        "content-type": "application/json",
        **sample.headers,
        **proof(source, secret, body, sample.headers, now),
    }, body


def proof(source: Source, secret: str, body: bytes, headers: Mapping[str, str], now: int) -> dict[str, str]:
    """The headers by which the sender of a body proves itself."""
    match source.verifier:
        case BodySignature(header, prefix, encoding):
            return {header: prefix + signature(secret.encode(), body, encoding)}
        case TimedSignature() as timed:
            return timed_proof(timed, secret, body, now)
        case StandardWebhooks(names):
            message = headers.get(f"{names}-id", f"msg_{now}")
            signed = f"{message}.{now}.".encode() + body
            return {
                f"{names}-id": message,
                f"{names}-timestamp": str(now),
                f"{names}-signature": f"v1,{signature(standard_key(secret), signed, 'base64')}",
            }
        case SharedSecret(header, scheme):
            return {header: scheme + secret}
    raise CommandError(f"{source.title} proves itself in a way that cannot be imitated here")


def timed_proof(timed: TimedSignature, secret: str, body: bytes, now: int) -> dict[str, str]:
    """The headers of a body that is signed with its time, in seconds since 1970."""
    signed = timed.signed.replace("{t}", str(now)).encode().replace(b"{body}", body)
    text = timed.prefix + signature(secret.encode(), signed, timed.encoding)
    if timed.timestamp_header:
        return {timed.header: text, timed.timestamp_header: str(now)}
    return {timed.header: f"t={now},{text}"}


def header_names(source: Source) -> list[str]:
    """The headers that prove a delivery of this source."""
    return sorted(proof(source, "c2VjcmV0", b"", {}, 0))
