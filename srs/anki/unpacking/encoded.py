"""What Anki packs into a single value: JSON objects and, in newer packages, protobuf messages.

Both raise ValueError for what is neither.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 16_000_000
"""Bytes of a value: some hundred thousand names, and a bound for what reading it may take."""
_VARINT, _EIGHT, _TEXT, _FOUR = 0, 1, 2, 5
"""Wire types: https://protobuf.dev/programming-guides/encoding"""


def json_object(text: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise ValueError("too long")
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("no object")  # noqa: TRY004 - nobody passed a wrong type
    return value


def message(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message in their order: number, and an integer or bytes."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        if kind == _TEXT:
            length, at = _varint(data, at)
        elif kind in (_EIGHT, _FOUR):
            length = 8 if kind == _EIGHT else 4
        else:
            raise ValueError(f"unknown wire type {kind}")
        if length > len(data) - at:
            raise ValueError("cut off")
        yield key >> 3, data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at this place, and the place after it."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            raise ValueError("cut off")
        value |= (data[at] & 127) << shift
        at += 1
        if data[at - 1] < 128:
            return value, at
    raise ValueError("number too long")


def text(value: object) -> str:
    """A string of either encoding, without what UTF-8 cannot hold; nothing is an empty one."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if not isinstance(value, str):
        raise ValueError("no text")  # noqa: TRY004 - nobody passed a wrong type
    if value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
