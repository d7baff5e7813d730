"""From what a visit wants recorded to a row in the ledger."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Protocol

from device.clock import Clock, wall_text
from device.confided import Confided
from device.ledger.writer import Appended
from device.receipt_code import receipt_code, word_hash
from device.row import Flag, Invite, Rating, ReceiptRow, Sealed
from device.sealing import SealedBlob
from device.settings import WindowSection
from device.visit.effects import Issue, Record

_VISITS_KEPT = 8  # one is on and one may wait; the others are room to spare


class Appender(Protocol):
    """Where rows go."""

    def append(self, rating: Rating | ReceiptRow, blob: SealedBlob | None = None) -> Appended:
        """Durably, row and blob together, or LedgerError."""
        ...


class Seal(Protocol):
    """Who makes what is confided unreadable to this device."""

    def seal(self, confided: Confided, *, visit: str) -> SealedBlob:
        """For the province alone."""
        ...


class Recorder:
    """Writes the rows of this device's window. Belongs to the device loop's thread.

    `layout_id`: how the levels are arranged on the screen. `seal`: None where no words are offered.
    """

    def __init__(
        self,
        *,
        ledger: Appender,
        clock: Clock,
        window: WindowSection,
        indicator_list: str,
        layout_id: str,
        seal: Seal | None = None,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._window = window.id
        self._assignment = window.assignment
        self._channel = window.channel
        self._indicator_list = indicator_list
        self._layout_id = layout_id
        self._seal = seal
        self._last: dict[str, int] = {}  # visit → seq of its newest row, of the few newest visits

    def serve(self, *, window: str | None, assignment: int | None, indicator_list: str) -> None:
        """From now on rows are of this window, by this assignment, with reasons of this list."""
        self._window = window
        self._assignment = assignment
        self._indicator_list = indicator_list

    def newest(self, visit: str) -> int | None:
        """The seq of the newest row of `visit`, while it is one of the few newest visits."""
        return self._last.get(visit)

    def issue(self, wanted: Issue) -> Appended:
        """Append that a receipt code was asked for. Raises LedgerError; nothing was recorded then."""
        visit, now, salt = wanted.invitation.visit, self._clock.now(), secrets.token_hex(16)
        ago = timedelta(milliseconds=now.mono_ms - wanted.at_ms)
        return self._ledger.append(
            ReceiptRow(
                visit=visit,
                code=receipt_code(visit),
                salt=salt,
                word=word_hash(salt, wanted.word),
                at=wall_text(now.wall - ago),
                boot=now.boot,
                mono_ms=wanted.at_ms,
                clock=now.quality,
            )
        )

    def record(self, wanted: Record) -> Appended:
        """Append the row. Raises LedgerError; nothing was recorded then."""
        invitation = wanted.invitation
        now = self._clock.now()
        # The row tells when the citizen pressed, which is up to a few hundred milliseconds ago.
        ago = timedelta(milliseconds=now.mono_ms - wanted.at_ms)
        flags = wanted.flags
        if now.quality != "trusted":
            flags = (*flags, Flag.CLOCK_UNTRUSTED)
        invite = None
        if invitation.id is not None:
            invite = Invite(id=invitation.id, via=invitation.via or "http")
        replaces = None
        if wanted.replaces:
            # A waiting invitation may have ended meanwhile: its row stands between the two of this visit.
            if invitation.visit not in self._last:
                raise ValueError("a row can replace only the row before it in the same visit")
            replaces = self._last[invitation.visit]
        blob, sealed, anonymous = None, None, True
        if wanted.confided is not None:
            if self._seal is None:
                raise ValueError("words were taken without a key to seal them to")
            blob = self._seal.seal(wanted.confided, visit=invitation.visit)
            sealed = Sealed(sha256=blob.sha256, purpose=blob.purpose)
            anonymous = wanted.confided.contact is None
        appended = self._ledger.append(
            Rating(
                visit=invitation.visit,
                outcome=wanted.outcome,
                level=None if wanted.level is None else int(wanted.level),
                at=wall_text(now.wall - ago),
                boot=now.boot,
                mono_ms=wanted.at_ms,
                clock=now.quality,
                window=self._window,
                assignment=self._assignment,
                channel=self._channel,
                language=wanted.language,
                layout_id=self._layout_id,
                indicator_list=self._indicator_list,
                indicators=wanted.indicators,
                replaces=replaces,
                invite=invite,
                handling=invitation.handling,
                clerk=invitation.clerk,
                input=wanted.input,
                invited_at=invitation.invited_at,
                flags=flags,
                sealed=sealed,
                anonymous=anonymous,
                kind="test" if invitation.test else "rating",
            ),
            blob,
        )
        self._last.pop(invitation.visit, None)
        self._last[invitation.visit] = appended.seq
        while len(self._last) > _VISITS_KEPT:
            del self._last[next(iter(self._last))]
        return appended
