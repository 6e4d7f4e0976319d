"""Slack's `data_visualization` block of lines as an SVG."""

from html import escape
from typing import Any

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 170, 44, 12, 10, 26
COLOURS = ("#1264a3", "#e01e5a", "#2eb67d", "#ecb22e", "#611f69", "#36c5f0")
LABELS = 6
"""Of the horizontal axis, at most."""


def svg_of(block: dict[str, Any]) -> str:
    """The chart with its title and, for several series, its legend."""
    series = block["chart"]["series"]
    labels = block["chart"]["axis_config"]["categories"]
    values = [point["value"] for each in series for point in each["data"]]
    spread = (max(values) - min(values)) or 1.0
    low, high = min(values) - spread / 4, max(values) + spread / 8
    lines = "".join(_line(each["data"], COLOURS[place], low, high) for place, each in enumerate(series))
    legend = " ".join(
        f'<span style="color:{COLOURS[place]}">■</span> {escape(each["name"])}' for place, each in enumerate(series)
    )
    frame = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" role="img">'
    drawn = f"{frame}{_axes(labels, low, high)}{lines}</svg>"
    return f'<figure><figcaption>{escape(block["title"])}</figcaption>{drawn}<p class="legend">{legend}</p></figure>'


def _line(data: list[dict[str, Any]], colour: str, low: float, high: float) -> str:
    places = [(_x(number, len(data)), _y(point["value"], low, high)) for number, point in enumerate(data)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    line = f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    return f'{line}<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'


def _axes(labels: list[str], low: float, high: float) -> str:
    step = -(-len(labels) // LABELS)
    ticks = "".join(
        f'<text x="{_x(number, len(labels)):.1f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(label)}</text>'
        for number, label in enumerate(labels)
        if (len(labels) - 1 - number) % step == 0
    )
    rows = "".join(
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_y(value, low, high):.1f}" y2="{_y(value, low, high):.1f}"/>'
        f'<text x="{LEFT - 6}" y="{_y(value, low, high) + 4:.1f}" text-anchor="end">{value:.3g}</text>'
        for value in (low, (low + high) / 2, high)
    )
    return f'<g class="axes">{rows}{ticks}</g>'


def _x(number: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT - 24) * (number / max(1, count - 1)) + 12


def _y(value: float, low: float, high: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / ((high - low) or 1)
