"""Marks: small signs that differ in shape before colour, each beside the word that it stands for."""

from shared.board.markup import Markup, element, joined

SIZE = 14
MANY = 8
"""Marks of one sort beside each other that one counts at a glance."""


def _mark(*shapes: Markup) -> Markup:
    return element("svg", *shapes, class_="mark", width=13, height=13, viewBox=f"0 0 {SIZE} {SIZE}", aria_hidden="true")


def _square(css: str, inset: float = 1.5) -> Markup:
    side = SIZE - 2 * inset
    return element("rect", x=inset, y=inset, width=side, height=side, class_=css)


def _circle(css: str, radius: float = 5) -> Markup:
    return element("circle", cx=7, cy=7, r=radius, class_=css)


def _path(css: str, d: str) -> Markup:
    return element("path", class_=css, d=d)


MET = _mark(_square("ink"))
MISSED = _mark(_square("outline", 2), _path("outline", "M4.2 4.2 9.8 9.8M9.8 4.2 4.2 9.8"))
LEARNED = _mark(_square("outline", 2), _path("ink", "M2 2H12L2 12Z"))
UNKNOWN = _mark(_square("unknown"))
STOPPED = _mark(_path("outline", "M2.5 2.5V11.5M2.5 7H12"))
RUNNING = _mark(_path("outline", "M1.5 7H11M7.5 3.5 11 7 7.5 10.5"))

OUTCOMES = {"met": MET, "missed": MISSED, "learned": LEARNED, "unknown": UNKNOWN, "stopped": STOPPED}
"""By result of a turn; of one that is delivered without any, unknown."""

HEALTHY = _mark(_circle("ink"))
WATCH = _mark(_circle("outline"), _path("ink", "M7 2A5 5 0 0 1 7 12Z"))
ACT = _mark(_path("alarmed", "M7 1.5 13 12.5H1Z"))
OWN_TREND = _mark(_circle("outline"))
NOT_KNOWN = _mark(_circle("unknown"))

STATUSES = {
    "healthy": HEALTHY,
    "watch": WATCH,
    "act": ACT,
    "trend_only": OWN_TREND,
    "not_wired": NOT_KNOWN,
    "suppressed": NOT_KNOWN,
    "elsewhere": NOT_KNOWN,
}
"""By status of a signal."""

REAL = _mark(_circle("ink"))
CHANCE = _mark(_circle("open"))


def phase_mark(phase: int) -> Markup:
    """The colour of a phase."""
    return _mark(_square(f"p{phase}"))


def definitions() -> Markup:
    """The hatching that marks the unknown, once a page; and the same for what is drawn at a third of its size."""
    patterns = (_hatching("fwb-hatch", "rotate(45)"), _hatching("fwb-hatch-small", "rotate(45) scale(2.8)"))
    return element("svg", element("defs", *patterns), class_="defs", width=0, height=0, aria_hidden="true")


def _hatching(name: str, transform: str) -> Markup:
    return element(
        "pattern",
        element("rect", width=5, height=5, class_="hatchpaper"),
        element("line", x1=0, y1=0, x2=0, y2=5, class_="hatchline"),
        id=name,
        width=5,
        height=5,
        patternUnits="userSpaceOnUse",
        patternTransform=transform,
    )


def counted(marks: dict[str, int]) -> list[Markup]:
    """Each sort of mark as often as it counts, with its word; where one counts many, each once: none looks larger."""
    is_few = max(marks.values(), default=0) <= MANY
    return [
        element("span", joined(*([OUTCOMES[word]] * (count if is_few else 1))), f" {count} {word}", class_="nowrap")
        for word, count in marks.items()
        if count
    ]
