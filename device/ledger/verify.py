"""Proving a ledger's chain, from the floor to the head."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlite_utils import Database

from device import chain
from device.errors import LedgerError
from device.faults import Fault
from device.handling import service_key
from device.json_text import read_any_json
from device.ledger.reader import Head, LedgerReader, StoredRow
from device.ledger.schema import migrations
from device.sealing import blob_sha256


def _missing_triggers(reader: LedgerReader) -> tuple[str, ...]:
    """The triggers that the file lacks, or that say something else under the same name.

    A file of an earlier version is held to its own steps: it is proven before it is brought up to date.
    """
    wanted = Database(memory=True, execute_plugins=False)
    try:
        migrations.apply(wanted, stop_before=reader.steps_to_come())
        rows = wanted.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    finally:
        wanted.close()
    found = reader.triggers()
    return tuple(sorted(name for name, sql in rows if found.get(name) != sql))


_BLOBS_AT_ONCE = 500
_TAIL = 64  # rows proven at every opening; the whole chain is proven by `chuangping ledger verify`


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a proof found: how many rows held, the head, and the first thing wrong, if any.

    `bad_seq` is None while `why` is set when every row holds and the file around them is damaged.
    `blobs_missing`: the rows that name a sealed blob which is neither held whole nor receipted and erased.
    """

    rows: int
    head: Head
    bad_seq: int | None
    why: str | None
    missing_triggers: tuple[str, ...]
    floor_seq: int = 0
    blobs_missing: tuple[int, ...] = ()


def fault_in(row: StoredRow, expected: Head) -> str | None:
    """Why `row` cannot follow `expected`, or None."""
    if row.seq != expected.seq + 1:
        return f"row {expected.seq + 1} is missing" if row.seq > expected.seq else "is out of order"
    if row.prev != expected.hash:
        return "does not follow the row before it (prev differs)"
    if chain.link(expected.hash, row.canonical) != row.hash:
        return "was changed (its hash does not match)"
    try:
        fields = read_any_json(row.canonical)
    except msgspec.DecodeError:
        return "is not JSON"
    if not isinstance(fields, dict) or fields.get("seq") != row.seq:
        return "holds another seq than its place"
    if row.service_key != filed_under(fields):
        return "is filed under another service than its own"
    return None


def start_of(floor: Head) -> Head:
    """What the chain is proven from: the floor, or the hash before the first row by the log_id itself."""
    return Head(floor.log_id, 0, chain.genesis(floor.log_id)) if floor.seq == 0 else floor


def filed_under(fields: dict[str, Any]) -> str | None:
    """The key of the service that a row with these fields is about, None when it is about none."""
    handling = fields.get("handling")
    if not isinstance(handling, dict):
        return None
    return service_key(handling.get("project_no"), handling.get("service_no"), handling.get("assessment"))


def _blobs_accounted_for(reader: LedgerReader) -> set[str]:
    """The blobs that are held whole, or were erased after their receipt."""
    accounted = set(reader.erased())
    seq = 0
    # One row names one blob, so that the seq is a place to go on from.
    while blobs := reader.sealed_after(seq, _BLOBS_AT_ONCE):
        accounted.update(b.sha256 for b in blobs if blob_sha256(b.enc, b.ct) == b.sha256)
        seq = blobs[-1].seq
    return accounted


def _blob_named(row: StoredRow) -> str | None:
    """The blob that the sound row `row` names, if any."""
    if b'"sealed":{' not in row.canonical:  # most rows: not worth decoding
        return None
    sealed = row.row().get("sealed")
    sha256 = sealed.get("sha256") if isinstance(sealed, dict) else None
    return sha256 if isinstance(sha256, str) else None


def fault_in_floor(reader: LedgerReader) -> str | None:
    """Why the floor cannot be where this ledger's rows begin, or None."""
    floor, head = reader.floor(), reader.head()
    if floor.seq == 0:
        return None
    if floor.seq > head.seq:
        return "is the floor, and beyond the last row"
    at, after = reader.row(floor.seq), reader.row(floor.seq + 1)
    if at is not None and at.hash != floor.hash:
        return "differs from the floor"
    if after is not None and after.prev != floor.hash:
        return "is the floor, and not what the row after it follows (prev differs)"
    return None


def verify_all(reader: LedgerReader, progress: Callable[[int], None] | None = None) -> Verdict:
    """Walk the whole chain from the floor. `progress` is told the seq every thousand rows.

    Rows at or below the floor that retention has not deleted yet are not proven, but for the floor's own.
    A closed log may lack the rows that it says it lost: the chain goes on behind them.
    Raises LedgerError when the file cannot be read at all.
    """
    floor = reader.floor()
    missing = _missing_triggers(reader)
    expected = start_of(floor)
    after_loss = {lost.last + 1: lost.first for lost in reader.lost()}
    rows = 0
    blobs_missing: list[int] = []
    try:
        accounted = _blobs_accounted_for(reader)
        why = fault_in_floor(reader)
        if why:
            return Verdict(0, expected, floor.seq, why, missing, floor.seq)
        for row in reader.rows():
            if row.seq <= floor.seq:
                continue
            if after_loss.get(row.seq) == expected.seq + 1:
                expected = Head(floor.log_id, row.seq - 1, row.prev)
            why = fault_in(row, expected)
            if why:
                return Verdict(rows, expected, row.seq, why, missing, floor.seq)
            expected = Head(floor.log_id, row.seq, row.hash)
            rows += 1
            if (blob := _blob_named(row)) is not None and blob not in accounted:
                blobs_missing.append(row.seq)
            if progress and rows % 1000 == 0:
                progress(row.seq)
        return Verdict(rows, expected, None, reader.file_fault(), missing, floor.seq, tuple(blobs_missing))
    except LedgerError as error:
        return Verdict(rows, expected, expected.seq + 1, f"cannot be read ({error})", missing, floor.seq)


def verify_tail(reader: LedgerReader) -> None:
    """Prove the last rows and that the triggers stand. Raises LedgerError (damaged)."""
    missing = _missing_triggers(reader)
    if missing:
        raise LedgerError(f"{reader.path}: triggers are missing: {', '.join(missing)}", Fault.LEDGER_DAMAGED)
    floor, head = reader.floor(), reader.head()
    why = fault_in_floor(reader)
    if why:
        raise LedgerError(f"{reader.path}: row {floor.seq} {why}", Fault.LEDGER_DAMAGED)
    if head.seq and reader.row(head.seq) is None:  # retention leaves the newest one
        raise LedgerError(f"{reader.path}: not one row is left", Fault.LEDGER_DAMAGED)
    rows = reader.rows_after(max(floor.seq, head.seq - _TAIL), _TAIL)
    if not rows:
        return
    expected = Head(head.log_id, rows[0].seq - 1, rows[0].prev)
    for row in rows:
        why = fault_in(row, expected)
        if why:
            raise LedgerError(f"{reader.path}: row {row.seq} {why}", Fault.LEDGER_DAMAGED)
        expected = Head(head.log_id, row.seq, row.hash)
