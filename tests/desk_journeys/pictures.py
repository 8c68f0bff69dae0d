"""Makes a browser's PNG small: text on plain ground needs few colours, so each pixel becomes a number in a palette."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
CHANNELS = {2: 3, 6: 4}
"""Bytes of a pixel, by the colour type of the header."""


def small(png: bytes) -> bytes:
    """Return the same picture with at most 256 colours; the rarest become those that are nearest to them."""
    chunks = dict[bytes, bytes]()
    for name, data in _chunks(png):
        chunks[name] = chunks.get(name, b"") + data
    width, height, depth, kind, *_ = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert depth == 8
    pixels = list(_pixels(zlib.decompress(chunks[b"IDAT"]), width, CHANNELS[kind]))
    palette = [colour for colour, _ in Counter(pixels).most_common(COLOURS)]
    place = {colour: number for number, colour in enumerate(palette)}
    for colour in set(pixels) - place.keys():
        place[colour] = min(range(len(palette)), key=lambda number: _distance(palette[number], colour))
    numbers = bytes(place[pixel] for pixel in pixels)
    rows = b"".join(b"\0" + numbers[at : at + width] for at in range(0, len(numbers), width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def _pixels(data: bytes, width: int, size: int) -> Iterator[bytes]:
    """Undo the filters of the rows (PNG, section 9); gives the three bytes of each pixel's colour."""
    above = bytes(width * size)
    for at in range(0, len(data), width * size + 1):
        row = bytearray(data[at + 1 : at + 1 + width * size])
        _unfilter(data[at], row, above, size)
        yield from (bytes(row[start : start + 3]) for start in range(0, len(row), size))
        above = bytes(row)


def _unfilter(kind: int, row: bytearray, above: bytes, size: int) -> None:
    for place in range(len(row)):
        left = row[place - size] if place >= size else 0
        corner = above[place - size] if place >= size else 0
        match kind:
            case 0:
                return
            case 1:
                guess = left
            case 2:
                guess = above[place]
            case 3:
                guess = (left + above[place]) // 2
            case _:
                guess = _paeth(left, above[place], corner)
        row[place] = (row[place] + guess) & 0xFF


def _paeth(left: int, above: int, corner: int) -> int:
    near = left + above - corner
    return min((left, above, corner), key=lambda each: abs(near - each))


def _distance(one: bytes, other: bytes) -> int:
    return sum((first - second) ** 2 for first, second in zip(one, other, strict=True))
