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


def test_a_whole_that_asks_for_nothing_says_that_its_children_do() -> None:
    events = [*team("a", None, None), *team("b", None, None)]
    text = Tree(page_of(events, "03-30", settings=shop("a", "b"), flywheel="shop")).text
    assert "That is, of the whole: two of two have a first action, each beside its own figures ." in text
    alone = Tree(page_of(team("a", None, None), "03-30", settings=shop("a"), flywheel="shop")).text
    assert "That is, of the whole: one of one has a first action, each beside its own figures ." in alone


def delivering(flywheel: str) -> list[Envelope]:
    history = History(flywheel=flywheel, source=flywheel)
    for day in (10, 11, 12, 13):
        history.proposed(f"02-{day}", f"{flywheel}-{day}").worked(f"02-{day + 3}", idea=f"{flywheel}-{day}")
        history.released(f"02-{day + 9}", f"{flywheel}-f{day}", idea=f"{flywheel}-{day}")
    return named(history, flywheel)


def test_of_many_children_the_answer_draws_those_whose_constraint_is_known_and_counts_the_others() -> None:
    names = [f"t{place}" for place in range(16)]
    events = [event for name in names[3:5] for event in delivering(name)]
    tree = Tree(page_of(events, "03-30", settings=shop(*names), flywheel="shop"))
    assert "two have a constraint of their own" in tree.text
    assert "and 14 more below" in tree.text
    assert len([each for each in tree.all("svg") if each.get("class") == "wheel"]) == 2


def test_of_many_children_none_of_which_has_a_constraint_the_answer_draws_nothing() -> None:
    settings = shop(*(f"t{place}" for place in range(13)))
    page = page_of(team("t1", None, None), "03-30", settings=settings, flywheel="shop")
    assert "more below" not in page
    assert '<ul class="wheels"></ul>' not in page


def test_of_a_dozen_children_the_answer_draws_all() -> None:
    tree = Tree(page_of(delivering("t1"), "03-30", settings=shop(*(f"t{n}" for n in range(12))), flywheel="shop"))
    assert "one has a constraint of its own" in tree.text
    assert len([each for each in tree.all("svg") if each.get("class") == "wheel"]) == 12
