"""A drawn map leaves nothing out, and no name in it can become markup."""

from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.flywheel.maps.drawing import draw
from shared.flywheel.maps.text import parse

SVG = "{http://www.w3.org/2000/svg}"


def _texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_every_component_anchor_and_prediction_is_on_the_drawing() -> None:
    drawn = _texts(
        draw(parse("title T\nanchor User [1, 0.5]\ncomponent A [0.5, 0.2]\nevolve A->B 0.6\ncomponent C\nUser->A"))
    )
    assert {"T", "User", "A", "B"} <= set(drawn)
    assert "Without a place: C" in drawn


def test_a_name_with_markup_is_drawn_as_text() -> None:
    svg = draw(parse('title <script>x</script>\ncomponent "><script>alert(1)</script> [0.5, 0.5]'))
    assert "<script" not in svg
    assert '"><script>alert(1)</script>' in _texts(svg)


def test_stage_labels_are_the_maps_own() -> None:
    assert "Bespoke" in _texts(draw(parse("evolution New->Bespoke->Sold->Utility")))


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_drawing_is_well_formed_whatever_the_names(name: str) -> None:
    ElementTree.fromstring(draw(parse(f"title {name}\ncomponent {name} [0.5, 0.5] inertia\nevolve {name} 0.7")))
