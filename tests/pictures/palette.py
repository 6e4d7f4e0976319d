"""Pictures of text made light: what a browser draws in millions of colours, in a few, at less than half of its bytes.

PNG as Chromium writes it: 8 bits a channel, with or without alpha, not interlaced (https://www.w3.org/TR/png).
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping

Colour = tuple[int, int, int]
MOST = 32
"""Colours of a picture: text has few, and shades between them that nobody misses."""
ALIKE = 3 * 14**2
"""Squares of differences, summed over the channels: what is closer looks the same."""
_MAGIC = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {2: 3, 6: 4}


def lighter(png: bytes) -> bytes:
    """The same picture in its commonest colours, each other one as the nearest of them."""
    width, height, pixels = _decoded(png)
    counted = Counter(pixels)
    kept = _kept(counted)
    places = {colour: _nearest(colour, kept) for colour in counted}
    return _encoded(width, height, kept, pixels, places)


def _kept(counted: Counter[Colour]) -> list[Colour]:
    """The commonest, of those that look alike the first: so a rare green button keeps its green."""
    kept: list[Colour] = []
    for colour, _ in counted.most_common():
        if len(kept) < MOST and all(_apart(colour, other) >= ALIKE for other in kept):
            kept.append(colour)
    return kept


def _nearest(colour: Colour, kept: list[Colour]) -> int:
    return min(range(len(kept)), key=lambda place: _apart(colour, kept[place]))


def _apart(one: Colour, other: Colour) -> int:
    return sum((mine - theirs) ** 2 for mine, theirs in zip(one, other, strict=True))


def _decoded(png: bytes) -> tuple[int, int, list[Colour]]:
    """Width, height and every pixel. Raises ValueError for a PNG of another kind."""
    packed = b""
    width = height = channels = 0
    for kind, body in _chunks(png):
        if kind == b"IHDR":
            width, height, depth, colours, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            if depth != 8 or colours not in _CHANNELS or interlaced:
                raise ValueError(f"expected a PNG of 8 bits a channel, in colour: {depth}, {colours}, {interlaced}")
            channels = _CHANNELS[colours]
        elif kind == b"IDAT":
            packed += body
    raw, stride = zlib.decompress(packed), width * channels
    pixels: list[Colour] = []
    before = bytes(stride)
    for start in range(0, len(raw), stride + 1):
        before = _unfiltered(raw[start], raw[start + 1 : start + 1 + stride], before, channels)
        pixels.extend(zip(before[0::channels], before[1::channels], before[2::channels], strict=True))
    return width, height, pixels


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_MAGIC)
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        yield kind, png[at + 8 : at + 8 + length]
        at += 12 + length


def _unfiltered(kind: int, line: bytes, above: bytes, channels: int) -> bytes:
    """A line as it was before its filter: none, sub, up, average, Paeth."""
    if kind == 0:
        return line
    if kind == 2:
        return bytes([(mine + over) & 255 for mine, over in zip(line, above, strict=True)])
    made = bytearray(channels) + bytearray(line)
    over = bytes(channels) + above
    for place in range(channels, len(made)):
        left, up, corner = made[place - channels], over[place], over[place - channels]
        predicted = left if kind == 1 else (left + up) // 2 if kind == 3 else _paeth(left, up, corner)
        made[place] = (made[place] + predicted) & 255
    return bytes(made[channels:])


def _paeth(left: int, up: int, corner: int) -> int:
    to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    if to_left <= to_up and to_left <= to_corner:
        return left
    return up if to_up <= to_corner else corner


def _encoded(width: int, height: int, kept: list[Colour], pixels: list[Colour], places: Mapping[Colour, int]) -> bytes:
    indexed = bytes(map(places.__getitem__, pixels))
    lines = b"".join(b"\0" + indexed[row * width : (row + 1) * width] for row in range(height))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(value for colour in kept for value in colour)),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return _MAGIC + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
