"""The prover of keys: by a technician's test at once, by citizens' presses in rounds."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from device.clock import Clock, Moment
from device.key_proof import PanelProofs, Proof, day_of, proof_at
from device.key_proof_store import KeyProofStore, RoundMark
from device.key_round import KeyRound, begin_round, day_of_row
from device.ledger.reader import Head, StoredRow

log = logging.getLogger(__name__)

_AT_ONCE = 50  # rows looked at in one turn, a millisecond or two: a press may come meanwhile


class RowSource(Protocol):
    """The log that is written now."""

    @property
    def head(self) -> Head:
        """Its last row."""
        ...

    def rows_after(self, seq: int, limit: int) -> list[StoredRow]:
        """At most `limit` rows after `seq`, in order. Raises LedgerError."""
        ...


@dataclass(frozen=True, slots=True)
class KeyStanding:
    """What may be told of the proofs. `proven_on`: since when each key is proven, where the day is known."""

    all_proven: bool
    proven_on: date | None
    overdue: bool


class KeyProver:
    """Belongs to the device loop's thread. `panel`: how the panel is wired; another one has proven nothing.

    `levels`: of the keys printed 1, 2, … `within_days`: how old a proof may be.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        store: KeyProofStore,
        rows: RowSource,
        panel: str,
        levels: Sequence[int],
        within_days: int,
    ) -> None:
        self._clock = clock
        self._store = store
        self._rows = rows
        self._levels = tuple(levels)
        self._panel = f"{panel}; levels {','.join(map(str, self._levels))}"
        self._within_days = within_days
        self._proofs: PanelProofs | None = None
        self._round: KeyRound | None = None
        self._mark = RoundMark(None, 0)
        self._rounded: date | None = None

    def standing(self) -> KeyStanding | None:
        """How the proofs stand now; None while device.db was never open."""
        if self._proofs is None:
            return None
        overdue = self._proofs.is_overdue(self._clock.now(), self._within_days)
        return KeyStanding(self._proofs.all_proven, self._proofs.proven_on, overdue)

    def prove(self, keys: Iterable[int]) -> None:
        """Each of `keys` was tried by a technician just now; durable at the return. Raises LedgerError."""
        self._keep(set(keys), proof_at(self._clock.now()))

    def look(self) -> None:
        """While nobody is served: tell the days that can be told now, and end a round that is full.

        Raises LedgerError.
        """
        if not self._store.is_open:
            return
        proofs, now = self._known(), self._clock.now()
        if now.quality != "trusted":
            return
        dated = proofs.dated(now)
        if dated != proofs:
            self._store.keep(dated, dated.proofs)
            self._proofs = dated
        if self._rounded != day_of(now) and self._has_read_to(day_of(now)):
            self._rounded = day_of(now)
            self._end_round(now)

    def _known(self) -> PanelProofs:
        if self._proofs is None:
            kept = self._store.read()
            if kept is None or kept[0].panel != self._panel:
                self._store.begin(self._panel)
                kept = PanelProofs(self._panel), RoundMark(None, 0)
                log.info("panel not known before: no key of it is proven")
            self._proofs, self._mark = kept
        return self._proofs

    def _keep(self, keys: set[int], proof: Proof) -> None:
        proofs = self._known().proven(keys, proof)
        self._store.keep(proofs, sorted(keys))
        self._proofs = proofs

    def _has_read_to(self, today: date) -> bool:
        """Take in some more rows of the days that are over; whether there are no others."""
        head = self._rows.head
        if self._round is None or self._round.log_id != head.log_id:
            if self._mark.log_id != head.log_id:  # what was pressed before this panel or log proves nothing
                self._set_mark(RoundMark(head.log_id, head.seq))
            self._round = begin_round(head.log_id, self._mark.through)
        rows = self._rows.rows_after(self._round.seen, _AT_ONCE)
        for stored in rows:
            row = stored.row()
            day = day_of_row(row)
            if day is not None and day >= today:
                return True
            self._round = self._round.with_row(row, self._levels)
        return len(rows) < _AT_ONCE

    def _end_round(self, now: Moment) -> None:
        """Let the round prove its keys, of the day on which it began: they were pressed then or later."""
        ended = self._round
        assert ended is not None
        if ended.is_full:
            self._keep(set(ended.keys), Proof(ended.begun, now.boot, now.mono_ms))
            self._round = ended.next()
            log.info("round of presses ended")
        if self._round is not None and self._round.after != self._mark.through:
            self._set_mark(RoundMark(ended.log_id, self._round.after))

    def _set_mark(self, mark: RoundMark) -> None:
        self._store.mark(mark)
        self._mark = mark
