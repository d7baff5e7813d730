"""The succession of logs: a log that ended is put away, and a new one that names it begins."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sqlite3
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import structs

from device.clock import Clock
from device.errors import LedgerError
from device.faults import Fault
from device.json_text import read_json
from device.ledger.closed_log import closed_log_path, free_closed_log_path, write_closed_log
from device.ledger.reader import Head, LedgerReader, Log
from device.ledger.salvage import DamagedLedger
from device.ledger.writer import Ledger, as_ledger_error, sync_folder
from device.row import Note

log = logging.getLogger(__name__)

_MOST_RANGES = 64  # in the note, so that one row always fits; the closed log's file has them all
_SIDES = ("", "-wal", "-shm")


Ranges = tuple[tuple[int, int], ...]


class Ending(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was decided about a log before anything was done to it. `aside`: folder for a damaged ledger.

    `reached`: the last seq it is known to have had. `file`: its name in `closed/`, once that is known.
    """

    state: Literal["closed", "damaged"]
    log_id: str | None
    why: str
    aside: str | None = None
    reached: int = 0
    file: str | None = None


_ending_decoder = msgspec.json.Decoder(Ending)


class Succession:
    """Ends the log in `ratings.db` and begins the next, in steps that each survive a power cut.

    What is to happen is written down first (succession.json); each step is done if it is not done already,
    so that the next start goes on wherever the last one ended. Belongs to the device loop's thread.
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._folder = ledger.path.parent
        self._intent = self._folder / "succession.json"
        self._clock = clock

    @property
    def pending(self) -> bool:
        """Whether one was begun and is not finished."""
        return self._intent.exists()

    def set_aside(self, *, log_id: str | None, why: str, reached: int = 0) -> None:
        """Decide that the ledger is damaged. `log_id`: as far as known, with the last row it `reached`.

        Raises LedgerError.
        """
        now = self._clock.now()
        aside = f"damaged/{log_id or 'unread'}-{now.wall:%Y%m%dT%H%M%S}-{now.mono_ms}"
        self._decide(Ending(state="damaged", log_id=log_id, why=why, aside=aside, reached=reached))

    def close_log(self, *, log_id: str, why: str) -> None:
        """Decide that the log, which is sound, goes no further. Raises LedgerError."""
        path = free_closed_log_path(self._folder, log_id)
        self._decide(Ending(state="closed", log_id=log_id, why=why, file=path.name))

    def finish(self) -> None:
        """Do what was decided and is not done; nothing otherwise. Raises LedgerError, to be tried again."""
        for _ in self.steps():
            pass

    def steps(self) -> Iterator[str]:
        """The steps of what was decided, one at a time: when a name is yielded that one is durable.

        Raises LedgerError.
        """
        try:
            if not self.pending:
                return
            ending = self._decided()
            if ending is None:
                return
            self._ledger.close()
            if ending.aside is not None:
                ended, lost = yield from self._salvaged(ending, self._folder / ending.aside)
            else:
                assert ending.log_id is not None
                ended, lost = ending.log_id, ()
                yield from self._closed(ending.log_id, ending.why, ending.file)
            if not self._ledger.path.exists():
                self._ledger.create(prior=ended, note=self._note(ending, ended, lost))
            yield "begun"
            self._intent.unlink()
            sync_folder(self._folder)
            log.warning("log ended state=%s log=%s why=%s", ending.state, ended or "unreadable", ending.why)
        except (sqlite3.Error, OSError) as error:
            raise as_ledger_error(self._ledger.path, error) from error

    def _salvaged(self, ending: Ending, aside: Path) -> Generator[str, None, tuple[str | None, Ranges]]:
        self._move_aside(aside)
        yield "set aside"
        damaged = DamagedLedger(aside / self._ledger.path.name)
        try:
            found = damaged.log() or (Log(ending.log_id, None) if ending.log_id else None)
            if found is None:
                return None, ()  # its rows stay where they are: nobody can say of which log they are
            if ending.file is None:
                ending = structs.replace(ending, file=free_closed_log_path(self._folder, found.log_id).name)
                self._decide(ending)
            path = closed_log_path(self._folder, found.log_id).with_name(str(ending.file))
            if not path.exists():
                self._need_room_for_copy(aside)
                reached = ending.reached if ending.log_id == found.log_id else 0
                floor = damaged.floor()
                head = Head(found.log_id, floor[0], floor[1]) if floor else None
                write_closed_log(
                    path,
                    log=found,
                    floor=floor,
                    rows=damaged.salvage(found.log_id, head, reached=reached),
                    why=ending.why,
                    blobs=damaged.blobs(),
                    erased=damaged.erased(),
                )
        finally:
            damaged.close()
        try:
            with LedgerReader(path) as reader:
                lost = tuple((gap.first, gap.last) for gap in reader.lost())
        except LedgerError:
            path.unlink()  # what it was made from is still there: the next attempt writes it anew
            raise
        yield "salvaged"
        return found.log_id, lost

    def _need_room_for_copy(self, aside: Path) -> None:
        """A copy that does not fit is not begun: trying again every few seconds would wear out the card."""
        needed = sum(file.stat().st_size for file in aside.iterdir())
        free = shutil.disk_usage(self._folder).free
        if free < needed:
            why = f"{aside}: {needed} bytes are needed to salvage it, {free} are free on the card"
            raise LedgerError(why, Fault.STORAGE_FULL)

    def _move_aside(self, aside: Path) -> None:
        aside.mkdir(parents=True, exist_ok=True)
        # The database first: without it the folder has no ledger, and nobody takes what is left for one.
        for side in _SIDES:
            here = self._ledger.path.with_name(self._ledger.path.name + side)
            there = aside / here.name
            if here.exists() and not there.exists():
                here.rename(there)
        for folder in (aside, aside.parent, self._folder):
            sync_folder(folder)

    def _closed(self, log_id: str, why: str, file: str | None) -> Iterator[str]:
        path = closed_log_path(self._folder, log_id)
        path = path if file is None else path.with_name(file)  # an earlier version did not write it down
        if not path.exists():
            self._ledger.open()
            self._ledger.end(why)
            yield "ended"
            path.parent.mkdir(exist_ok=True)
            self._ledger.path.rename(path)
            sync_folder(path.parent)
        if not self._ledger.path.exists():
            # All their content is in the file by now. Under a new ledger of this name they would be its own.
            for side in _SIDES[1:]:
                self._ledger.path.with_name(self._ledger.path.name + side).unlink(missing_ok=True)
            sync_folder(self._folder)
        yield "put away"

    def _note(self, ending: Ending, ended: str | None, lost: Ranges) -> Note:
        now = self._clock.now()
        return Note(
            note=f"log_{ending.state}",
            why=ending.why,
            prior=ended,
            lost=lost[:_MOST_RANGES],
            at=now.wall_text,
            boot=now.boot,
            mono_ms=now.mono_ms,
            clock=now.quality,
        )

    def _decide(self, ending: Ending) -> None:
        beside = self._intent.with_name(self._intent.name + ".new")
        try:
            with beside.open("wb") as file:
                file.write(msgspec.json.encode(ending))
                file.flush()
                os.fsync(file.fileno())
            beside.rename(self._intent)
            sync_folder(self._folder)
        except OSError as error:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise as_ledger_error(self._ledger.path, error) from error

    def _decided(self) -> Ending | None:
        """What was decided; a file that does not say it is set aside, and the ledger is looked at anew."""
        try:
            return read_json(self._intent.read_bytes(), _ending_decoder)
        except msgspec.MsgspecError as error:
            log.error("what was decided about the ledger cannot be read file=%s why=%s", self._intent, error)
            self._intent.rename(self._intent.with_name(self._intent.name + ".damaged"))
            return None
