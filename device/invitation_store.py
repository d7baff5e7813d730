"""The invitations in device.db: durable before they are shown, their states kept for a day."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from device.clock import CHINA, Moment, wall_text
from device.condition import StampedCondition
from device.counter import InvitationState, Invited
from device.errors import LedgerError
from device.faults import Fault
from device.handling import Handling
from device.json_text import read_json
from device.ledger.writer import as_ledger_error
from device.sqlite_file import (
    Kinds,
    are_of,
    damaged,
    expecting_sound,
    ledger_error,
    open_writer,
    set_aside,
)
from device.visit.state import Invitation

KEPT_MS = 24 * 3600 * 1000

log = logging.getLogger(__name__)

_handlings = msgspec.json.Decoder(Handling)

migrations = Migrations("device")


@migrations()
def m001_invitations(db: Database) -> None:
    """Invitations with their first answers, and the log this device writes."""
    db.execute("""
        CREATE TABLE invitation (
            id TEXT PRIMARY KEY,
            visit TEXT NOT NULL,
            handling TEXT NOT NULL,       -- JSON
            clerk TEXT, language TEXT, via TEXT,
            invited_at TEXT NOT NULL,
            expires_at TEXT NOT NULL,
            state TEXT NOT NULL,
            idempotency_key TEXT,
            body_sha256 TEXT NOT NULL,
            boot TEXT NOT NULL,           -- with mono_ms: when its 24 hours began, by no wall clock
            mono_ms INTEGER NOT NULL
        ) STRICT
    """)
    db.execute("CREATE INDEX invitation_idempotency ON invitation (idempotency_key)")
    db.execute("CREATE TABLE known_log (log_id TEXT NOT NULL) STRICT")


@migrations()
def m002_condition(db: Database) -> None:
    """What the agent may know of the device, and the time that it can no longer be before."""
    db.execute("""
        CREATE TABLE condition (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            stamped TEXT NOT NULL         -- JSON
        ) STRICT
    """)
    db.execute("""
        CREATE TABLE time_floor (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            at TEXT NOT NULL              -- RFC 3339: the latest time that a receipt proved
        ) STRICT
    """)


@migrations()
def m030_province_word(db: Database) -> None:
    """The settings in force, and the last ones that could not be."""
    db.execute("""
        CREATE TABLE settings_in_force (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            version INTEGER NOT NULL,
            assignment INTEGER,
            jws BLOB NOT NULL             -- as the province signed it
        ) STRICT
    """)
    db.execute("""
        CREATE TABLE settings_refused (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            version INTEGER NOT NULL,
            why TEXT NOT NULL
        ) STRICT
    """)


@migrations()
def m031_orders(db: Database) -> None:
    """Orders begun, each once, with what became of them."""
    db.execute("""
        CREATE TABLE orders (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            outcome TEXT,                 -- null while it is being carried out
            why TEXT
        ) STRICT
    """)


@migrations()
def m033_key_proofs(db: Database) -> None:
    """Which keys are proven, by the day, and up to where citizens' presses were taken in for it."""
    db.execute("""
        CREATE TABLE key_panel (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            panel TEXT NOT NULL,          -- how it is wired; of another one nothing is proven
            since TEXT,                   -- the first day it is known to have been there
            log_id TEXT,
            through INTEGER NOT NULL
        ) STRICT
    """)
    db.execute("""
        CREATE TABLE key_proof (
            key INTEGER PRIMARY KEY CHECK (key BETWEEN 1 AND 5),
            day TEXT,                     -- null where no clock was to be believed: then by boot and mono_ms
            boot TEXT NOT NULL,
            mono_ms INTEGER NOT NULL
        ) STRICT
    """)


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """What an idempotency key was answered first, to a request with this hash."""

    body_sha256: str
    invited: Invited


class InvitationStore:
    """The one writer of device.db. Belongs to the device loop's thread.

    Every method raises LedgerError when the file cannot be read or written: without it the device could not
    say later what became of an invitation. A damaged file, at the opening or met later, is set aside by the
    next `open`, which begins another: there are no ratings in it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: Database | None = None
        self._damage: LedgerError | None = None

    def open(self, now: Moment) -> None:
        """Open or make the file. What an earlier boot left is kept a day from now."""
        if self._damage is None:
            try:
                self._open(now)
            except LedgerError as error:
                if error.fault != Fault.LEDGER_DAMAGED:
                    raise
                self._damage = error
            else:
                return
        self._begin_anew(self._damage, now)

    def _open(self, now: Moment) -> None:
        try:
            with expecting_sound(self._path):
                self._db = open_writer(self._path)
                migrations.apply(self._db)
                self._db.execute(
                    "UPDATE invitation SET boot = ?, mono_ms = ? WHERE boot <> ?",
                    [now.boot, now.mono_ms, now.boot],
                )
        except (LedgerError, OSError):
            self.close()
            raise

    def _begin_anew(self, damage: LedgerError, now: Moment) -> None:
        try:
            aside = set_aside(self._path)
        except OSError as error:
            raise as_ledger_error(self._path, error) from error
        log.error("device.db damaged, begun anew kept=%s why=%s", aside, damage)
        self._open(now)
        # There was a log, whatever its name: a ledger that is missing now is not made anew either.
        self.know_log("")
        self._damage = None

    def close(self) -> None:
        """Give the file back. Safe to call twice."""
        if self._db is not None:
            self._db.close()
            self._db = None

    @property
    def is_open(self) -> bool:
        return self._db is not None

    def add(
        self,
        invitation: Invitation,
        *,
        expires_at: str,
        idempotency_key: str | None,
        body_sha256: str,
        now: Moment,
    ) -> None:
        """Keep a new invitation, waiting."""
        self.run(
            "INSERT INTO invitation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            invitation.id,
            invitation.visit,
            msgspec.json.encode(invitation.handling).decode("utf-8"),
            invitation.clerk,
            invitation.language,
            invitation.via,
            invitation.invited_at,
            expires_at,
            InvitationState.WAITING.value,
            idempotency_key,
            body_sha256,
            now.boot,
            now.mono_ms,
        )

    def set_state(self, id_: str, state: InvitationState) -> None:
        """What the counter may know of it from now on."""
        self.run("UPDATE invitation SET state = ? WHERE id = ?", state.value, id_)

    def state_of(self, id_: str) -> InvitationState | None:
        """The state, or None when there is no such invitation (any more)."""
        rows = self.select("SELECT state FROM invitation WHERE id = ?", id_, kinds=(str,))
        with self._understanding():
            return InvitationState(rows[0][0]) if rows else None

    def expires_at(self, id_: str) -> str | None:
        """When the invitation ends by itself at the latest, as it was answered."""
        rows = self.select("SELECT expires_at FROM invitation WHERE id = ?", id_, kinds=(str,))
        return rows[0][0] if rows else None

    def waiting(self) -> list[Invitation]:
        """Those that are open, the oldest first."""
        rows = self.select(
            "SELECT id, visit, handling, clerk, language, via, invited_at FROM invitation"
            " WHERE state = ? ORDER BY rowid",
            InvitationState.WAITING.value,
            kinds=(str, str, str, str | None, str | None, str | None, str),
        )
        with self._understanding():
            return [
                Invitation(id_, visit, read_json(handling, _handlings), clerk, language, via, invited_at, 0)
                for id_, visit, handling, clerk, language, via, invited_at in rows
            ]

    def first_answer(self, idempotency_key: str) -> FirstAnswer | None:
        """What this key was answered first, within the last day."""
        rows = self.select(
            "SELECT body_sha256, id, expires_at FROM invitation WHERE idempotency_key = ?"
            " ORDER BY rowid LIMIT 1",
            idempotency_key,
            kinds=(str, str, str),
        )
        if not rows:
            return None
        body_sha256, id_, expires_at = rows[0]
        return FirstAnswer(body_sha256, Invited(id_, InvitationState.WAITING, expires_at))

    def forget_old(self, now: Moment) -> None:
        """Let go of ended invitations older than a day."""
        self.run(
            "DELETE FROM invitation WHERE state <> ? AND boot = ? AND mono_ms < ?",
            InvitationState.WAITING.value,
            now.boot,
            now.mono_ms - KEPT_MS,
        )

    def known_log(self) -> str | None:
        """The log this device has been writing; None on the very first start, "" when its name is lost."""
        rows = self.select("SELECT log_id FROM known_log", kinds=(str,))
        return rows[0][0] if rows else None

    def know_log(self, log_id: str) -> None:
        """Remember the log, so that a ledger that goes missing is noticed and not made anew."""
        known = self.known_log()
        if known != log_id:
            if known:
                log.warning("another ledger stands in the folder log=%s before=%s", log_id, known)
            self.run("DELETE FROM known_log")
            self.run("INSERT INTO known_log VALUES (?)", log_id)

    def keep_condition(self, stamped: StampedCondition) -> None:
        """How the device is, for its agent to read."""
        said = msgspec.json.encode(stamped).decode("utf-8")
        self.run("INSERT OR REPLACE INTO condition VALUES (1, ?)", said)

    def time_floor(self) -> datetime | None:
        """The latest time that a receipt proved, or None before the first."""
        rows = self.select("SELECT at FROM time_floor", kinds=(str,))
        with self._understanding():
            # With a zone or not at all: one without cannot be compared.
            return datetime.fromisoformat(rows[0][0]).astimezone(CHINA) if rows else None

    def raise_time_floor(self, time: datetime) -> None:
        """It is `time` or later, and will ever be."""
        self.run("INSERT OR REPLACE INTO time_floor VALUES (1, ?)", wall_text(time))

    def run(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of one statement, committed by itself; for the stores that share the file."""
        if self._db is None:
            raise ledger_error(self._path, sqlite3.ProgrammingError("device.db is not open"))
        try:
            with expecting_sound(self._path):
                rows: list[tuple[Any, ...]] = self._db.conn.execute(sql, values).fetchall()
        except LedgerError as error:
            raise self._given_up(error) from error
        return rows

    def select(self, sql: str, *values: object, kinds: Kinds) -> list[tuple[Any, ...]]:
        """As `run`, of a SELECT whose values are of these kinds."""
        rows = self.run(sql, *values)
        if not all(are_of(kinds, row) for row in rows):
            raise self._given_up(damaged(self._path, "holds a value of another kind than its column"))
        return rows

    @contextmanager
    def _understanding(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, OverflowError) as error:  # of an enumeration, a time, or JSON
            raise self._given_up(damaged(self._path, "holds text that nobody wrote")) from error

    def _given_up(self, error: LedgerError) -> LedgerError:
        self.close()
        if error.fault == Fault.LEDGER_DAMAGED:
            self._damage = error
        return error
