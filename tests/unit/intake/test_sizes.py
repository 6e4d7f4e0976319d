"""Whatever the size: taken, or refused clearly, before anything is hashed."""

import base64
import json
from typing import Any

import pytest

from shared.intake.request import LARGEST_BODY
from tests.unit.intake.conftest import Desk
from tests.unit.intake.requests import deployed, github

pytestmark = pytest.mark.slow

KB, MB = 1024, 1024 * 1024


def padded(size: int, filler: str = "x") -> bytes:
    """A delivery of so many bytes."""
    empty = json.dumps({**deployed(), "description": ""}, ensure_ascii=False).encode()
    count, rest = divmod(size - len(empty), len(filler.encode()))
    body = json.dumps({**deployed(), "description": filler * count + "x" * rest}, ensure_ascii=False).encode()
    assert len(body) == size
    return body


@pytest.mark.parametrize("size", [256 * KB, MB - 1, MB, MB + 1, LARGEST_BODY])
@pytest.mark.parametrize("filler", ["x", "é", "🎡"])
@pytest.mark.parametrize("is_base64", [False, True])
def test_large_bodies_are_taken(desk: Desk, size: int, filler: str, is_base64: bool) -> None:
    assert desk.post(github("deployment_status", padded(size, filler), is_base64=is_base64))[0] == 202


@pytest.mark.parametrize("size", [LARGEST_BODY + 1, 6 * MB])
@pytest.mark.parametrize("filler", ["x", "é"])
@pytest.mark.parametrize("is_base64", [False, True])
def test_larger_ones_are_refused_before_anybody_is_asked(desk: Desk, size: int, filler: str, is_base64: bool) -> None:
    for hook in ("github", "nobody"):
        status, said = desk.post(github("deployment_status", padded(size, filler), hook=hook, is_base64=is_base64))
        assert (status, said) == (413, {"error": f"the body is larger than {LARGEST_BODY} bytes"})
    assert desk.ssm.reads == 0


def test_a_large_body_that_cannot_be_understood_is_kept_as_far_as_a_message_goes(desk: Desk) -> None:
    noise = base64.b64encode(bytes(at * at % 251 for at in range(MB))).decode()
    for body in ({"deployment_status": "x" * MB}, {"deployment_status": noise + "é"}):
        payload: dict[str, Any] = github("deployment_status", json.dumps(body).encode())
        assert desk.post(payload)[0] == 422
    assert all(len(sent.encode()) <= 256 * KB for sent in desk.inbox.sent)
    assert len(desk.inbox.sent) == 2
