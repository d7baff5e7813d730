"""What a panel of another make has told since its line was opened: bytes by a table in, presses out."""

from __future__ import annotations

import logging

from device.events import KeyDown, KeyUp, PanelCondition
from hardware.byte_table import ByteTable
from hardware.key_panel import PanelCounters

_log = logging.getLogger(__name__)


class ByteSession:
    """Pure but for one line of log: time comes in with the bytes. A new one begins with each opening.

    The longest sequence of the table counts; where a shorter one could still go on, `gap_ms` of silence
    decides. A byte that fits nowhere makes everything up to the next silence unknown: in the middle of a
    message that the table does not have, any bytes may look like a key.
    """

    def __init__(self, table: ByteTable, *, gap_ms: int) -> None:
        self._table = table
        self._gap_ms = gap_ms
        self._pending = b""
        self._last_ms: int | None = None  # of the newest byte
        self._lost = False  # until the line was silent
        self._unknown = 0

    @property
    def counters(self) -> PanelCounters:
        """The bytes that no key has."""
        return PanelCounters(unknown_bytes=self._unknown)

    def feed(self, data: bytes, at_ms: int) -> list[KeyDown | KeyUp]:
        """The presses that `data`, read at `at_ms` (monotonic), tells; b"": time has passed. Never raises."""
        found: list[KeyDown | KeyUp] = []
        if self._last_ms is not None and at_ms - self._last_ms >= self._gap_ms:
            found += self._silence()
        for byte in data:
            found += self._take(byte, at_ms)
        if data:
            self._last_ms = at_ms
        return found

    def due_ms(self) -> int | None:
        """When silence decides about what has come, or None."""
        return self._last_ms + self._gap_ms if self._pending and self._last_ms is not None else None

    def condition(self, at_ms: int) -> tuple[PanelCondition, str]:  # noqa: ARG002 - no time changes it
        """Well: such a panel tells neither releases nor that it is alive."""
        return PanelCondition.OK, "the line is open"

    def _silence(self) -> list[KeyDown | KeyUp]:
        """What stood before a silence is complete as it is."""
        assert self._last_ms is not None
        found = self._press(self._pending, self._last_ms)
        if not found:
            self._drop(len(self._pending))
        self._pending, self._lost, self._last_ms = b"", False, None
        return found

    def _take(self, byte: int, at_ms: int) -> list[KeyDown | KeyUp]:
        if self._lost:
            self._drop(1)
            return []
        sequence = self._pending + bytes((byte,))
        if self._table.goes_on(sequence):
            self._pending = sequence
            return []
        self._pending = b""
        found = self._press(sequence, at_ms)
        if found:
            return found
        # The shorter one was complete, and this byte begins another.
        before = self._press(sequence[:-1], at_ms)
        if before:
            return before + self._take(byte, at_ms)
        self._lost = True
        self._drop(len(sequence))
        return []

    def _press(self, sequence: bytes, at_ms: int) -> list[KeyDown | KeyUp]:
        key = self._table.key(sequence)
        return [] if key is None else [KeyDown(key, at_ms)]

    def _drop(self, count: int) -> None:
        if count and not self._unknown:
            _log.warning('panel=serial unknown_bytes=seen action="ignored: they are not in panel.bytes"')
        self._unknown += count
