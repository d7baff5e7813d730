"""What the province notes on a row: its own words, for the hashed `flags` are the device's."""

from __future__ import annotations

from enum import StrEnum


class Mark(StrEnum):
    """An open enumeration. The first group says why a row does not count, the others never change that."""

    REPLACED = "replaced"
    BAD_REPLACE = "bad_replace"
    DUPLICATE_SERVICE = "duplicate_service"
    UNREADABLE = "unreadable"
    RATED_BY_PHONE = "rated_by_phone"

    AFTER_QUARANTINE = "after_quarantine"
    AFTER_LOSS = "after_loss"
    ADMITTED = "admitted"
    AFTER_SETTLED = "after_settled"
    NO_REASON = "no_reason"

    TOO_FAST = "too_fast"
    OUT_OF_HOURS = "out_of_hours"
    UNINVITED = "uninvited"
    BURST = "burst"
    CLOCK_UNTRUSTED = "clock_untrusted"
    UNKNOWN_ASSIGNMENT = "unknown_assignment"
    OTHER_WINDOW = "other_window"
    RESCUED = "rescued"


VERDICTS = frozenset(
    {Mark.REPLACED, Mark.BAD_REPLACE, Mark.DUPLICATE_SERVICE, Mark.UNREADABLE, Mark.RATED_BY_PHONE}
)
"""Marks that counting sets, and sets anew when rows are counted again."""
