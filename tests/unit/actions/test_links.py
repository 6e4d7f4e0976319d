"""Which links are shown, and what of them."""

import pytest

from shared.flywheel.actions.links import shown_link


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("https://jira.example.com/browse/SEC-77", "https://jira.example.com/browse/SEC-77"),
        ("https://jira.example.com/browse/SEC-77?token=1#c", "https://jira.example.com/browse/SEC-77"),
        ("https://wiki.example.com/page?id=7", "https://wiki.example.com/page?id=7"),
        ("http://jira.example.com/", None),
        ("https://user:secret@jira.example.com/", None),
        ("https://user@jira.example.com/", None),
        ("https://jira.example.com/a\nb", None),
        ("https://jira.example.com/a b", None),
        ("https://jira.example.com/|x>", None),
        ("https://jira.example.com/\u202egpj", None),
        ("https://[broken", None),
        ("https:///nowhere", None),
        ("javascript:alert(1)", None),
        ("https://jira.example.com/" + "x" * 476, None),
        (None, None),
    ],
)
def test_only_https_without_user_controls_and_untrusted_queries_is_shown(sent: str | None, shown: str | None) -> None:
    assert shown_link(sent, {"wiki.example.com"}) == shown
