"""How phases and personas are called. A flywheel chooses a vocabulary; no number depends on it.

Source: The Value Flywheel Effect (Anderson, McCann, O'Reilly); `scaling` and `data` are the authors' later readings of
the same four phases.
"""

_BOOK = {1: "Clarity of Purpose", 2: "Challenge & Landscape", 3: "Next Best Action", 4: "Long-Term Value"}
_BOOK_PERSONAS = {1: "CEO", 2: "engineers", 3: "product leaders", 4: "CTO"}

PHASES: dict[str, dict[int, str]] = {
    "book": _BOOK,
    "scaling": {1: "North Star", 2: "Inertia", 3: "Exploitation", 4: "Sustainability"},
    "data": _BOOK,
}
"""Phase names by vocabulary."""

_BOOK_SHORT = {1: "Purpose", 2: "Challenge", 3: "Action", 4: "Value"}

SHORT: dict[str, dict[int, str]] = {"book": _BOOK_SHORT, "scaling": PHASES["scaling"], "data": _BOOK_SHORT}
"""Phase names in one or two words, for a bar of all four, by vocabulary."""

PERSONAS: dict[str, dict[int, str]] = {
    "book": _BOOK_PERSONAS,
    "scaling": _BOOK_PERSONAS,
    "data": {
        1: "leadership, sponsors and domain experts",
        2: "technology leads and data engineers",
        3: "domain leaders, product teams and data engineers",
        4: "CDOs, domain data teams and architects",
    },
}
"""Who reads the summary of a phase, by vocabulary."""

_BOOK_GOALS = {
    1: "one purpose that everyone can see and measure",
    2: "an environment for success in which every idea is challenged",
    3: "the next step that brings value soonest, with the least code",
    4: "value that lasts: well-architected, sustainable, ahead of problems",
}

GOALS: dict[str, dict[int, str]] = {
    "book": _BOOK_GOALS,
    "scaling": {
        1: "a north star that teams set out for together",
        2: "inertia seen, named and worked off",
        3: "what exists already used before anything is built",
        4: "a pace and a footprint that can be kept up",
    },
    "data": {
        1: "data products with a stated value to their users",
        2: "domains, platforms and what holds them back, mapped and challenged",
        3: "the next data product that domains can own, on what the platform offers",
        4: "trusted data whose value and cost stay in balance",
    },
}
"""The purpose of each phase in our words, by vocabulary."""

EVERYONE = "everyone on the wheel"
"""Who reads the summary of a whole turn."""


def phase_name(vocabulary: str, phase: int) -> str:
    """The name of a phase."""
    return PHASES[vocabulary][phase]


def short_name(vocabulary: str, phase: int) -> str:
    """The name of a phase where four stand side by side."""
    return SHORT[vocabulary][phase]


def persona(vocabulary: str, phase: int) -> str:
    """The persona that the summary of a phase (0: of the whole turn) is for."""
    return PERSONAS[vocabulary][phase] if phase else EVERYONE


def goal(vocabulary: str, phase: int) -> str:
    """The goal of a phase."""
    return GOALS[vocabulary][phase]
