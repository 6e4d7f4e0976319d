"""Slack's signature: what was not signed by Slack, or not now, is refused, whatever it looks like."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.slack.people import signed
from shared.interaction.entrance import SIGNATURE
from shared.sources.delivery import delivery_of
from shared.sources.errors import UnverifiedDeliveryError
from tests.unit.interaction.conftest import NOW, SIGNING_SECRET, Room, request

AT = int(NOW.timestamp())
BODY = urlencode({"command": "/flywheel", "text": "help", "team_id": "T0LOOPBACK", "channel_id": "C1"}).encode()


def is_let_in(
    headers: dict[str, str], body: bytes, now: float = AT, secrets: tuple[str, ...] = (SIGNING_SECRET,)
) -> bool:
    try:
        SIGNATURE.verify(delivery_of(headers.items(), body), secrets, now)
    except UnverifiedDeliveryError:
        return False
    return True


def test_the_vector_of_slacks_documentation_is_let_in() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "X-Slack-Request-Timestamp": "1531420618",
        "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    assert is_let_in(headers, body, 1531420618)


@pytest.mark.parametrize(("seconds", "in_time"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_five_minutes_either_way_and_not_a_second_more(seconds: int, in_time: bool) -> None:
    assert is_let_in(signed(BODY, SIGNING_SECRET, AT + seconds), BODY) is in_time


def test_every_flipped_bit_of_the_body_is_refused() -> None:
    headers = signed(BODY, SIGNING_SECRET, AT)
    for place in range(len(BODY) * 8):
        flipped = bytearray(BODY)
        flipped[place // 8] ^= 1 << place % 8
        assert not is_let_in(headers, bytes(flipped))


def test_the_old_secret_is_let_in_beside_the_new_one_and_another_is_not() -> None:
    old = signed(BODY, "the old one", AT)
    assert is_let_in(old, BODY, secrets=("the new one", "the old one"))
    assert not is_let_in(old, BODY, secrets=("the new one",))
    assert not is_let_in(signed(BODY, "", AT), BODY, secrets=("",))


@pytest.mark.parametrize("missing", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
def test_a_missing_header_is_refused(missing: str) -> None:
    headers = {name: value for name, value in signed(BODY, SIGNING_SECRET, AT).items() if name != missing}
    assert not is_let_in(headers, BODY)


def test_another_version_of_the_signature_is_refused() -> None:
    headers = signed(BODY, SIGNING_SECRET, AT)
    headers["X-Slack-Signature"] = headers["X-Slack-Signature"].replace("v0=", "v1=")
    assert not is_let_in(headers, BODY)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["x-slack-signature", "x-slack-request-timestamp", "content-type"]),
        st.one_of(st.text(max_size=100), st.just(str(AT)), st.from_regex(r"v0=[0-9a-f]{64}", fullmatch=True)),
    ),
    st.binary(max_size=300),
)
def test_whatever_is_sent_unsigned_is_refused_and_nothing_breaks(headers: dict[str, str], body: bytes) -> None:
    assert not is_let_in(headers, body)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
PAYLOAD = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["block_actions", "view_submission", "message_action", "view_closed", "x"]),
        "team": st.just({"id": "T0LOOPBACK"}) | ANYTHING,
        "user": st.just({"id": "U1"}) | ANYTHING,
        "channel": st.just({"id": "C0123ABCD"}) | ANYTHING,
        "view": st.fixed_dictionaries({"callback_id": st.sampled_from(["propose_idea", "x"])}) | ANYTHING,
        "actions": st.just([{"action_id": "useful", "value": "{"}]) | ANYTHING,
        "callback_id": st.sampled_from(["propose_idea"]) | st.text(max_size=5),
    },
)


@pytest.mark.slow
def test_whatever_slack_signs_is_answered_and_never_an_error(room: Room) -> None:
    @settings(max_examples=150, deadline=None)
    @given(PAYLOAD | ANYTHING, st.booleans())
    def answered(payload: Any, as_command: bool) -> None:
        form = {"command": "/flywheel", "text": str(payload)} if as_command else {"payload": json.dumps(payload)}
        body = urlencode(form, errors="surrogatepass").encode()
        reply = room.desk.take(request(signed(body, SIGNING_SECRET, AT), body, AT))
        assert reply.status in {200, 400}

    answered()


def test_a_rotated_signing_secret_is_in_use_at_once(room: Room) -> None:
    assert room.person().command("help", "#checkout").text
    room.secrets.text = room.secrets.text.replace(SIGNING_SECRET, "a new one")
    room.seconds += 11
    headers = signed(BODY, "a new one", AT + 11)
    assert room.desk.take(request(headers, BODY, AT + 11)).status == 200


def test_without_a_signing_secret_nobody_is_let_in(room: Room) -> None:
    room.secrets.text = room.slack.token
    assert room.desk.take(request(signed(BODY, "", AT), BODY, AT)).status == 401
