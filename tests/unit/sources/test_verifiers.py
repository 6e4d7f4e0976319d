"""Only who knows the secret is believed, whatever is done to headers, bodies and clocks."""

import base64
from collections.abc import Callable
from itertools import product

import pytest

from shared.sources.delivery import MAX_BODY_BYTES, Delivery, delivery_of
from shared.sources.errors import UnverifiedDeliveryError
from shared.sources.verifiers import (
    MOST_SIGNATURES,
    BodySignature,
    SharedSecret,
    StandardWebhooks,
    TimedSignature,
    Verifier,
    signature,
    standard_key,
)

NOW = 1_773_327_600
OLD, NEW, OTHERS = "b2xkIHNlY3JldCBvZiBvdXJz", "bmV3IHNlY3JldCBvZiBvdXJz", "c2VjcmV0IG9mIGFub3RoZXI="
BODY = b'{"action":"created","n":7}'

GITHUB = BodySignature("x-hub-signature-256", prefix="sha256=")
PAGERDUTY = BodySignature("x-pagerduty-signature", prefix="v1=", separator=",")
LAUNCHDARKLY = BodySignature("x-ld-signature")
TYPEFORM = BodySignature("typeform-signature", prefix="sha256=", encoding="base64")
ROOTLY = TimedSignature("x-rootly-signature", signed="{t}{body}")
STATSIG = TimedSignature("x-statsig-signature", signed="v0:{t}:{body}", prefix="v0=", timestamp_header="x-request-time")
STANDARD = StandardWebhooks()
SHARED = SharedSecret("authorization", scheme="Bearer ")

Signer = Callable[[bytes, str, int], list[tuple[str, str]]]


def _body_signer(verifier: BodySignature) -> Signer:
    return lambda body, secret, _: [
        (verifier.header, verifier.prefix + signature(secret.encode(), body, verifier.encoding))
    ]


def _rootly(body: bytes, secret: str, at: int) -> list[tuple[str, str]]:
    return [("x-rootly-signature", f"t={at},v1={signature(secret.encode(), str(at).encode() + body, 'hex')}")]


def _statsig(body: bytes, secret: str, at: int) -> list[tuple[str, str]]:
    told = f"v0:{at}:".encode() + body
    return [("x-statsig-signature", f"v0={signature(secret.encode(), told, 'hex')}"), ("x-request-time", str(at))]


def _standard(body: bytes, secret: str, at: int) -> list[tuple[str, str]]:
    told = f"msg_1.{at}.".encode() + body
    proof = f"v1,{signature(standard_key(secret), told, 'base64')}"
    return [("webhook-id", "msg_1"), ("webhook-timestamp", str(at)), ("webhook-signature", proof)]


def _shared(body: bytes, secret: str, at: int) -> list[tuple[str, str]]:
    return [("authorization", f"Bearer {secret}")]


FAMILIES: dict[str, tuple[Verifier, Signer]] = {
    "github": (GITHUB, _body_signer(GITHUB)),
    "pagerduty": (PAGERDUTY, _body_signer(PAGERDUTY)),
    "launchdarkly": (LAUNCHDARKLY, _body_signer(LAUNCHDARKLY)),
    "typeform": (TYPEFORM, _body_signer(TYPEFORM)),
    "rootly": (ROOTLY, _rootly),
    "statsig": (STATSIG, _statsig),
    "standard": (STANDARD, _standard),
    "shared": (SHARED, _shared),
}
SIGNED = [name for name in FAMILIES if name != "shared"]
TIMED = ["rootly", "statsig", "standard"]


def accepts(verifier: Verifier, delivery: Delivery, secrets: list[str], now: float = NOW) -> bool:
    """Whether it passes; anything but UnverifiedDeliveryError is a failure of the test."""
    try:
        verifier.verify(delivery, secrets, now)
    except UnverifiedDeliveryError:
        return False
    return True


@pytest.mark.parametrize("family", FAMILIES)
def test_the_senders_secret_proves_it(family: str) -> None:
    verifier, sign = FAMILIES[family]
    assert accepts(verifier, delivery_of(sign(BODY, OLD, NOW), BODY), [OLD])


@pytest.mark.parametrize("family", FAMILIES)
def test_two_secrets_are_valid_while_one_is_rotated(family: str) -> None:
    verifier, sign = FAMILIES[family]
    for secret in (OLD, NEW):
        assert accepts(verifier, delivery_of(sign(BODY, secret, NOW), BODY), [OLD, NEW])
        assert accepts(verifier, delivery_of(sign(BODY, secret, NOW), BODY), [NEW, OLD])


@pytest.mark.parametrize("family", FAMILIES)
def test_another_tenants_secret_proves_nothing(family: str) -> None:
    verifier, sign = FAMILIES[family]
    assert not accepts(verifier, delivery_of(sign(BODY, OTHERS, NOW), BODY), [OLD, NEW])


@pytest.mark.parametrize("family", FAMILIES)
def test_without_a_secret_nobody_is_believed(family: str) -> None:
    verifier, sign = FAMILIES[family]
    unsigned = [(name, "Bearer " if family == "shared" else value) for name, value in sign(BODY, OLD, NOW)]
    nothing: list[list[str]] = [[], [""], ["", ""]]
    for secrets in nothing:
        assert not accepts(verifier, delivery_of(sign(BODY, OLD, NOW), BODY), secrets)
        assert not accepts(verifier, delivery_of(unsigned, BODY), secrets)


@pytest.mark.parametrize("family", SIGNED)
def test_a_signature_made_with_an_empty_key_is_not_believed(family: str) -> None:
    verifier, sign = FAMILIES[family]
    if family == "standard":
        told = f"msg_1.{NOW}.".encode() + BODY
        forged = [*sign(BODY, OLD, NOW)[:2], ("webhook-signature", f"v1,{signature(b'', told, 'base64')}")]
    else:
        forged = sign(BODY, "", NOW)
    assert not accepts(verifier, delivery_of(forged, BODY), [""])


@pytest.mark.parametrize("family", SIGNED)
def test_every_flipped_bit_of_the_body_is_noticed(family: str) -> None:
    verifier, sign = FAMILIES[family]
    headers = sign(BODY, OLD, NOW)
    for bit in range(len(BODY) * 8):
        flipped = bytearray(BODY)
        flipped[bit // 8] ^= 1 << bit % 8
        assert not accepts(verifier, delivery_of(headers, bytes(flipped)), [OLD]), bit


@pytest.mark.parametrize("family", FAMILIES)
def test_every_flipped_bit_of_every_header_is_noticed(family: str) -> None:
    """Also those that only change the case of a hex digit, or the bits that base64 does not use."""
    verifier, sign = FAMILIES[family]
    headers = sign(BODY, OLD, NOW)
    for place, (name, value) in enumerate(headers):
        for bit in range(len(value) * 8):
            flipped = bytearray(value.encode())
            flipped[bit // 8] ^= 1 << bit % 8
            changed = [*headers[:place], (name, flipped.decode("latin-1")), *headers[place + 1 :]]
            assert not accepts(verifier, delivery_of(changed, BODY), [OLD]), (name, bit)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_header_that_is_absent_or_empty_proves_nothing(family: str) -> None:
    verifier, sign = FAMILIES[family]
    headers = sign(BODY, OLD, NOW)
    for place in range(len(headers)):
        assert not accepts(verifier, delivery_of([*headers[:place], *headers[place + 1 :]], BODY), [OLD])
        emptied = [(name, "" if at == place else value) for at, (name, value) in enumerate(headers)]
        assert not accepts(verifier, delivery_of(emptied, BODY), [OLD])


@pytest.mark.parametrize("family", [name for name in FAMILIES if name != "pagerduty"])
def test_a_header_that_comes_twice_proves_nothing(family: str) -> None:
    """A proxy may read the first and we the last: neither is believed (PagerDuty's header is a list by design)."""
    verifier, sign = FAMILIES[family]
    headers = sign(BODY, OLD, NOW)
    for name, value in headers:
        assert not accepts(verifier, delivery_of([*headers, (name.upper(), value)], BODY), [OLD])
        assert not accepts(verifier, delivery_of([*headers, (name, "t=1")], BODY), [OLD])


@pytest.mark.parametrize("family", FAMILIES)
def test_the_case_of_a_headers_name_does_not_matter(family: str) -> None:
    verifier, sign = FAMILIES[family]
    for recased in (str.upper, str.title, str.swapcase):
        headers = [(recased(name), value) for name, value in sign(BODY, OLD, NOW)]
        assert accepts(verifier, delivery_of(headers, BODY), [OLD])


@pytest.mark.parametrize("family", FAMILIES)
def test_text_that_is_not_ascii_or_not_base64_is_refused_and_breaks_nothing(family: str) -> None:
    texts = ["é" * 64, "\ud800", "sha256=é", "v1,é", "v1=ü,t=ß", "\x00", "𝟙" * 64, "v1," + "=" * 40]
    verifier, sign = FAMILIES[family]
    headers = sign(BODY, OLD, NOW)
    for text, (place, (name, _)) in product(texts, enumerate(headers)):
        changed = [*headers[:place], (name, text), *headers[place + 1 :]]
        assert not accepts(verifier, delivery_of(changed, BODY), [OLD])
        assert not accepts(verifier, delivery_of(changed, BODY), [text, "whsec_é", "\ud800", "whsec_"])


@pytest.mark.parametrize("family", FAMILIES)
def test_a_body_in_base64_is_verified_as_the_bytes_it_stands_for(family: str) -> None:
    verifier, sign = FAMILIES[family]
    raw = '{"name":"Zoë"}\r\n'.encode()
    sent = base64.b64encode(raw).decode()
    assert accepts(verifier, delivery_of(sign(raw, OLD, NOW), sent, is_base64=True), [OLD])
    if family != "shared":
        assert not accepts(verifier, delivery_of(sign(raw, OLD, NOW), sent), [OLD])


@pytest.mark.parametrize("family", TIMED)
@pytest.mark.parametrize(
    ("offset", "accepted"), [(-301, False), (-299, True), (0, True), (299, True), (301, False), (10**9, False)]
)
def test_a_signed_time_may_lie_five_minutes_from_the_clock(family: str, offset: int, accepted: bool) -> None:
    verifier, sign = FAMILIES[family]
    delivery = delivery_of(sign(BODY, OLD, NOW + offset), BODY)
    assert accepts(verifier, delivery, [OLD]) is accepted


@pytest.mark.parametrize(
    "stamp", ["", "abc", "١٧٧٣٣٢٧٦٠٠", "1e9", "-1", " 1773327600", "1773327600.0", "9" * 400, "0x10"]
)
def test_a_timestamp_is_digits(stamp: str) -> None:
    told = f"msg_1.{stamp}.".encode() + BODY
    proof = f"v1,{signature(standard_key(OLD), told, 'base64')}"
    headers = [("webhook-id", "msg_1"), ("webhook-timestamp", stamp), ("webhook-signature", proof)]
    assert not accepts(STANDARD, delivery_of(headers, BODY), [OLD])


def test_the_published_vector_of_standard_webhooks_is_accepted() -> None:
    headers = [
        ("Webhook-Id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("Webhook-Timestamp", "1614265330"),
        ("Webhook-Signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ]
    delivery = delivery_of(headers, '{"test": 2432232314}')
    for secret in ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"):
        assert accepts(STANDARD, delivery, [secret], 1614265330)
    assert not accepts(STANDARD, delivery, ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx"], 1614265330)


def test_one_of_several_signatures_is_enough() -> None:
    proofs = [signature(secret.encode(), BODY, "hex") for secret in (OTHERS, OLD)]
    many = [("x-pagerduty-signature", ",".join(f"v1={proof}" for proof in proofs))]
    assert accepts(PAGERDUTY, delivery_of(many, BODY), [OLD])
    (stamp, at, proof) = _standard(BODY, OLD, NOW)
    several = [stamp, at, (proof[0], f"v1a,xyz {_standard(BODY, OTHERS, NOW)[2][1]} {proof[1]}")]
    assert accepts(STANDARD, delivery_of(several, BODY), [OLD])


def test_signatures_of_another_version_are_not_read() -> None:
    proof = signature(OLD.encode(), BODY, "hex")
    assert not accepts(PAGERDUTY, delivery_of([("x-pagerduty-signature", f"v2={proof}")], BODY), [OLD])
    assert not accepts(GITHUB, delivery_of([("x-hub-signature", f"sha1={proof}")], BODY), [OLD])
    assert not accepts(GITHUB, delivery_of([("x-hub-signature-256", f"sha1={proof}")], BODY), [OLD])


@pytest.mark.parametrize("count", [MOST_SIGNATURES + 1, 10_000])
def test_a_header_of_very_many_signatures_is_refused_without_comparing_them(count: int) -> None:
    proof = f"v1={signature(OLD.encode(), BODY, 'hex')}"
    assert not accepts(PAGERDUTY, delivery_of([("x-pagerduty-signature", ",".join([proof] * count))], BODY), [OLD])
    stamp, at, one = _standard(BODY, OLD, NOW)
    assert not accepts(STANDARD, delivery_of([stamp, at, (one[0], " ".join([one[1]] * count))], BODY), [OLD])


def test_a_body_that_is_too_long_is_refused_before_it_is_hashed() -> None:
    long = b"x" * (MAX_BODY_BYTES + 1)
    headers = _body_signer(GITHUB)(long, OLD, NOW)
    assert not accepts(GITHUB, delivery_of(headers, long), [OLD])
    fits = long[:-1]
    assert accepts(GITHUB, delivery_of(_body_signer(GITHUB)(fits, OLD, NOW), fits), [OLD])


def test_a_secret_is_compared_whole() -> None:
    for given in (OLD[:-1], OLD + "x", OLD.lower(), f"bearer {OLD}", ""):
        assert not accepts(SHARED, delivery_of([("authorization", f"Bearer {given}")], BODY), [OLD])
    assert not accepts(SHARED, delivery_of([("authorization", OLD)], BODY), [OLD])
