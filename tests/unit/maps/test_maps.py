"""Wardley maps are read whole, answered by hand-worked counts, and never break the reader."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.flywheel.maps.changes import moves_realised
from shared.flywheel.maps.text import Remark, answers, parse, stage_of

EVERY_ELEMENT = """\
title Parcel desk
style wardley
size [900, 500]
evolution new -> made -> sold -> utility
valuechain seen -> hidden
/* a comment
   over two lines */
anchor Sender [0.97, 0.50]
component Quote [0.85, 0.30] label [4, -6]   // a remark
component Route planner [0.60, 0.15] (build)
component Maps data [0.40, 0.75] (buy)
component Legacy ledger (v1) [0.35, 0.72] inertia
component Payments [0.50, 0.80] (outsource, inertia) label [1, 2]
component Somewhere
market Couriers [0.30, 0.90]
build Legacy ledger (v1)
pipeline Quote [0.20, 0.55]
{
  component Web quote [0.25]
  component API quote [0.50]
}
evolve Route planner -> Routing service 0.55 label [3, 4]
evolve Quote 0.45
Sender->Quote; asks
Quote+>Route planner
Route planner+<Maps data
Quote+<>Payments
Payments+'4%'>Couriers
note +slow season [0.10, 0.20]
annotation 1 [[0.4,0.5],[0.6, 0.7]] two places
annotation 2 [0.3, 0.3] one place
annotations [0.9, 0.05]
pioneers [0.9, 0.1, 0.7, 0.3]
settlers [0.6, 0.4, 0.5, 0.6]
townplanners [0.4, 0.7, 0.2, 0.9]
accelerator cheap phones [0.2, 0.3]
deaccelerator postal law [0.2, 0.6]
submap Customs [0.55, 0.65] url(customsMap)
url customsMap [https://maps.example/customs]
"""


def test_every_element_is_read() -> None:
    read = parse(EVERY_ELEMENT)
    assert read.remarks == []
    assert (read.title, read.style, read.size) == ("Parcel desk", "wardley", (900.0, 500.0))
    assert read.evolution == ("new", "made", "sold", "utility")
    assert read.value_chain == ("seen", "hidden")
    assert list(read.anchors) == ["Sender"]
    assert list(read.components) == [
        "Quote", "Route planner", "Maps data", "Legacy ledger (v1)", "Payments", "Somewhere",
        "Web quote", "API quote", "Couriers",
    ]  # fmt: skip
    assert read.components["Payments"].method == "outsource"
    assert read.components["Payments"].inertia
    assert read.components["Legacy ledger (v1)"].method == "build"
    assert read.components["Couriers"].method == "market"
    assert read.components["Web quote"].visibility == 0.85
    assert read.components["Web quote"].pipeline == "Quote"
    assert read.components["Route planner"].evolves_into == "Routing service"
    assert [(link.flow, link.label, link.context) for link in read.links] == [
        (None, None, "asks"), ("forward", None, None), ("backward", None, None), ("both", None, None),
        ("forward", "4%", None),
    ]  # fmt: skip
    assert [mark.kind for mark in read.marks] == [
        "note", "annotation", "annotation", "annotations", "pioneers", "settlers", "townplanners", "accelerator",
        "deaccelerator", "submap",
    ]  # fmt: skip
    assert read.urls == {"customsMap": "https://maps.example/customs"}


def test_the_answers_are_those_counted_by_hand() -> None:
    found = answers(parse(EVERY_ELEMENT))
    assert found.components == 9
    assert found.anchors == 1
    # genesis: Route planner; custom: Quote, Web quote; product: API quote 0.50; commodity: the other four placed
    assert found.stages == {"genesis": 1, "custom": 2, "product": 1, "commodity": 4}
    assert found.unplaced == 1
    assert found.differentiators == 3 / 9
    assert found.offload_ratio == 3 / 4  # Maps data, Payments and Couriers; the ledger is built
    assert found.inertia_share == 2 / 9
    assert found.commodity_burden == 2 / 9  # ledger (inertia and built), Payments (inertia)
    assert found.evolving_share == 2 / 9


@pytest.mark.parametrize(
    ("maturity", "stage"),
    [
        (0.0, "genesis"),
        (0.1749, "genesis"),
        (0.175, "custom"),
        (0.4, "product"),
        (0.6999, "product"),
        (0.7, "commodity"),
    ],
)
def test_a_stage_begins_at_its_lower_bound(maturity: float, stage: str) -> None:
    assert stage_of(maturity) == stage


def test_a_map_without_components_answers_with_unknown_shares() -> None:
    found = answers(parse("title Nothing yet"))
    assert found.components == 0
    assert found.differentiators is None
    assert found.offload_ratio is None


def test_a_line_that_is_not_understood_is_named_and_the_rest_still_counts() -> None:
    read = parse("component A [0.5, 0.5]\nfrobnicate the map\ncomponent B [0.4, 0.9]\n\nsize big\n")
    assert list(read.components) == ["A", "B"]
    assert [(remark.line, remark.text) for remark in read.remarks] == [(2, "frobnicate the map"), (5, "size big")]


def test_what_names_something_that_is_not_on_the_map_is_reported() -> None:
    read = parse("component A [0.5, 0.5]\nA->B\nevolve C 0.9\nbuy D")
    assert read.remarks == [
        Remark(2, "A->B", "no such component: B"),
        Remark(3, "evolve C 0.9", "no such component: C"),
        Remark(4, "buy D", "no such component: D"),
    ]


def test_a_link_from_a_name_that_begins_like_a_keyword_is_a_link() -> None:
    read = parse("component market data [0.5, 0.5]\ncomponent feed [0.4, 0.5]\nmarket data->feed")
    assert [(link.start, link.end) for link in read.links] == [("market data", "feed")]
    assert read.remarks == []


def test_a_comment_that_never_ends_hides_nothing() -> None:
    read = parse("component A [0.5, 0.5]\n/* oops\ncomponent B [0.4, 0.5]")
    assert list(read.components) == ["A", "B"]
    assert [remark.line for remark in read.remarks] == [2]


def test_names_in_quotes_are_one_name_on_one_line() -> None:
    read = parse(
        'component "Route\\nplanner" [0.6, 0.15]\ncomponent "API [v2]" [0.5, 0.6]\nanchor "The \\"user\\"" [1, 0.5]\n'
        '"The \\"user\\""->"Route\\nplanner"\nRoute planner->API [v2]\nbuild "Route\\nplanner"\n'
        'evolve "Route\\nplanner"->"Routing"0.55 label [1, 2]'
    )
    assert read.remarks == []
    assert (list(read.components), list(read.anchors)) == (["Route planner", "API [v2]"], ['The "user"'])
    planner = read.components["Route planner"]
    assert (planner.method, planner.evolves_to, planner.evolves_into) == ("build", 0.55, "Routing")


def test_a_component_may_tell_where_it_evolves_to() -> None:
    read = parse("component Tap [0.9, 0.6] evolve 0.8 label [1, 2] inertia\ncomponent evolve 2 [0.1, 0.2]")
    assert (read.components["Tap"].evolves_to, read.components["Tap"].inertia) == (0.8, True)
    assert read.components["evolve 2"].evolves_to is None
    assert parse("component A [0.5, 0.2] evolve 0.4\nevolve A 0.6").components["A"].evolves_to == 0.6


@pytest.mark.parametrize(
    ("marks", "method"),
    [("(market, buy)", "buy"), ("(ecosystem, build)", "build"), ("(market)", "market"), ("(BUY) (inertia)", "buy")],
)
def test_how_a_component_is_made_counts_more_than_that_it_is_a_market(marks: str, method: str) -> None:
    assert parse(f"component A [0.5, 0.8] {marks}").components["A"].method == method


def test_coordinates_that_are_none_are_named_and_the_component_still_counts() -> None:
    read = parse("component A [0.5; 0.5] (buy)\ncomponent B [0.5, 70]\nanchor C [x]\ncomponent D")
    assert [(each.name, each.maturity) for each in read.components.values()] == [("A", None), ("B", 70), ("D", None)]
    assert read.components["A"].method == "buy"
    assert [(remark.line, remark.reason.partition(":")[0]) for remark in read.remarks] == [
        (1, "coordinates not understood"),
        (2, "coordinates run from 0 to 1"),
        (3, "coordinates not understood"),
    ]


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_files_of_any_system_read_the_same(ending: str) -> None:
    lines = [
        "title Tap\tand sink",
        "component\tTap\t[0.9,\t0.6]",
        "  component Größe 水 [.5,.7]",
        "Tap->Größe 水 // so",
    ]
    read = parse("\ufeff" + ending.join(lines) + ending)
    assert (read.title, list(read.components), read.remarks) == ("Tap and sink", ["Tap", "Größe 水"], [])


def test_a_predicted_move_counts_from_half_its_distance() -> None:
    before = parse(
        "component A [0.5, 0.2]\nevolve A 0.6\ncomponent B [0.5, 0.2]\nevolve B 0.6\n"
        "component C [0.5, 0.2]\nevolve C->D 0.6\ncomponent E [0.5, 0.2]\nevolve E 0.6\ncomponent F [0.5, 0.2]"
    )
    after = parse("component A [0.5, 0.40]\ncomponent B [0.5, 0.39]\ncomponent D [0.5, 0.6]\ncomponent F [0.5, 0.9]")
    # A went exactly half way, B less, C became D and arrived, E is gone, F was not predicted
    assert moves_realised(before, after) == (2, 4)


_WORDS = st.sampled_from(
    ["component", "evolve", "pipeline", "A", "B", "[0.5, 0.5]", "[0.5]", "{", "}", "->", "+>", "+'x'<", "(buy)", "/*",
     "*/", "//", "inertia", "label [1, 2]", "0.7", "[[1,2],[3,4]]", "note", "annotation", "url", "title", "\n", ";",
     "market", '"', '"A\\nB"', "evolve 0.4", "[0.5; 1]"]
)  # fmt: skip


@pytest.mark.parametrize("piece", ['\\"', "[", "label [", "evolve ", "+'", "(buy,", "/* ", "1 ", "A->"])
def test_a_long_line_takes_no_longer_than_its_length_deserves(piece: str) -> None:
    """Quadratic reading of these 100,000 characters would take minutes."""
    for line in ('component "', "component A [0.5, 0.5] ", "evolve A", "A"):
        assert answers(parse(line + piece * (100_000 // len(piece)))).components <= 1


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=400), st.lists(_WORDS, max_size=60).map(" ".join)))
def test_no_text_breaks_the_reader(text: str) -> None:
    read = parse(text)
    found = answers(read)
    assert all(share is None or 0 <= share <= 1 for share in (found.differentiators, found.offload_ratio))
    assert all(1 <= remark.line <= text.count("\n") + text.count("\r") + 1 for remark in read.remarks)
