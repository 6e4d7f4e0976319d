"""Maps by name: each component on the way from genesis to commodity, with what moved since the map before."""

from collections.abc import Iterator

from shared.board.drawing.plot import percent
from shared.board.markup import NOTHING, Child, Markup, element, joined, named
from shared.board.sections.section import key, section
from shared.board.view import View
from shared.board.words import capital, spelt
from shared.flywheel.history.values import MapComponent, MapHistory
from shared.flywheel.wording import listing, outside, plural

NAMES = {
    "market": "the market",
    "organisation": "the organisation",
    "solution": "the solution",
    "emerging_value": "the emerging value",
}
STAGES = ("genesis", "custom-built", "product", "commodity")
_ROW = 22


def maps(view: View) -> Markup:
    """A track for each component of the maps with a movement first; nothing where no map was sent."""
    drawn = sorted(view.history.maps.items(), key=lambda each: (each[1].before_at is None, each[0] != "solution"))
    if not drawn:
        return NOTHING
    first, *others = drawn
    return section(
        _heading(*first),
        _caption(view, *first),
        key(
            joined(_sign("M3 10h14", "moved"), "moved"),
            joined(_sign("M3 10h14", "foreseen"), "foreseen"),
            joined(_sign("M9 4h4v12h-4z", "alarmed"), "inertia"),
        ),
        _tracks(first[1]),
        *(_closed(view, *each) for each in others),
        anchor="maps",
    )


def _heading(sort: str, drawn: MapHistory) -> str:
    moved = [each.name for each in drawn.components if _moved(each, drawn)]
    inertia = [each.name for each in drawn.components if each.inertia and each.fate != "gone"]
    parts = []
    if drawn.before_at is None:
        parts.append(f"one map of {NAMES[sort]} so far, with {plural(len(drawn.components), 'component')}")
    else:
        parts.append(
            f"{_named(moved)} moved on the map of {NAMES[sort]}"
            if moved
            else f"nothing moved on the map of {NAMES[sort]}"
        )
    if inertia:
        parts.append(f"{_named(inertia)} {'resists' if len(inertia) == 1 else 'resist'} moving")
    return capital(f"{'; '.join(parts)}.")


def _named(names: list[str]) -> str:
    shown = [outside(name) for name in names[:2]]
    more = [f"{spelt(len(names) - 2)} more"] if len(names) > 2 else []
    return listing([*shown, *more])


def _moved(each: MapComponent, drawn: MapHistory) -> bool:
    """Whether a component is in another stage than on the map before."""
    if each.now is None or each.was is None or each.fate != "stays":
        return False
    return _stage(each.now, drawn) != _stage(each.was, drawn)


def _stage(maturity: float, drawn: MapHistory) -> int:
    return sum(maturity >= bound for bound in drawn.bounds)


def _caption(view: View, sort: str, drawn: MapHistory) -> str:
    before = "" if drawn.before_at is None else f" against that of {view.day(drawn.before_at)}"
    foreseen = sum(each.foreseen is not None for each in drawn.components)
    moves = f" {capital(plural(foreseen, 'move'))} foreseen." if foreseen else ""
    return f"The map of {NAMES[sort]} of {view.day(drawn.submitted_at)}{before}, by maturity alone.{moves}"


def _closed(view: View, sort: str, drawn: MapHistory) -> Markup:
    head = element(
        "summary",
        element("b", capital(f"the map of {NAMES[sort]}")),
        f", {view.day(drawn.submitted_at)}: ",
        _heading(sort, drawn),
    )
    return element("details", head, element("div", _tracks(drawn)))


def _tracks(drawn: MapHistory) -> Markup:
    rows = (
        element("li", element("span", _name(each), class_="name"), _track(each, drawn)) for each in drawn.components
    )
    return element("ul", _axis(drawn), *rows, class_="rows maprows")


def _axis(drawn: MapHistory) -> Markup:
    places = (0.0, *drawn.bounds)
    words = (
        element("text", stage, class_="quiet", x=percent(place * 100), y=12, dx=3)
        for place, stage in zip(places, STAGES, strict=True)
    )
    shown = element("svg", *words, class_="wide", width="100%", height=16, aria_hidden="true")
    return element("li", element("span"), shown, class_="axisrow", aria_hidden="true")


def _name(each: MapComponent) -> Child:
    flags = [
        *(["gone"] if each.fate == "gone" else ["new"] if each.fate == "new" else []),
        *(["inertia"] if each.inertia and each.fate != "gone" else []),
    ]
    words = (
        element("span", f" {', '.join(flags)}", class_="flag" if "inertia" in flags else "quiet") if flags else NOTHING
    )
    return joined(named(each.name), words)


def _track(each: MapComponent, drawn: MapHistory) -> Markup:
    middle = _ROW / 2
    shapes = [element("line", class_="grid", x1="0%", x2="100%", y1=middle, y2=middle)]
    shapes += [
        element("line", class_="axis", x1=percent(bound * 100), x2=percent(bound * 100), y1=0, y2=_ROW)
        for bound in drawn.bounds
    ]
    shapes += _marks(each, middle)
    return element(
        "svg", *shapes, class_="wide", width="100%", height=_ROW, role="img", aria_label=_spoken(each, drawn)
    )


def _marks(each: MapComponent, middle: float) -> Iterator[Markup]:
    now = each.was if each.now is None else each.now
    if now is None:
        yield element("text", "without a place", class_="quiet", x="0%", y=middle + 4)
        return
    x = percent(_edge(now))
    if each.fate == "stays" and each.was is not None and abs(each.was - now) > 0.004:
        was = percent(_edge(each.was))
        yield element("line", class_="moved", x1=was, x2=x, y1=middle, y2=middle)
        yield element("circle", class_="was", cx=was, cy=middle, r=3)
    if each.foreseen is not None:
        to = percent(_edge(each.foreseen))
        yield element("line", class_="foreseen", x1=x, x2=to, y1=middle, y2=middle)
        yield element("circle", class_="aim", cx=to, cy=middle, r=3.5)
    yield element("circle", class_="gone" if each.fate == "gone" else "place", cx=x, cy=middle, r=5)
    if each.inertia and each.fate != "gone":
        side = element("rect", class_="alarmed", x=9, y=0, width=4, height=15)
        yield element("svg", side, x=x, y=middle - 7.5, width=14, height=15, overflow="visible", aria_hidden="true")


def _edge(maturity: float) -> float:
    return round(min(max(maturity, 0.005), 0.985) * 100, 2)


def _spoken(each: MapComponent, drawn: MapHistory) -> str:
    def stage(maturity: float | None) -> str:
        return "no place" if maturity is None else STAGES[_stage(maturity, drawn)]

    if each.fate == "gone":
        return f"Gone from {stage(each.was)}."
    was = f", from {stage(each.was)}" if each.was is not None and each.was != each.now else ""
    to = "" if each.foreseen is None else f", foreseen in {stage(each.foreseen)}"
    return f"In {stage(each.now)}{was}{to}{', with inertia' if each.inertia else ''}."


def _sign(d: str, css: str) -> Markup:
    return element(
        "svg",
        element("path", class_=css, d=d),
        class_="mark long",
        width=20,
        height=13,
        viewBox="0 0 20 20",
        aria_hidden="true",
    )
