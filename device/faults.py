"""The fault codes a screen can show; what they mean in each language is with the screen's texts."""

from __future__ import annotations

from enum import StrEnum


class Showing(StrEnum):
    """How a fault is shown, and to whom."""

    FULL = "full"  # fills the screen: nothing can be recorded, so nobody is asked
    SMALL = "small"  # a line on every screen: whoever rates must know
    STAFF = "staff"  # the same line where nobody is asked: ratings go on, and citizens need not know


class Fault(StrEnum):
    """`F-` and three digits, as a technician reads it out on the telephone."""

    LEDGER_MISSING = "F-011"  # the ledger this device has used is not there
    LEDGER_DAMAGED = "F-012"
    LEDGER_NEWER = "F-013"  # written by newer software
    STORAGE_FULL = "F-014"
    STORAGE_READ_ONLY = "F-015"
    STORAGE_ERROR = "F-016"  # the card answers with I/O errors
    PANEL_LOST = "F-021"  # the screen still works
    KEY_STUCK = "F-022"  # the other keys and the screen still work
    KEYS_UNPROVEN = "F-023"  # a key was not proven within keys.proof_days
    KEY_SUSPECT = "F-024"  # the panel loses presses
    VOICE_LOST = "F-025"  # the loudspeaker or the headphones cannot be played to
    OTHER_BOX = "F-031"  # the card of another box: ratings are recorded, the agent does not speak for it
    OUT_OF_SERVICE = "F-032"  # decommissioned: nobody is asked any more
    NOT_ENROLLED = "F-033"  # ratings are recorded, and there is nobody to send them to
    CLOCK_UNKNOWN = "F-041"  # for ten minutes: every rating says so
    CERTIFICATE_ENDING = "F-051"  # and was not renewed
    PROVINCE_SILENT = "F-052"  # no receipt for province.silent_days of a row that waits for one

    @property
    def showing(self) -> Showing:
        """How it is shown."""
        if self in _FULL:
            return Showing.FULL
        return Showing.SMALL if self in _SMALL else Showing.STAFF


_FULL = frozenset(
    {
        Fault.LEDGER_MISSING,
        Fault.LEDGER_DAMAGED,
        Fault.LEDGER_NEWER,
        Fault.STORAGE_FULL,
        Fault.STORAGE_READ_ONLY,
        Fault.STORAGE_ERROR,
        Fault.OUT_OF_SERVICE,
    }
)
_SMALL = frozenset({Fault.PANEL_LOST, Fault.KEY_STUCK})
