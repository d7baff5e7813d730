"""The table of a panel of another make: which bytes mean which key."""

from __future__ import annotations

from collections.abc import Mapping


class ByteTable:
    """`keys`: sequences of bytes → key 1 to 5. One may be the beginning of a longer one."""

    def __init__(self, keys: Mapping[bytes, int]) -> None:
        self._keys = dict(keys)
        self._beginnings = {sequence[:n] for sequence in keys for n in range(1, len(sequence))}

    def key(self, sequence: bytes) -> int | None:
        """The key that exactly `sequence` means, or None."""
        return self._keys.get(sequence)

    def goes_on(self, beginning: bytes) -> bool:
        """Whether a longer sequence begins with `beginning`."""
        return beginning in self._beginnings
