"""The guarded ledger: whether it can record now, and its way back after a fault."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from device.clock import Clock
from device.errors import LedgerError
from device.faults import Fault
from device.ledger.ballast import SPARE_BYTES, Ballast
from device.ledger.closed_log import closed_log_path, closed_log_paths, remove_closed_log
from device.ledger.erasure import erase_from_closed
from device.ledger.held import ClosedEnd, HeldBlobs, closed_ends, closed_rows_of_service, held_blobs
from device.ledger.proof import RunningProof
from device.ledger.reader import Head, LedgerReader, StoredRow
from device.ledger.succession import Succession
from device.ledger.write_probe import WriteProbe
from device.ledger.writer import Appended, Ledger, as_ledger_error
from device.row import ClockRow, Rating, ReceiptRow, Row
from device.sealing import SealedBlob
from device.sqlite_file import FILE_ERRORS, ledger_error

log = logging.getLogger(__name__)

# Each one writes a block, 12 MB a day: the card bears that. An invitation is written too before it is shown.
_PROBE_EVERY_MS = 30_000


class LedgerGuard:
    """Owns the ledger and its ballast in the device loop's thread.

    `fault` is None while the ledger can record. After a LedgerError the ledger stays closed until
    `open` has opened and checked it again and the room is there. A damaged ledger is set aside by `open`,
    salvaged, and followed by a new one.
    """

    def __init__(
        self,
        ledger: Ledger,
        ballast: Ballast,
        succession: Succession,
        probe: WriteProbe,
        *,
        reached: Callable[[str], int] = lambda _: 0,
    ) -> None:
        """`reached`: the last row of a log, by its log_id, that the province's receipts speak of."""
        self._ledger = ledger
        self._ballast = ballast
        self._succession = succession
        self._probe = probe
        self._probed_ms = 0
        self._reached = reached
        self._proof = RunningProof(ledger.path)
        self._damage: str | None = None  # met at work: opening looks at the last rows only
        self._said: Fault | None = None
        self.fault: Fault | None = Fault.STORAGE_ERROR

    @property
    def log_id(self) -> str:
        """The identity of the log that is open."""
        return self._ledger.head.log_id

    @property
    def head(self) -> Head:
        """The last row of the log that is open."""
        return self._ledger.head

    def open(self, *, known_log: str | None) -> None:
        """Open the ledger; make it on the very first start, when no log was ever known here.

        Also the way back from a fault. Never raises: what is wrong is in `fault`.
        """
        try:
            self._ledger.path.parent.mkdir(parents=True, exist_ok=True)
            self._ledger.close()
            self._succeed(known_log)
            if known_log is None and not self._ledger.path.exists():
                self._ledger.create()
            self._ballast.take()
            self._open_sound(known_log)
            self._end_if_put_back()
            # What merely opens may be on a card that takes nothing: only a write proves the way back.
            self._probe.prove()
        except (LedgerError, OSError) as error:
            self._fail(error)
            return
        if self._has_room():
            log.info("ledger ready log=%s seq=%d", self._ledger.head.log_id, self._ledger.head.seq)
            self.fault = self._said = None

    def check(self) -> bool:
        """While nobody is being served: is there still room? True when the ledger can record."""
        return self.fault is None and self._has_room()

    def look_at_card(self, now_ms: int, *, idle: bool) -> bool:
        """Does the card still take what is written? True when the ledger can record.

        Costs the card nothing, but for one block every 30 s while nobody is being served (`idle`).
        """
        if self.fault is not None:
            return False
        try:
            if idle and now_ms - self._probed_ms >= _PROBE_EVERY_MS:
                self._probed_ms = now_ms
                self._probe.again()
            else:
                self._probe.look()
        except OSError as error:
            self._fail(error)
            return False
        return True

    def card_refuses(self) -> bool:
        """Whether it is already clear, by looking, that opening the files again would be in vain."""
        try:
            self._probe.look()
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False

    def append(self, rating: Rating | ClockRow | ReceiptRow, blob: SealedBlob | None = None) -> Appended:
        """As Ledger.append. Raises LedgerError; `fault` then says why."""
        try:
            return self._ledger.append(rating, blob)
        except LedgerError as error:
            self._fail(error)
            raise

    def rows_of_service(self, service_key: str) -> list[Row]:
        """As Ledger.rows_of_service, in the closed logs too: what was rated stays rated (一次一评)."""
        rows = closed_rows_of_service(self._ledger.path.parent, service_key)
        try:
            return rows + self._ledger.rows_of_service(service_key)
        except LedgerError as error:
            self._fail(error)
            raise

    def row_hash(self, seq: int) -> str | None:
        """The hash of row `seq`, of the floor, or of the beginning; None when it is not held.

        Raises LedgerError.
        """
        try:
            with LedgerReader(self._ledger.path) as reader:
                row, floor = reader.row(seq), reader.floor()
        except LedgerError as error:
            self._fail(error)
            raise
        if row is not None:
            return row.hash
        return floor.hash if floor.seq == seq else None

    def rows_after(self, seq: int, limit: int) -> list[StoredRow]:
        """As LedgerReader.rows_after. Raises LedgerError."""
        try:
            with LedgerReader(self._ledger.path) as reader:
                return reader.rows_after(seq, limit)
        except LedgerError as error:
            self._fail(error)
            raise

    def newest_row(self) -> Row | None:
        """The last row, None when the log is empty. Raises LedgerError."""
        try:
            with LedgerReader(self._ledger.path) as reader:
                row = reader.row(self.head.seq)
                return row.proven_row() if row is not None else None
        except LedgerError as error:
            self._fail(error)
            raise

    def prove(self, now_ms: int) -> None:
        """While nobody is being served: prove some more rows. Raises LedgerError when one does not hold."""
        try:
            self._proof.step(now_ms)
        except LedgerError as error:
            self._fail(error)
            raise

    def end_log(self, why: str) -> None:
        """Close the log, which is sound, and begin another that names it. Raises LedgerError."""
        try:
            self._begin_another(why)
        except LedgerError as error:
            self._fail(error)
            raise

    def let_go(self, through: int, receipt: str) -> int:
        """As Ledger.let_go."""
        try:
            return self._ledger.let_go(through, receipt)
        except LedgerError as error:
            self._fail(error)
            raise

    def closed_logs(self) -> list[ClosedEnd]:
        """As closed_ends, of this ledger's folder."""
        return closed_ends(self._ledger.path.parent)

    def let_closed_go(self, path: Path) -> None:
        """Retention: remove the file of a closed log. Raises LedgerError."""
        try:
            remove_closed_log(path)
        except LedgerError as error:
            self._fail(error)
            raise
        log.info("closed log let go file=%s", path.name)

    def sealed_held(self) -> list[HeldBlobs]:
        """The blobs that the logs hold, the closed ones first."""
        return held_blobs((*closed_log_paths(self._ledger.path.parent), self._ledger.path))

    def erase_sealed(self, path: Path, receipts: Mapping[str, str]) -> int:
        """As Ledger.erase_sealed, in the file `path` of a log, open or closed. Raises LedgerError."""
        if path != self._ledger.path:
            try:
                return erase_from_closed(path, receipts)
            except FILE_ERRORS as error:
                raise ledger_error(path, error) from error
        try:
            return self._ledger.erase_sealed(receipts)
        except LedgerError as error:
            self._fail(error)
            raise

    def close(self) -> None:
        """Give the files back."""
        self._ledger.close()

    def _succeed(self, known_log: str | None) -> None:
        """Set aside what was found damaged at work, and finish what an earlier start has begun."""
        if self._damage is not None and self._ledger.path.exists():
            self._succession.set_aside(
                log_id=known_log, why=self._damage, reached=self._last_known(known_log)
            )
        self._damage = None
        self._succession.finish()

    def _open_sound(self, known_log: str | None) -> None:
        try:
            self._ledger.open()
        except LedgerError as error:
            if error.fault != Fault.LEDGER_DAMAGED:
                raise
            log.error("ledger damaged, set aside why=%s", error)
            self._damage = _reason(error)
            self._succeed(known_log)
            self._ledger.open()

    def _last_known(self, log_id: str | None) -> int:
        """How far the log went for all that is remembered of it: here, or by its receipts."""
        if log_id is None:
            return 0
        head = self._ledger.head
        return max(head.seq if head.log_id == log_id else 0, self._reached(log_id))

    def _end_if_put_back(self) -> None:
        """A log that has ended takes no more rows, though somebody put its old file back in its place."""
        if closed_log_path(self._ledger.path.parent, self.log_id).exists():
            log.error("a ledger that had ended stands in the folder again log=%s", self.log_id)
            self._begin_another("put back after it had ended")

    def _begin_another(self, why: str) -> None:
        self._succession.close_log(log_id=self.log_id, why=why)
        self._succession.finish()
        self._ledger.open()

    def _has_room(self) -> bool:
        try:
            free = self._ballast.free_bytes()
            if free >= SPARE_BYTES and self._ledger.has_room():
                return True
        except (LedgerError, OSError) as error:
            self._fail(error)
            return False
        why = f"{self._ledger.path}: {free} bytes are free on the card, or ledger.max_mib is reached"
        self._fail(LedgerError(why, Fault.STORAGE_FULL))
        return False

    def _fail(self, error: LedgerError | OSError) -> None:
        if isinstance(error, OSError):
            error = as_ledger_error(self._ledger.path, error)
        self._ledger.close()
        if error.fault == Fault.STORAGE_FULL:
            self._ballast.release()
        if error.fault == Fault.LEDGER_DAMAGED:
            self._damage = _reason(error)
        if error.fault != self._said:
            log.error("ledger cannot record fault=%s why=%s", error.fault, error)
        self.fault = self._said = Fault(error.fault)


def _reason(error: LedgerError) -> str:
    """What is wrong, without the path, which is nobody's business at the province."""
    return str(error).rpartition(".db: ")[2][:200]


def guarded_ledger(
    folder: Path,
    *,
    max_mib: int,
    ballast_kib: int,
    clock: Clock,
    reached: Callable[[str], int] = lambda _: 0,
) -> LedgerGuard:
    """The ledger `ratings.db` in `folder` with its ballast beside it; nothing is opened yet.

    `reached`: as for LedgerGuard.
    """
    ledger = Ledger(folder / "ratings.db", max_bytes=max_mib * 1024 * 1024)
    return LedgerGuard(
        ledger,
        Ballast(folder / "ballast", kib=ballast_kib),
        Succession(ledger, clock),
        WriteProbe(folder / "probe"),
        reached=reached,
    )
