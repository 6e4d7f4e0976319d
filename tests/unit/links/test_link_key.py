"""The key of links: made once, read at most every five minutes, void as soon as another one is known."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from shared.links.link_key import KEPT_SECONDS, LinkKey

NAME = "/flywheel-dev/board/link-key"


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ssm() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("ssm", region_name="eu-west-1")


def test_there_is_no_key_until_it_is_made(ssm: Any) -> None:
    key = LinkKey(ssm, NAME, Clock())

    assert key.read() is None
    assert key.make() is True
    assert LinkKey(ssm, NAME).read() is not None
    assert ssm.get_parameter(Name=NAME)["Parameter"]["Type"] == "SecureString"


def test_a_key_that_is_there_stays(ssm: Any) -> None:
    LinkKey(ssm, NAME).make()
    first = LinkKey(ssm, NAME).read()

    assert LinkKey(ssm, NAME).make() is False
    assert LinkKey(ssm, NAME).read() == first


def test_who_makes_it_at_the_same_time_gets_the_one_that_was_first(ssm: Any) -> None:
    slower = LinkKey(ssm, NAME)
    slower._read = lambda: None  # type: ignore[method-assign]  # it looks before the other one has written

    LinkKey(ssm, NAME).make()
    first = LinkKey(ssm, NAME).read()

    assert slower.make() is False
    assert LinkKey(ssm, NAME).read() == first


def test_another_key_is_known_within_five_minutes(ssm: Any) -> None:
    clock = Clock()
    reader = LinkKey(ssm, NAME, clock)
    reader.make()
    first = reader.read()

    LinkKey(ssm, NAME).replace()

    assert reader.read() == first
    clock.seconds += KEPT_SECONDS
    assert reader.read() not in {first, None}


def test_a_key_that_is_too_short_signs_nothing(ssm: Any) -> None:
    ssm.put_parameter(Name=NAME, Value="letmein", Type="SecureString")

    assert LinkKey(ssm, NAME).read() is None


def test_an_error_of_ssm_is_raised(ssm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "GetParameter")

    monkeypatch.setattr(ssm, "get_parameter", refused)
    with pytest.raises(ClientError):
        LinkKey(ssm, NAME).read()
