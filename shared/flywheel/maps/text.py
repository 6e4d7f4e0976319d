"""Wardley maps in OnlineWardleyMaps text (domain: "Maps"): what a map says, and what the tenets ask of it.

Coordinates are [visibility, maturity], 0 to 1. Reading never raises: a line that is not understood is reported with its
number, and the rest of the map still counts.
"""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from shared.flywheel.maps.comments import lines_of
from shared.flywheel.maps.names import name_apart, same_name

Stage = Literal["genesis", "custom", "product", "commodity"]
Method = Literal["build", "buy", "outsource", "market", "ecosystem"]

STAGES: tuple[Stage, ...] = ("genesis", "custom", "product", "commodity")
STAGE_BOUNDS = (0.175, 0.40, 0.70)
"""Where custom, product and commodity begin on the maturity axis; the lower bound belongs to the later stage."""

OFFLOADED: tuple[Method, ...] = ("buy", "outsource", "market")


class Component(Struct, frozen=True):
    """One component; without coordinates it is counted, but is in no stage."""

    name: str
    line: int
    visibility: float | None = None
    maturity: float | None = None
    inertia: bool = False
    method: Method | None = None
    pipeline: str | None = None
    evolves_to: float | None = None
    evolves_into: str | None = None


class Anchor(Struct, frozen=True):
    """A user or a need that the map hangs from; not a component."""

    name: str
    line: int
    visibility: float | None = None
    maturity: float | None = None


class Link(Struct, frozen=True):
    """`start` needs `end`; `flow` is the way something flows along it, where the map says so."""

    start: str
    end: str
    line: int
    flow: Literal["forward", "backward", "both"] | None = None
    label: str | None = None
    context: str | None = None


class Pipeline(Struct, frozen=True):
    """A component that comes in several forms, from one maturity to another."""

    name: str
    line: int
    start: float | None = None
    end: float | None = None


class Mark(Struct, frozen=True):
    """Anything else with a place: notes, annotations, attitudes, accelerators, submaps."""

    kind: str
    text: str
    line: int
    at: tuple[tuple[float, ...], ...] = ()


class Remark(Struct, frozen=True):
    """A line that could not be read, or that names what is not on the map."""

    line: int
    text: str
    reason: str


class WardleyMap(Struct):
    """Everything that was read."""

    title: str | None = None
    style: str | None = None
    size: tuple[float, ...] | None = None
    evolution: tuple[str, ...] = ()
    value_chain: tuple[str, ...] = ()
    components: dict[str, Component] = field(default_factory=dict)
    anchors: dict[str, Anchor] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    pipelines: dict[str, Pipeline] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


class Answers(Struct, frozen=True):
    """Counts and shares that the tenets ask of one map; a share of nothing is None."""

    components: int
    anchors: int
    stages: dict[Stage, int]
    unplaced: int
    differentiators: float | None
    offload_ratio: float | None
    inertia_share: float | None
    commodity_burden: float | None
    evolving_share: float | None


def stage_of(maturity: float | None, bounds: tuple[float, float, float] = STAGE_BOUNDS) -> Stage | None:
    """The stage of evolution at a maturity; None where the component has no place."""
    if maturity is None:
        return None
    return STAGES[sum(maturity >= bound for bound in bounds)]


def answers(read: WardleyMap, bounds: tuple[float, float, float] = STAGE_BOUNDS) -> Answers:
    """Counts and shares over the components of a map (domain §5, tenets 3, 6, 7 and 12)."""
    components = list(read.components.values())
    commodity = [component for component in components if stage_of(component.maturity, bounds) == "commodity"]
    stages = dict.fromkeys(STAGES, 0)
    for component in components:
        if stage := stage_of(component.maturity, bounds):
            stages[stage] += 1
    return Answers(
        components=len(components),
        anchors=len(read.anchors),
        stages=stages,
        unplaced=len(components) - sum(stages.values()),
        differentiators=_share(stages["genesis"] + stages["custom"], len(components)),
        offload_ratio=_share(sum(component.method in OFFLOADED for component in commodity), len(commodity)),
        inertia_share=_share(sum(component.inertia for component in components), len(components)),
        commodity_burden=_share(
            sum(component.inertia or component.method == "build" for component in commodity), len(components)
        ),
        evolving_share=_share(sum(component.evolves_to is not None for component in components), len(components)),
    )


def parse(text: str) -> WardleyMap:
    """Read a map. Raises nothing, whatever the text: what is not understood is in `remarks`."""
    reader = _Reader()
    for number, line in lines_of(text):
        reader.read(number, line)
    return reader.finish()


_NUMBER = r"[-+]?(?:\d{1,12}\.?\d{0,18}|\.\d{1,18})"
_COORDINATES = re.compile(rf"\[\s*({_NUMBER})\s*(?:,\s*({_NUMBER})\s*)?(?:->\s*(?P<to>{_NUMBER})\s*)?\]")
"""`[visibility, maturity]`, in a pipeline `[maturity]`; `0.48->0.68` is a maturity and the one expected."""
_LABEL = re.compile(rf"\blabel\s*\[\s*{_NUMBER}\s*,\s*{_NUMBER}\s*\]")
_DECORATORS = re.compile(
    r"\(\s*((?:build|buy|outsource|market|ecosystem|inertia)(?:\s*,\s*(?:build|buy|outsource|market|ecosystem|inertia))*)\s*\)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_QUOTE_ENDS = re.compile(r'"(?=[-+.\d])')
_ESCAPED = re.compile(r"\\(.)")
_EVOLVES = re.compile(rf"(?:^|\s)evolve\s+({_NUMBER})(?=\s|$)")
_URL_OF = re.compile(r"\burl\(([^()]*)\)")
_INERTIA = re.compile(r"(?:^|\s)inertia(?=\s|$)")
_ARROW = re.compile(r"\+'([^']*)'(<>|>|<)|\+(<>|>|<)|->")
_FLOWS: dict[str, Literal["forward", "backward", "both"]] = {">": "forward", "<": "backward", "<>": "both"}
_EVOLVE = re.compile(
    rf"^(?P<name>.+?)(?:\s+evolve)?\s+(?:{_NUMBER}\s*->\s*)?(?P<to>{_NUMBER})(?P<inertia>\s+inertia)?$", re.IGNORECASE
)
_GROUPS = re.compile(rf"\[\s*({_NUMBER}(?:\s*,\s*{_NUMBER})*)\s*\]")
_KEYWORD = re.compile(r"^([A-Za-z-]+)(?:\s+|$)")
_METHODS: dict[str, Method] = {
    "build": "build", "buy": "buy", "outsource": "outsource", "market": "market", "ecosystem": "ecosystem",
}  # fmt: skip


class _Decorated(NamedTuple):
    name: str
    place: tuple[float, ...]
    inertia: bool
    method: Method | None
    url: str | None
    evolves_to: float | None
    misplaced: bool
    """Something in brackets is no coordinates."""


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _decorated(text: str) -> _Decorated:
    """Take the known decorations off an element; what is left is its name, which may hold blanks and brackets."""
    quoted = _QUOTED.match(text)
    if quoted:
        text = text[quoted.end() :]
    text = _LABEL.sub(" ", text)
    url = _URL_OF.search(text)
    text = _URL_OF.sub(" ", text)
    words = [word.strip().lower() for group in _DECORATORS.findall(text) for word in group.split(",")]
    text = _DECORATORS.sub(" ", text)
    place = _COORDINATES.search(text)
    name, rest = (text[: place.start()], text[place.end() :]) if place else (text, text)
    inertia = "inertia" in words or _INERTIA.search(rest) is not None
    misplaced = not place and "[" in text
    if not place:
        name = _INERTIA.sub(" ", name).partition("[")[0]
    numbers = tuple(float(number) for number in place.groups()[:2] if number is not None) if place else ()
    evolves = _EVOLVES.search(rest) if place else None
    expected = evolves[1] if evolves else place["to"] if place else None
    return _Decorated(
        name=_plain(quoted[0] if quoted else name),
        place=numbers,
        inertia=inertia,
        method=_method_of(words),
        url=url[1] if url else None,
        evolves_to=None if expected is None else float(expected),
        misplaced=misplaced,
    )


def _plain(name: str) -> str:
    """A name without its quotes, on one line: `"Route\\nplanner"` is the component `Route planner`."""
    quoted = _QUOTED.fullmatch(name.strip())
    return " ".join((_ESCAPED.sub(_meant, quoted[1]) if quoted else name).split())


def _meant(escaped: re.Match[str]) -> str:
    return " " if escaped[1] == "n" else escaped[1]


def _method_of(words: list[str]) -> Method | None:
    """How a component is made, where its map says so, counts more than that it is a market or an ecosystem."""
    methods = [_METHODS[word] for word in words if word in _METHODS]
    return min(methods, key=lambda method: method in {"market", "ecosystem"}, default=None)


class _Reader:
    def __init__(self) -> None:
        self.map = WardleyMap()
        self.first: dict[str, str] = {}
        """The name on the map of the first component that is the same by name."""
        self.pipeline: str | None = None
        self.inside = False
        self.methods: list[tuple[int, str, Method, str]] = []
        self.evolutions: list[tuple[int, str, str]] = []
        self.keywords: dict[str, Callable[[int, str], bool]] = {
            "title": self._title, "style": self._style, "size": self._size, "evolution": self._evolution,
            "valuechain": self._value_chain, "component": self._component, "anchor": self._anchor,
            "pipeline": self._pipeline, "evolve": self._evolve, "submap": self._submap, "url": self._url,
            "build": self._method("build"), "buy": self._method("buy"), "outsource": self._method("outsource"),
            "market": self._method("market"), "ecosystem": self._method("ecosystem"),
            "note": self._mark("note"), "annotation": self._mark("annotation"),
            "annotations": self._mark("annotations"), "pioneers": self._mark("pioneers"),
            "settlers": self._mark("settlers"), "townplanners": self._mark("townplanners"),
            "accelerator": self._mark("accelerator"), "deaccelerator": self._mark("deaccelerator"),
        }  # fmt: skip

    def read(self, number: int, line: str) -> None:
        if line == "{" and self.pipeline:
            self.inside = True
            return
        if line == "}" and self.inside:
            self.inside, self.pipeline = False, None
            return
        keyword = _KEYWORD.match(line)
        reader = self.keywords.get(keyword[1]) if keyword else None
        understood = reader(number, line[keyword.end() :].strip()) if keyword and reader else False
        if not understood and not self._link(number, line):
            self._remark(number, line, "not understood")

    def finish(self) -> WardleyMap:
        for number, name, method, line in self.methods:
            self._decorate_method(number, name, method, line)
        for number, text, line in self.evolutions:
            self._apply_evolution(number, text, line)
        submaps = (mark.text for mark in self.map.marks if mark.kind == "submap")
        known = {same_name(name) for name in (*self.map.components, *self.map.anchors, *submaps)}
        for link in self.map.links:
            if missing := [name for name in (link.start, link.end) if same_name(name) not in known]:
                self._remark(link.line, f"{link.start}->{link.end}", f"no such component: {', '.join(missing)}")
        self.map.remarks.sort(key=lambda remark: remark.line)
        return self.map

    def _remark(self, number: int, text: str, reason: str) -> None:
        self.map.remarks.append(Remark(number, text[:200], reason))

    def _title(self, _: int, text: str) -> bool:
        self.map.title = " ".join(text.split())
        return True

    def _style(self, _: int, text: str) -> bool:
        self.map.style = text
        return bool(text)

    def _size(self, _: int, text: str) -> bool:
        place = _COORDINATES.fullmatch(text)
        if place:
            self.map.size = tuple(float(number) for number in place.groups()[:2] if number is not None)
        return place is not None

    def _evolution(self, _: int, text: str) -> bool:
        self.map.evolution = tuple(part.strip() for part in text.split("->"))
        return bool(text)

    def _value_chain(self, _: int, text: str) -> bool:
        self.map.value_chain = tuple(part.strip() for part in text.split("->"))
        return True

    def _component(self, number: int, text: str) -> bool:
        read = _decorated(text)
        if not read.name:
            return False
        visibility, maturity = self._place(read.place)
        self._add(
            Component(
                name=name_apart(read.name, self.first),
                line=number,
                visibility=visibility,
                maturity=maturity,
                inertia=read.inertia,
                method=read.method,
                pipeline=self.pipeline if self.inside else None,
                evolves_to=read.evolves_to,
            )
        )
        self._remark_place(number, text, read, (visibility, maturity))
        return True

    def _add(self, component: Component) -> None:
        self.map.components[component.name] = component
        self.first.setdefault(same_name(component.name), component.name)

    def _component_called(self, name: str | None) -> Component | None:
        """The first component that is the same by name, case and blanks aside."""
        return None if name is None else self.map.components.get(self.first.get(same_name(name), ""))

    def _remark_place(self, number: int, text: str, read: _Decorated, place: tuple[float | None, ...]) -> None:
        """The element counts all the same; what is strange about where it stands is named."""
        if read.misplaced:
            self._remark(number, text, "coordinates not understood: expected two numbers such as [0.5, 0.7]")
        elif any(part is not None and not 0 <= part <= 1 for part in (*place, read.evolves_to)):
            self._remark(number, text, "coordinates run from 0 to 1")

    def _place(self, place: tuple[float, ...]) -> tuple[float | None, float | None]:
        """Inside a pipeline one number is the maturity; the visibility is the pipeline's own."""
        match place:
            case (visibility, maturity):
                return visibility, maturity
            case (maturity,) if self.inside and self.pipeline:
                parent = self._component_called(self.pipeline)
                return (parent.visibility if parent else None), maturity
            case _:
                return None, None

    def _anchor(self, number: int, text: str) -> bool:
        read = _decorated(text)
        if not read.name:
            return False
        visibility, maturity = read.place if len(read.place) == 2 else (None, None)
        self.map.anchors[read.name] = Anchor(read.name, number, visibility, maturity)
        self._remark_place(number, text, read, (visibility, maturity))
        return True

    def _pipeline(self, number: int, text: str) -> bool:
        opens = text.endswith("{")
        read = _decorated(text.removesuffix("{"))
        if not read.name:
            return False
        start, end = read.place if len(read.place) == 2 else (None, None)
        self.map.pipelines[read.name] = Pipeline(read.name, number, start, end)
        self.pipeline, self.inside = read.name, opens
        return True

    def _evolve(self, number: int, text: str) -> bool:
        self.evolutions.append((number, text, f"evolve {text}"))
        return bool(text)

    def _apply_evolution(self, number: int, text: str, line: str) -> None:
        bare = " ".join(_DECORATORS.sub(" ", _LABEL.sub(" ", _QUOTE_ENDS.sub('" ', text))).split())
        match = _EVOLVE.match(bare)
        if not match:
            self._remark(number, line, "not understood: expected `evolve NAME MATURITY`")
            return
        name, _, into = (_plain(part) for part in match["name"].partition("->"))
        component = self._component_called(name)
        if component is None:
            self._remark(number, line, f"no such component: {name}")
            return
        self.map.components[component.name] = replace(
            component,
            evolves_to=float(match["to"]),
            evolves_into=into or None,
            inertia=component.inertia or match["inertia"] is not None or _decorated(text).inertia,
        )

    def _method(self, method: Method) -> Callable[[int, str], bool]:
        def read(number: int, text: str) -> bool:
            if _ARROW.search(text):
                return False
            self.methods.append((number, text, method, f"{method} {text}"))
            return bool(_decorated(text).name)

        return read

    def _decorate_method(self, number: int, text: str, method: Method, line: str) -> None:
        """`buy X` marks component X; with coordinates it is also where X is declared."""
        read = _decorated(text)
        component = self._component_called(read.name)
        if component is None and len(read.place) == 2:
            component = Component(read.name, number, read.place[0], read.place[1])
        if component is None:
            if read.name:
                self._remark(number, line, f"no such component: {read.name}")
            return
        self._add(replace(component, method=method, inertia=component.inertia or read.inertia))

    def _submap(self, number: int, text: str) -> bool:
        read = _decorated(text)
        if read.name:
            self.map.marks.append(Mark("submap", read.name, number, (read.place,) if read.place else ()))
        return bool(read.name)

    def _url(self, _: int, text: str) -> bool:
        name, _bracket, address = text.partition("[")
        if not name.strip() or not address.endswith("]"):
            return False
        self.map.urls[_plain(name)] = address.removesuffix("]").strip()
        return True

    def _mark(self, kind: str) -> Callable[[int, str], bool]:
        needs_place = kind in {"annotations", "pioneers", "settlers", "townplanners", "accelerator", "deaccelerator"}

        def read(number: int, text: str) -> bool:
            places = tuple(tuple(float(part) for part in group.split(",")) for group in _GROUPS.findall(text))
            words = " ".join(re.sub(r"[\[\],]", " ", _GROUPS.sub(" ", text)).split())
            self.map.marks.append(Mark(kind, words, number, places))
            return bool(places) if needs_place else bool(text)

        return read

    def _link(self, number: int, line: str) -> bool:
        ends, _, context = line.partition(";")
        arrows = list(_ARROW.finditer(ends))
        names = [_plain(part) for part in _split_at(ends, arrows)]
        if not arrows or not all(names):
            return False
        for start, stop, arrow in zip(names, names[1:], arrows, strict=False):
            flow = _FLOWS.get(arrow[2] or arrow[3] or "")
            self.map.links.append(Link(start, stop, number, flow, arrow[1], context.strip() or None))
        return True


def _split_at(text: str, cuts: list[re.Match[str]]) -> list[str]:
    edges = [0, *(edge for cut in cuts for edge in cut.span()), len(text)]
    return [text[first:last] for first, last in zip(edges[::2], edges[1::2], strict=True)]
