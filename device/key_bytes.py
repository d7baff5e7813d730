"""The bytes by which a key panel of another make tells its keys, as written in a configuration."""

from __future__ import annotations

from collections.abc import Iterable

MAX_SEQUENCE_BYTES = 32


def read_key_bytes(entries: Iterable[tuple[str, int]]) -> dict[bytes, int]:
    """(hexadecimal digits, key) → bytes → key. Several sequences may mean one key.

    Raises ValueError saying which entry cannot be used, and why.
    """
    keys: dict[bytes, int] = {}
    for digits, key in entries:
        try:
            sequence = bytes.fromhex(digits)
        except ValueError:
            raise ValueError(f'"{digits}" is not hexadecimal: write two digits for each byte') from None
        if not 1 <= len(sequence) <= MAX_SEQUENCE_BYTES:
            raise ValueError(f'"{digits}" is {len(sequence)} bytes; allowed: 1 to {MAX_SEQUENCE_BYTES} bytes')
        if sequence in keys:
            raise ValueError(f'"{digits}" is there twice')
        keys[sequence] = key
    return keys
