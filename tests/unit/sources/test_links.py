"""Only addresses that may be shown to people get into an event."""

import pytest

from shared.sources.links import public_link


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://ci.example.com/runs/7", "https://ci.example.com/runs/7"),
        ("https://ci.example.com:8443/runs/7?token=abc#top", "https://ci.example.com:8443/runs/7"),
        ("https://mira:secret@ci.example.com/runs/7", "https://ci.example.com/runs/7"),
        ("http://CI.example.com/A", "http://ci.example.com/A"),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("https://a.example.com/<!channel>", None),
        ("https://a.example.com/x|y", None),
        ("https://a.example.com/a\nb", None),
        ("https://a.example.com:port/", None),
        ("https://[::1/", None),
        ("https://é.example.com/", None),
        ("https://a.example.com/" + "x" * 2_000, None),
        ("/relative", None),
        ("", None),
        (None, None),
    ],
)
def test_a_link_is_of_the_web_and_has_no_user_query_or_fragment(address: str | None, shown: str | None) -> None:
    assert public_link(address) == shown
