"""The board of an organisation: what it is as a whole, with nothing pooled and nobody ranked."""

from shared.flywheel.settings.values import FlywheelSettings, Settings
from tests.browser.situations import SITUATIONS, named
from tests.unit.board.pages import Tree, page_of
from tests.unit.domain.histories import Envelope, History


def team(flywheel: str, first: float | None, last: float | None) -> list[Envelope]:
    history = History(flywheel=flywheel, source=flywheel).proposed("03-01", f"{flywheel}-1", title="Pay in one tap")
    if first is not None and last is not None:
        history.add("Metric Defined", "01-05", metric="orders", role="north_star", unit="a day", target=90)
        history.add("Metric Measured", "02-20", metric="orders", value=first)
        history.add("Metric Measured", "03-28", metric="orders", value=last)
    return named(history, flywheel)


def shop(*teams: str) -> Settings:
    own = FlywheelSettings(id="shop", name="Shop", kind="organisation", purpose="Whoever wants it has it within a day")
    below = {each: FlywheelSettings(id=each, name=each.title(), parent="shop") for each in teams}
    return Settings(flywheels={"shop": own, **below})


def test_without_a_north_star_of_its_own_it_is_told_by_those_of_its_children() -> None:
    events = [*team("a", 50, 60), *team("b", 60, 50), *team("c", None, None)]
    text = Tree(page_of(events, "03-30", settings=shop("a", "b", "c"), flywheel="shop")).text
    assert "Shop : one of three teams goes the right way, one goes the wrong way and one cannot tell." in text
    assert "by their own north stars. The whole has none." in text
    assert "Whoever wants it has it within a day" in text
    assert "Orders : 60 a day goes the right way" in text


def test_children_stand_in_the_order_of_the_configuration_each_on_a_scale_of_its_own() -> None:
    case = SITUATIONS["organisation"]()
    text = Tree(page_of(case.events, case.as_of, settings=case.settings, flywheel="shop")).text
    section = text[text.index("Side by side") :]
    names = [each.title for each in case.settings.flywheels.values() if each.id != "shop"]
    places = [section.index(f" {name} ") for name in names[:10]]
    assert places == sorted(places)
    assert "nobody is ranked" in section


def test_what_several_share_is_named_once_with_whose_it_is() -> None:
    case = SITUATIONS["organisation"]()
    text = Tree(page_of(case.events, case.as_of, settings=case.settings, flywheel="shop")).text
    assert "“ Access to the card vault ” holds three of twelve." in text
    assert "One thing stands in the way of several." in text
    assert "Checkout, Delivery, Pricing" in text
