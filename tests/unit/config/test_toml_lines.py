"""Where the keys of a TOML document stand."""

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.flywheel.settings.toml_lines import Path, lines_of

DOCUMENT = '''
title = "a # b"  # = not = a key
"quoted.key" . plain = 1
'literal' = """
not = a key
[nor a table]
""\\""""""
dates = [1979-05-27 07:32:00, 07:32:00]

[table . "with \\u0041"]
list = [ # comment ]
  1,
  "]", '''
DOCUMENT += """'''}
]''',
  { inner = [
    2, ], other.x = 3 },
]
[[many]]
a = 1
[[many]]
b = 1
[many.below]
c = 1
[[many.below.deep]]
d = 1
[[many.below.deep]]
d = 2
"""

LINES: dict[Path, int] = {
    ("title",): 2,
    ("quoted.key",): 3,
    ("quoted.key", "plain"): 3,
    ("literal",): 4,
    ("dates",): 8,
    ("dates", 1): 8,
    ("table",): 10,
    ("table", "with A"): 10,
    ("table", "with A", "list"): 11,
    ("table", "with A", "list", 0): 12,
    ("table", "with A", "list", 1): 13,
    ("table", "with A", "list", 2): 13,
    ("table", "with A", "list", 3): 15,
    ("table", "with A", "list", 3, "inner"): 15,
    ("table", "with A", "list", 3, "inner", 0): 16,
    ("table", "with A", "list", 3, "other"): 16,
    ("table", "with A", "list", 3, "other", "x"): 16,
    ("many", 0): 18,
    ("many", 0, "a"): 19,
    ("many", 1): 20,
    ("many", 1, "b"): 21,
    ("many", 1, "below"): 22,
    ("many", 1, "below", "c"): 23,
    ("many", 1, "below", "deep", 0): 24,
    ("many", 1, "below", "deep", 0, "d"): 25,
    ("many", 1, "below", "deep", 1, "d"): 27,
}


@pytest.mark.parametrize("path", LINES, ids=repr)
def test_a_key_is_found_on_its_line(path: Path) -> None:
    assert lines_of(DOCUMENT)[path] == LINES[path]


def test_every_key_of_the_document_is_found() -> None:
    assert set(paths(tomllib.loads(DOCUMENT))) <= set(lines_of(DOCUMENT))


def test_windows_line_ends_count_once() -> None:
    assert lines_of("a = 1\r\n\r\nb = [\r\n1,\r\n2]\r\n") == {(): 1, ("a",): 1, ("b",): 3, ("b", 0): 4, ("b", 1): 5}


TEXTS = st.text(st.sampled_from("ab\\\"'#[]{}=,.\n é"), max_size=6)
VALUES = st.recursive(
    st.integers() | TEXTS | st.floats(allow_nan=False) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.dictionaries(TEXTS, VALUES, max_size=4), st.data())
def test_every_key_of_any_document_is_found_at_or_after_its_parent(
    document: dict[str, Any], data: st.DataObject
) -> None:
    text = "\n".join(f"{quoted(key, data)} = {written(value, data)}" for key, value in document.items())
    assert tomllib.loads(text) == document
    lines = lines_of(text)
    assert set(lines) == {(), *paths(document)}
    assert all(lines[path] >= lines[path[:-1]] for path in lines if path)


def paths(value: Any, before: Path = ()) -> list[Path]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found: list[Path] = []
    for step, inner in steps:
        found += [(*before, step), *paths(inner, (*before, step))]
    return found


def written(value: Any, data: st.DataObject) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{quoted(key, data)}={written(inner, data)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        blank = data.draw(st.sampled_from(["", "\n", " # ] , } \n", "\r\n\t"]))
        return "[" + blank + ",".join(written(inner, data) + blank for inner in value) + "]"
    if isinstance(value, str):
        return quoted(value, data, long=True)
    return str(value).lower()


def quoted(text: str, data: st.DataObject, long: bool = False) -> str:
    """A text in any of the ways TOML has for it."""
    basic = text.replace("\\", "\\\\").replace('"', '\\"')
    ways = ['"' + basic.replace("\n", "\\n") + '"']
    if "'" not in text and "\n" not in text:
        ways.append(f"'{text}'")
    if long and "'''" not in text and not text.endswith("'"):
        ways.append(f"'''\n{text}'''")
    if long:
        ways.append(f'"""\n{basic}"""')
    return data.draw(st.sampled_from(ways))
