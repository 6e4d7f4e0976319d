"""What a button says of its message comes back as it was, and fits."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.slack.actions import FORMS, LINKS, LONGEST_VALUE, VOTES, Pressed, pressed_of, value_of

NAMES = st.text(max_size=128)


@given(st.builds(Pressed, flywheel=NAMES, turn=NAMES, key=st.sampled_from(["", "idea", "feature"]), thing=NAMES))
def test_what_a_button_says_comes_back(pressed: Pressed) -> None:
    value = value_of(pressed)
    assert len(value) <= LONGEST_VALUE
    assert pressed_of(value) in {pressed, Pressed(flywheel=pressed.flywheel)}


def test_names_too_long_for_slack_are_left_out_and_the_message_stays() -> None:
    pressed = Pressed(flywheel="checkout", turn="x" * LONGEST_VALUE, key="idea", message="abc")
    assert pressed_of(value_of(pressed)) == Pressed(flywheel="checkout", message="abc")


def test_what_nobody_wrote_is_refused() -> None:
    with pytest.raises(msgspec.MsgspecError):
        pressed_of('{"turn": "a"}')


def test_no_button_is_of_two_sorts() -> None:
    assert len(FORMS | LINKS | VOTES) == len(FORMS) + len(LINKS) + len(VOTES)
