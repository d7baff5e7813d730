"""The sentences of a serial key panel, in the manner of NMEA 0183: bytes to typed values and back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import xor

from hardware.key_panel import KEYS

COUNT_MODULUS = 65536
"""Counts of presses run from 0 to 65535, then from 0 again."""


class Stroke(StrEnum):
    """Which way a key moved."""

    DOWN = "D"
    UP = "U"


class Unreadable(StrEnum):
    """Why a sentence that arrived whole means nothing to us."""

    BAD_CHECKSUM = "bad_checksum"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_SENTENCE = "unknown_sentence"


@dataclass(frozen=True, slots=True)
class KeySentence:
    """`$HCPKY`: key `key` (1 to 5) moved. `count`: the panel's running count of presses of that key."""

    key: int
    stroke: Stroke
    count: int

    def __post_init__(self) -> None:
        _require(self.key in range(1, KEYS + 1), f"key {self.key} is not 1 to {KEYS}")
        _require_count(self.count)

    def encode(self) -> bytes:
        """The sentence as sent, with its checksum and line end."""
        return _frame(f"HCPKY,{self.key},{self.stroke},{self.count}")


@dataclass(frozen=True, slots=True)
class HeartbeatSentence:
    """`$HCPHB`: the panel is alive. `counts`: its counts of presses of keys 1 to 5."""

    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        _require(len(self.counts) == KEYS, f"{len(self.counts)} counts for {KEYS} keys")
        for count in self.counts:
            _require_count(count)

    def encode(self) -> bytes:
        """The sentence as sent, with its checksum and line end."""
        return _frame("HCPHB," + ",".join(str(count) for count in self.counts))


@dataclass(frozen=True, slots=True)
class LampSentence:
    """`$HCPLT`, to the panel: light the lamps in `mask`, bit 0 for key 1, written in decimal."""

    mask: int

    def __post_init__(self) -> None:
        _require(self.mask in range(2**KEYS), f"mask {self.mask} is not 0 to {2**KEYS - 1}")

    def encode(self) -> bytes:
        """The sentence as sent, with its checksum and line end."""
        return _frame(f"HCPLT,{self.mask}")


@dataclass(frozen=True, slots=True)
class BeepSentence:
    """`$HCPBP`, to the panel: sound for `ms` milliseconds, 1 to 9999."""

    ms: int

    def __post_init__(self) -> None:
        _require(self.ms in range(1, 10_000), f"{self.ms} ms is not 1 to 9999")

    def encode(self) -> bytes:
        """The sentence as sent, with its checksum and line end."""
        return _frame(f"HCPBP,{self.ms}")


PanelSentence = KeySentence | HeartbeatSentence
"""What a panel says."""

DeviceSentence = LampSentence | BeepSentence
"""What a panel is told."""


def decode(sentence: bytes) -> PanelSentence | Unreadable:
    """What the panel said in `sentence`, from `$` to the two checksum digits, without a line end.

    Never raises: bytes that are no sentence of a panel come back as the reason why.
    """
    body, star, digits = sentence[1:-3], sentence[-3:-2], sentence[-2:]
    if sentence[:1] != b"$" or star != b"*" or digits.upper() != _checksum(body):
        return Unreadable.BAD_CHECKSUM
    match body.split(b","):
        case [b"HCPKY", key, stroke, count]:
            return _decode_key(key, stroke, _decode_count(count))
        case [b"HCPHB", *fields] if len(fields) == KEYS:
            counts = tuple(n for n in map(_decode_count, fields) if n is not None)
            return HeartbeatSentence(counts) if len(counts) == KEYS else Unreadable.UNKNOWN_SENTENCE
    return Unreadable.UNKNOWN_SENTENCE


def _decode_key(key: bytes, stroke: bytes, count: int | None) -> KeySentence | Unreadable:
    if key not in (b"1", b"2", b"3", b"4", b"5"):
        return Unreadable.UNKNOWN_KEY
    if stroke not in (b"D", b"U") or count is None:
        return Unreadable.UNKNOWN_SENTENCE
    return KeySentence(int(key), Stroke(stroke.decode("ascii")), count)


def _decode_count(field: bytes) -> int | None:
    # int() alone would also take signs, spaces and underscores.
    if not field.isdigit() or len(field) > 5 or int(field) >= COUNT_MODULUS:
        return None
    return int(field)


def _checksum(body: bytes) -> bytes:
    return b"%02X" % reduce(xor, body, 0)


def _frame(body: str) -> bytes:
    data = body.encode("ascii")
    return b"$" + data + b"*" + _checksum(data) + b"\r\n"


def _require_count(count: int) -> None:
    _require(count in range(COUNT_MODULUS), f"count {count} is not 0 to {COUNT_MODULUS - 1}")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
