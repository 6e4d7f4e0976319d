"""Comments end a line wherever they stand, but the slashes of a URL are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.flywheel.maps.comments import lines_of
from shared.flywheel.maps.text import parse


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("component Till [0.6, 0.8]// no inertia, was (build) evolve 0.9", "component Till [0.6, 0.8]"),
        ("Guest->Till//daily", "Guest->Till"),
        ("component Till [0.6, 0.8]/* (build) */ inertia", "component Till [0.6, 0.8] inertia"),
        ("url till [https://maps.example/a//b]// the till", "url till [https://maps.example/a//b]"),
        ("note see http://maps.example/x // later", "note see http://maps.example/x"),
        ("note ask:// nobody", "note ask:"),
        ("// https://maps.example/a", ""),
        ("title a // b /* c", "title a"),
    ],
)
def test_what_is_left_of_a_line(written: str, left: str) -> None:
    assert [line for _, line in lines_of(written)] == ([left] if left else [])


def test_a_block_keeps_the_count_of_lines() -> None:
    assert list(lines_of("a\n/* b\nc */d\ne")) == [(1, "a"), (3, "d"), (4, "e")]


def test_a_block_that_never_ends_is_left_standing() -> None:
    assert list(lines_of("a /* b\nc // d")) == [(1, "a /* b"), (2, "c")]


@given(st.lists(st.sampled_from(["//", "/*", "*/", "https://a.example/b", "x", " ", "\n", "]", "/", "*"])).map("".join))
def test_no_line_is_made_of_a_comment_and_none_is_numbered_beyond_the_text(text: str) -> None:
    lines = text.split("\n")
    for number, line in lines_of(text):
        assert line.strip() == line != ""
        assert not line.startswith("//")
        assert 1 <= number <= len(lines)


def test_a_comment_glued_to_a_component_says_nothing_of_it() -> None:
    read = parse(
        "component Till [0.6, 0.8]// no inertia any more, was (build) evolve 0.95\nanchor Guest [1, 1]\nGuest->Till//x"
    )
    till = read.components["Till"]
    assert (till.inertia, till.method, till.evolves_to, read.remarks) == (False, None, None, [])
