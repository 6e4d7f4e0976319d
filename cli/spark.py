"""Small pictures made of text, readable in any font that has block elements."""

from collections.abc import Sequence

_LEVELS = "▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉"
UNKNOWN = "·"


def spark(values: Sequence[float | None], least: float = 0, most: float | None = None) -> str:
    """One character a value, from `least` to `most`, or else to the largest; a dot where there is none."""
    top = max((value for value in values if value is not None), default=0) if most is None else most
    return "".join(UNKNOWN if value is None else _level(value - least, top - least) for value in values)


def bar(share: float, width: int) -> str:
    """A bar as long as the share of `width`, to an eighth of a character; what is above 0 shows."""
    eighths = round(min(max(share, 0), 1) * width * 8)
    if share > 0:
        eighths = max(eighths, 1)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def _level(value: float, top: float) -> str:
    return _LEVELS[0] if top <= 0 else _LEVELS[min(7, int(max(value, 0) / top * 7.999))]
