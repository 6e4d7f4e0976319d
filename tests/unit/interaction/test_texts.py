"""What people typed, without whom or where it names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.interaction.texts import without_people


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ask @ada about it", "Ask about it"),
        ("Ask <@U123|ada> and <!channel> in <#C1|ops>", "Ask and in"),
        ("mail ada.lovelace+x@example.co.uk now", "mail now"),
        ("see https://x.example/a?b=c and www.x.example.", "see and"),
        ("<https://x.example|the page>", ""),
        ("as SHOP-12 and #12 say, at 2 @ 3 per day", "as SHOP-12 and #12 say, at 2 @ 3 per day"),
        ("cc: @ada, @bob", "cc"),
        ("in #ops-team (ada@example.org)", "in"),
        ("two\nlines\u202e", "two lines"),
    ],
)
def test_mentions_channels_and_addresses_are_dropped(typed: str, kept: str) -> None:
    assert without_people(typed, 150) == kept


@given(st.text(max_size=200))
def test_what_is_kept_is_short_and_holds_no_mention(text: str) -> None:
    kept = without_people(f"{text} @ada <@U123ABC> ada@example.org", 50)
    assert len(kept) <= 50
    assert "U123ABC" not in kept
    assert "ada@example" not in kept
