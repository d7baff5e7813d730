"""The rows of the ledger: what is recorded of each outcome, in the format that is hashed and sent."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from device.handling import Handling


class Outcome(StrEnum):
    """结果: how a visit ended. Silence is recorded as silence."""

    RATED = "rated"
    DECLINED = "declined"
    UNANSWERED = "unanswered"
    CANCELLED = "cancelled"


class Flag(StrEnum):
    """What makes a row worth a second look; never a reason to drop it. An open enumeration on the wire."""

    BURST = "burst"
    CHANGED = "changed"
    CLOCK_UNTRUSTED = "clock_untrusted"
    INTERRUPTED = "interrupted"
    NOT_SHOWN = "not_shown"
    PHONE_OFFERED = "phone_offered"
    UNINVITED = "uninvited"


class Invite(msgspec.Struct, frozen=True, kw_only=True):
    """Where an invitation came from. `signed`: it carried a counter's signature that held."""

    id: str
    via: str
    signed: bool = False


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What a row says of a sealed blob: the SHA-256 of the blob, in hex, and what it is for."""

    sha256: str
    purpose: str


class Rating(msgspec.Struct, frozen=True, kw_only=True):
    """A rating row before the ledger gives it its `seq` and `hash`. The field names are the wire's.

    `at`, `invited_at`: RFC 3339 with milliseconds. `mono_ms`: milliseconds since boot `boot`.
    `replaces`: the seq of the row just before it in the same visit. `kind` "test": a technician's, never
    counted.
    """

    visit: str
    outcome: Outcome
    level: int | None
    at: str
    boot: str
    mono_ms: int
    clock: str
    window: str | None
    assignment: int | None
    channel: int
    language: str
    layout_id: str
    indicator_list: str
    indicators: tuple[str, ...] = ()
    replaces: int | None = None
    invite: Invite | None = None
    sealed: Sealed | None = None
    anonymous: bool = True
    handling: Handling | None = None
    clerk: str | None = None
    input: str | None = None
    invited_at: str | None = None
    flags: tuple[str, ...] = ()
    kind: str = "rating"

    def __post_init__(self) -> None:
        """A level exists only where a citizen gave one."""
        if (self.level is not None) != (self.outcome is Outcome.RATED):
            raise ValueError(f"outcome {self.outcome} with level {self.level}")
        if self.level is not None and self.level not in range(1, 6):
            raise ValueError(f"level {self.level} is not 1 to 5")


class ClockRow(msgspec.Struct, frozen=True, kw_only=True):
    """An anchor in the log: what the wall clock said (`at`) at monotonic `mono_ms` of `boot`.

    `clock`: how far it can be believed; `source`: by whose word ("kernel", "receipt" or "none").
    """

    at: str
    boot: str
    mono_ms: int
    clock: str
    source: str
    kind: str = "clock"


class ReceiptRow(msgspec.Struct, frozen=True, kw_only=True):
    """That a citizen asked for the receipt code of the visit `visit`: `code`, with the hash of the word.

    A row of its own, which replaces none; the newest of a visit is in force. Of the word itself nothing is
    kept (device.receipt_code).
    """

    visit: str
    code: str
    salt: str
    word: str
    at: str
    boot: str
    mono_ms: int
    clock: str
    kind: str = "receipt"


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A row that tells what happened to the device itself; never counted. The field names are the wire's.

    `note`: what happened, "log_damaged" or "log_closed". `prior`: the log it happened to; `lost`: the
    first of its lost rows, as ranges, at most 64.
    """

    note: str
    why: str
    prior: str | None
    at: str
    boot: str
    mono_ms: int
    clock: str
    lost: tuple[tuple[int, int], ...] = ()
    kind: str = "note"


Row = dict[str, Any]
"""A row as read back: every field that was written, unknown ones too, with `seq` and `hash`."""
