"""Components by name, and one map against the one before it."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.flywheel.maps.changes import change_of, moves_realised, names_of
from shared.flywheel.maps.text import parse

BEFORE = """component Till [0.6, 0.3] inertia
component Ledger [0.4, 0.5] (build)
component Oven [0.3, 0.8]
evolve Till 0.7
evolve Oven 0.95
evolve Ledger->Accounts 0.8
"""
AFTER = """component till [0.6, 0.52]
component Accounts [0.4, 0.6]
component Cloud [0.1, 0.9] (build) inertia
component  Delivery  van [0.5, 0.1]
"""


def change(before: str = BEFORE, after: str = AFTER) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(change_of(parse(before), parse(after)))
    return found


def test_what_is_new_gone_moved_and_foreseen_is_told_by_name() -> None:
    assert change() == {
        "added": ["Accounts", "Cloud", "Delivery van"],
        "removed": ["Ledger", "Oven"],
        "moved": [{"component": "till", "from": "custom", "to": "product"}],
        "inertia_gained": [],
        "inertia_lost": ["till"],
        "predictions": [
            {"component": "Till", "predicted": 0.7, "now": 0.52, "realised": True},
            {"component": "Ledger", "predicted": 0.8, "now": 0.6, "realised": False},
            {"component": "Oven", "predicted": 0.95, "now": None, "realised": False},
        ],
    }
    assert moves_realised(parse(BEFORE), parse(AFTER)) == (1, 3)


def test_inertia_that_came_is_told() -> None:
    assert change("component Till [0.6, 0.3]", "component TILL [0.6, 0.3] inertia")["inertia_gained"] == ["TILL"]


def test_a_component_that_lost_its_place_moved_to_no_stage() -> None:
    assert change("component A [0.5, 0.5]", "component A")["moved"] == [
        {"component": "A", "from": "product", "to": None}
    ]


def test_the_names_that_a_reader_asks_for_come_in_the_maps_order() -> None:
    names = names_of(parse(AFTER))
    assert msgspec.to_builtins(names) == {
        "inertia": ["Cloud"],
        "in_house_commodity": ["Cloud"],
        "differentiators": ["Delivery van"],
        "enablers": ["till", "Accounts", "Cloud"],
    }


TWICE = """component Orders [0.6, 0.3]
pipeline Orders
{
component Checks [0.35] inertia
}
component Bills [0.5, 0.6]
pipeline Bills
{
component checks [0.8] (buy)
}
evolve Checks 0.5
Orders->CHECKS
"""


def test_one_name_twice_is_two_components_and_lines_speak_of_the_first() -> None:
    read = parse(TWICE)
    assert list(read.components) == ["Orders", "Checks", "Bills", "checks (2)"]
    assert (read.components["Checks"].inertia, read.components["Checks"].evolves_to) == (True, 0.5)
    assert (read.components["checks (2)"].method, read.components["checks (2)"].pipeline) == ("buy", "Bills")
    assert read.remarks == []


def test_a_name_that_looks_like_a_second_one_is_its_own() -> None:
    assert list(parse("component A (2)\ncomponent A\ncomponent A").components) == ["A (2)", "A", "A (3)"]


@pytest.mark.parametrize(
    ("line", "maturity", "to", "inertia"),
    [
        ("component Till [0.5, 0.3]\nevolve Till 0.84 inertia", 0.3, 0.84, True),
        ("component Till [0.5, 0.48]\nevolve Till 0.48->0.68", 0.48, 0.68, False),
        ("component Till [0.5, 0.48]\nevolve Till 0.48 -> 0.68 label [4, 5]", 0.48, 0.68, False),
        ("component Till [0.5, 0.48->0.68]", 0.48, 0.68, False),
        ("component Till [0.5, 0.48] evolve 0.68 inertia", 0.48, 0.68, True),
        ("component Till [0.5, 0.48]\nevolve Till (inertia) 0.68", 0.48, 0.68, True),
    ],
)
def test_an_expected_move_is_read_in_all_its_forms(line: str, maturity: float, to: float, inertia: bool) -> None:
    read = parse(line)
    till = read.components["Till"]
    assert (till.maturity, till.evolves_to, till.inertia, read.remarks) == (maturity, to, inertia, [])


components = st.tuples(
    st.sampled_from(["a", "A", "b  c", "B c", "d"]),
    st.sampled_from(["", " [0.5, 0.1]", " [0.5, 0.5]", " [0.5, 0.9]"]),
    st.sampled_from(["", " inertia"]),
).map(lambda parts: "component " + "".join(parts))
maps = st.lists(components, max_size=6).map("\n".join)


@given(maps)
def test_a_map_against_itself_has_not_changed(text: str) -> None:
    found = change(text, text)
    assert not any(found[what] for what in found if what != "predictions")


@pytest.mark.slow
@given(maps, maps)
def test_what_is_new_one_way_is_gone_the_other_way(one: str, other: str) -> None:
    there, back = change(one, other), change(other, one)
    assert (there["added"], there["removed"]) == (back["removed"], back["added"])
    assert len(there["inertia_gained"]) == len(back["inertia_lost"])
    assert len(there["moved"]) == len(back["moved"])
    assert len(parse(one).components) == one.count("component")
