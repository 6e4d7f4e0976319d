"""Signed links: good for one or two weeks, the same all week, for one flywheel, void with another key."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from shared.links.board_link import NO_LINKS, BoardLinks
from shared.links.signing import LONGEST, address_of, is_signed, signature

KEY = b"a key that is long enough to sign links with"
MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
NEXT_MONDAY = MONDAY + timedelta(weeks=1)
LAST = MONDAY + timedelta(weeks=2) - timedelta(seconds=1)
BASE = "https://board.example/board/"


def test_a_link_is_good_through_the_end_of_the_week_after_and_no_longer() -> None:
    given = signature(KEY, "checkout", "link", MONDAY)

    assert is_signed(KEY, "checkout", "link", given, MONDAY)
    assert is_signed(KEY, "checkout", "link", given, LAST)
    assert not is_signed(KEY, "checkout", "link", given, LAST + timedelta(seconds=1))
    assert not is_signed(KEY, "checkout", "link", given, MONDAY - timedelta(seconds=1))


def test_all_links_of_a_week_are_the_same_and_no_other_weeks() -> None:
    week = {signature(KEY, "checkout", "link", MONDAY + timedelta(hours=hours)) for hours in range(7 * 24)}

    assert len(week) == 1
    assert signature(KEY, "checkout", "link", NEXT_MONDAY) not in week


def test_a_week_is_that_of_utc_wherever_it_is_asked() -> None:
    east = (MONDAY - timedelta(hours=1)).astimezone(UTC).astimezone(tz=None)

    assert signature(KEY, "a", "link", east) == signature(KEY, "a", "link", MONDAY - timedelta(hours=1))


@pytest.mark.parametrize(
    ("key", "flywheel"), [(KEY + b"!", "checkout"), (KEY, "search"), (KEY, "checkout\0"), (KEY, "")]
)
def test_another_key_or_flywheel_is_another_signature(key: bytes, flywheel: str) -> None:
    assert not is_signed(key, flywheel, "link", signature(KEY, "checkout", "link", MONDAY), MONDAY)


@given(st.integers(0, 23), st.integers(1, 255))
def test_a_signature_with_any_character_changed_is_none(place: int, by: int) -> None:
    signed = signature(KEY, "checkout", "link", MONDAY)
    forged = signed[:place] + chr((ord(signed[place]) + by) % 256) + signed[place + 1 :]

    assert not is_signed(KEY, "checkout", "link", forged, MONDAY)


@given(st.text(max_size=200))
def test_whatever_is_given_for_a_signature_is_refused_without_an_error(text: str) -> None:
    assert not is_signed(KEY, "checkout", "link", text, MONDAY)


def test_a_signature_with_more_behind_it_is_none() -> None:
    signed = signature(KEY, "checkout", "link", MONDAY)

    for more in ("=", "A", " " * LONGEST, "é"):
        assert not is_signed(KEY, "checkout", "link", signed + more, MONDAY)


def test_the_address_of_any_name_can_be_followed_and_one_that_is_no_part_of_a_path_has_none() -> None:
    assert address_of(BASE, KEY, "Größe & co?", MONDAY) == (
        f"{BASE}Gr%C3%B6%C3%9Fe%20%26%20co%3F?s={signature(KEY, 'Größe & co?', 'link', MONDAY)}"
    )
    assert address_of(BASE, KEY, "a/b", MONDAY) is None
    assert address_of(BASE, KEY, "\ud800", MONDAY) is None


class Kept:
    """A key, or none."""

    def __init__(self, key: bytes | None) -> None:
        self._key = key

    def read(self) -> bytes | None:
        return self._key


class Unreachable:
    """A key that cannot be read just now."""

    def read(self) -> bytes | None:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "GetParameter")


def test_a_message_goes_without_its_link_where_the_key_cannot_be_read() -> None:
    assert BoardLinks(BASE, Unreachable()).board_link("checkout", MONDAY) is None


def test_there_is_no_link_without_a_key_or_where_links_are_off() -> None:
    assert BoardLinks(BASE, Kept(KEY)).board_link("checkout", MONDAY) == address_of(BASE, KEY, "checkout", MONDAY)
    assert BoardLinks(BASE, Kept(None)).board_link("checkout", MONDAY) is None
    assert NO_LINKS.board_link("checkout", MONDAY) is None
