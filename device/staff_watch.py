"""What staff should see to though ratings go on: looked for now and then, said where nobody is asked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from device.certificate_life import read_certificate_life
from device.clock import Clock, Moment
from device.errors import LedgerError
from device.faults import Fault
from device.key_prover import KeyStanding
from device.key_suspicion import KeySuspicion
from device.province_silence import Reached, WaitingRows, waited

log = logging.getLogger(__name__)

CLOCK_UNKNOWN_MS = 10 * 60 * 1000
"""A device that has just begun learns the time within this, if it can."""

_LOOK_EVERY_MS = 60_000


class StaffWatch:
    """Belongs to the device loop's thread. It reads two files, once a minute, while nobody is served.

    `standing`: found when the process began; it stays as long as the process. `receipts` None: the device is
    in no province. `slips`: presses that the panel lost, or counts it began anew, since it was opened.
    `certificate`: the device's own, None where it was not enrolled.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        rows: WaitingRows,
        receipts: Reached | None,
        standing: tuple[Fault, ...] = (),
        slips: Callable[[], int] = lambda: 0,
        certificate: Path | None = None,
        silent_days: int,
    ) -> None:
        self._clock = clock
        self._rows = rows
        self._receipts = receipts
        self._standing = standing
        self._slips = slips
        self._certificate = certificate
        self._silent = timedelta(days=silent_days)
        self._suspicion = KeySuspicion()
        self._known_ms = clock.mono_ms()  # when the time was last known, or the process began
        self._look_at_ms = 0
        self._seen: tuple[Fault, ...] = ()

    @property
    def suspects_keys(self) -> bool:
        """Whether the panel loses presses."""
        return self._suspicion.is_on(self._clock.mono_ms())

    def look(self, keys: KeyStanding | None, *, idle: bool) -> tuple[Fault, ...]:
        """What there is to see to, the most urgent first. Never raises."""
        now = self._clock.now()
        self._suspicion = self._suspicion.after(self._slips(), now.mono_ms)
        if now.quality == "trusted":
            self._known_ms = now.mono_ms
        if idle and now.mono_ms >= self._look_at_ms:
            self._look_at_ms = now.mono_ms + _LOOK_EVERY_MS
            self._seen = self._of_files(now)
        found = {
            Fault.KEY_SUSPECT: self.suspects_keys,
            Fault.KEYS_UNPROVEN: keys is not None and keys.overdue,
            Fault.CLOCK_UNKNOWN: now.mono_ms - self._known_ms >= CLOCK_UNKNOWN_MS,
        }
        return (*self._standing, *self._seen, *(fault for fault, there in found.items() if there))

    def _of_files(self, now: Moment) -> tuple[Fault, ...]:
        life = None if self._certificate is None else read_certificate_life(self._certificate)
        silent = False
        if self._receipts is not None:
            try:
                silent = waited(self._rows, self._receipts, now) >= self._silent
            except LedgerError as error:
                log.warning("rows that wait cannot be read why=%s", error)
        found = {
            Fault.PROVINCE_SILENT: silent,
            Fault.CERTIFICATE_ENDING: life is not None and life.is_ending(now),
        }
        return tuple(fault for fault, there in found.items() if there)
