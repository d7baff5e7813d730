"""Reading JSON that somebody else wrote, or that a card may have changed: one error for all it can be."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_anything: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


def read_json(content: bytes | str | msgspec.Raw, decoder: msgspec.json.Decoder[T]) -> T:
    """`content` as `decoder` reads it. Raises msgspec.DecodeError; ValidationError names the field.

    msgspec itself lets two errors of other kinds through, which a peer or a flipped bit can cause as well:
    text that is not UTF-8, and lists within lists without end.
    """
    try:
        return decoder.decode(content)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from None


def read_any_json(content: bytes | str) -> Any:
    """`content` as dicts, lists, strings and numbers. Raises msgspec.DecodeError."""
    return read_json(content, _anything)
