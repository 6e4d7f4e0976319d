"""The colours of a board, light and dark: ink for data, four steps for the phases, one for what asks for attention.

The phases step in lightness, so that they stay apart without hue and in print; their numbers repeat them. Contrasts
and the distances for the colour-blind are computed by tests.
"""

from collections.abc import Mapping

Palette = Mapping[str, str]

LIGHT: Palette = {
    "paper": "#ffffff",
    "ink": "#14171c",
    "ink2": "#444b55",
    "ink3": "#5f6772",
    "rule": "#dcdfe4",
    "soft": "#f4f5f7",
    "band": "#e7eaef",
    "attention": "#b3400b",
    "link": "#1b4f9c",
    "hatch": "#8a919c",
    "phase1": "#6b9f2f",
    "phase2": "#1a7a76",
    "phase3": "#29528c",
    "phase4": "#47206f",
    "on1": "#14171c",
    "on2": "#ffffff",
    "on3": "#ffffff",
    "on4": "#ffffff",
}
DARK: Palette = {
    "paper": "#111317",
    "ink": "#eceef2",
    "ink2": "#b9bfc8",
    "ink3": "#959da8",
    "rule": "#2d3138",
    "soft": "#191c21",
    "band": "#23272e",
    "attention": "#ff9a5c",
    "link": "#8ab8f5",
    "hatch": "#7d8590",
    "phase1": "#c8dd6a",
    "phase2": "#4fc0ae",
    "phase3": "#4d92dd",
    "phase4": "#815dd5",
    "on1": "#111317",
    "on2": "#111317",
    "on3": "#111317",
    "on4": "#ffffff",
}


def variables(palette: Palette) -> str:
    """As custom properties of CSS."""
    return "".join(f"--{name}:{colour};" for name, colour in palette.items())
