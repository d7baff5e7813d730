"""The fault codes a screen can show; what they mean in each language is with the screen's texts."""

from __future__ import annotations

from enum import StrEnum


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
    KEYS_UNPROVEN = "F-023"  # a key was not proven within keys.proof_days; told to staff, not to citizens
    VOICE_LOST = "F-025"  # the loudspeaker or the headphones cannot be played to; told to staff
    OTHER_BOX = "F-031"  # the card of another box: ratings are recorded, the agent does not speak for it
    OUT_OF_SERVICE = "F-032"  # decommissioned: nobody is asked any more
