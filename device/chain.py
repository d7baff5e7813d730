"""The hash chain over rows: canonical bytes (RFC 8785) and the hash that links each row to the one before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

PREFIX = b"hcp/1\n"

_encoder = msgspec.json.Encoder(order="sorted")


def canonical(row: Mapping[str, Any] | msgspec.Struct) -> bytes:
    """The RFC 8785 bytes of `row` (without its `hash`).

    msgspec's sorted order gives the same bytes as RFC 8785 only because rows hold ASCII keys, strings,
    integers, booleans, null and lists or objects of these; floats never occur. Tests hold it to rfc8785.
    """
    return _encoder.encode(row)


def genesis(log_id: str) -> str:
    """The hash before the first row of the log `log_id`: 64 lowercase hex digits."""
    return hashlib.sha256(PREFIX + log_id.encode("ascii")).hexdigest()


def link(prev: str, canonical_bytes: bytes) -> str:
    """The hash of a row whose canonical bytes follow the row hashed `prev`: 64 lowercase hex digits."""
    return hashlib.sha256(PREFIX + prev.encode("ascii") + b"\n" + canonical_bytes).hexdigest()
