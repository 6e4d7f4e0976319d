"""The colours of a board, by computation: text can be read, and no two marks differ by hue alone.

Contrast as WCAG 2.2 computes it; what the colour-blind see by Machado, Oliveira and Fernandes (2009) at full severity;
distances in OKLab (Ottosson 2020), where 0.02 is about the smallest difference that an eye notices.
"""

from itertools import combinations
from math import dist

import pytest

from shared.board.palette import DARK, LIGHT, Palette

PALETTES = {"light": LIGHT, "dark": DARK}
Colour = tuple[float, float, float]
SEEN_BY = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopes": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopes": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopes": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "those who print in grey": ((0.2126, 0.7152, 0.0722),) * 3,
}
APART = 0.06
"""Three times what an eye notices."""


def linear(colour: str) -> Colour:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return red, green, blue


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def oklab(colour: Colour) -> Colour:
    red, green, blue = (max(0.0, each) for each in colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def seen(colour: str, who: str) -> Colour:
    red, green, blue = linear(colour)
    first, second, third = (sum(a * b for a, b in zip(row, (red, green, blue), strict=True)) for row in SEEN_BY[who])
    return oklab((first, second, third))


@pytest.mark.parametrize("theme", PALETTES)
def test_text_stands_out_from_the_paper_and_from_every_field_it_may_lie_on(theme: str) -> None:
    palette: Palette = PALETTES[theme]
    for text in ("ink", "ink2", "ink3", "attention", "link"):
        for field in ("paper", "soft"):
            assert contrast(palette[text], palette[field]) >= 4.5, (text, field)


@pytest.mark.parametrize("theme", PALETTES)
def test_the_number_in_a_phase_can_be_read(theme: str) -> None:
    palette: Palette = PALETTES[theme]
    for phase in "1234":
        assert contrast(palette[f"on{phase}"], palette[f"phase{phase}"]) >= 4.5, phase


@pytest.mark.parametrize("theme", PALETTES)
def test_what_is_drawn_stands_out_from_the_paper(theme: str) -> None:
    palette: Palette = PALETTES[theme]
    for drawn in ("phase1", "phase2", "phase3", "phase4", "hatch", "attention"):
        assert contrast(palette[drawn], palette["paper"]) >= 3, drawn


@pytest.mark.parametrize("who", SEEN_BY)
@pytest.mark.parametrize("theme", PALETTES)
def test_the_phases_are_apart_for_everyone_and_in_print(theme: str, who: str) -> None:
    palette: Palette = PALETTES[theme]
    for one, other in combinations([f"phase{phase}" for phase in "1234"], 2):
        assert dist(seen(palette[one], who), seen(palette[other], who)) >= APART, (one, other)


@pytest.mark.parametrize("who", [who for who in SEEN_BY if "grey" not in who])
@pytest.mark.parametrize("theme", PALETTES)
def test_what_asks_for_attention_is_apart_from_every_phase(theme: str, who: str) -> None:
    palette: Palette = PALETTES[theme]
    for phase in "1234":
        assert dist(seen(palette["attention"], who), seen(palette[f"phase{phase}"], who)) >= APART, phase
