"""The closed logs as the agent sees them: sound ones, damaged ones, each in a file of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from device.errors import LedgerError
from device.ledger.closed_log import closed_log_path, closed_log_paths
from device.ledger.reader import Head, LedgerReader, StoredBlob, StoredRow
from sync.agent.state_log import StateLog

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ClosedLog:
    """A log that nobody writes any more. `floor`: the point before the first row it still has.

    `again`: this is no first file of the log, but one that was put back after that and ended a second time.
    """

    path: Path
    head: Head
    floor: Head
    state: str
    why: str
    prior: str | None
    lost: tuple[tuple[int, int], ...]
    again: bool

    @property
    def log_id(self) -> str:
        return self.head.log_id

    def has_lost(self, seq: int) -> bool:
        """Whether the row `seq` is one of those that this damaged log says it lost, or may have had once."""
        beyond = self.state == "damaged" and seq > self.head.seq and not self.again
        return beyond or any(first <= seq <= last for first, last in self.lost)


class ClosedLogs:
    """Reads `closed/` in the device's folder; a file is opened for each look. Belongs to the agent's thread.

    Never raises: a file that cannot be read now is left out, and said once. Where somebody put an old file of
    a log back, and there are several, one of them is found at a time. `receipted`: the last row of a log that
    the province is known to hold.
    """

    def __init__(self, folder: Path, *, receipted: Callable[[str], Head | None] = lambda _: None) -> None:
        self._folder = folder
        self._receipted = receipted
        self._known: dict[str, ClosedLog] = {}
        self.left_out = False
        """Whether the last look met a file that could not be read."""
        self._said = StateLog(logging.getLogger(__name__))

    def look(self) -> list[ClosedLog]:
        """Every closed log there is now, the one that was closed first first."""
        files: dict[str, list[ClosedLog]] = {}
        found = [self._read(path, _describe) for path in closed_log_paths(self._folder)]
        for log in found:
            if log is not None:
                files.setdefault(log.log_id, []).append(log)
        self._known = {log_id: self._next_of(same) for log_id, same in files.items()}
        self.left_out = None in found
        return list(self._known.values())

    def known(self) -> list[ClosedLog]:
        """The logs as they were at the last look."""
        return list(self._known.values())

    def find(self, log_id: str) -> ClosedLog | None:
        """The log as it was at the last look."""
        return self._known.get(log_id)

    def rows_after(self, log_id: str, seq: int, limit: int) -> list[StoredRow]:
        """At most `limit` rows after `seq`, there may be gaps between them; none while it cannot be read."""
        path = self._path(log_id)
        return self._read(path, lambda reader: reader.rows_after(seq, limit)) or []

    def sealed_after(self, log_id: str, seq: int, limit: int) -> list[StoredBlob] | None:
        """At most `limit` sealed blobs of rows after `seq`; None while the log cannot be read."""
        path = self._path(log_id)
        return self._read(path, lambda reader: reader.sealed_after(seq, limit))

    def hash_of(self, log_id: str, seq: int) -> str | None:
        """The hash of row `seq`, of the floor, or of the beginning; None when it is not held."""
        log = self._known.get(log_id)
        return None if log is None else self._hash_in(log, seq)

    def _path(self, log_id: str) -> Path:
        log = self._known.get(log_id)
        return closed_log_path(self._folder, log_id) if log is None else log.path

    def _next_of(self, files: list[ClosedLog]) -> ClosedLog:
        """The file of one log whose turn it is: the first that is not all receipted, else the last."""
        # One that is the beginning of another has nothing to add.
        whole = [
            file
            for number, file in enumerate(files)
            if not any(
                self._holds(other, file.head) and (other.head != file.head or at < number)
                for at, other in enumerate(files)
                if at != number
            )
        ]
        held = self._receipted(files[0].log_id) if len(whole) > 1 else None
        if held is None:
            return whole[0]
        for number, file in enumerate(whole):
            later = any(self._holds(other, held) for other in whole[number + 1 :])
            if file.head != held and not (later and not self._holds(file, held)):
                return file
        return whole[-1]

    def _holds(self, log: ClosedLog, row: Head) -> bool:
        return self._hash_in(log, row.seq) == row.hash

    def _hash_in(self, log: ClosedLog, seq: int) -> str | None:
        row = self._read(log.path, lambda reader: reader.row(seq))
        if row is not None:
            return row.hash
        return log.floor.hash if log.floor.seq == seq else None

    def _read(self, path: Path, read: Callable[[LedgerReader], T]) -> T | None:
        try:
            with LedgerReader(path) as reader:
                answer = read(reader)
        except LedgerError as error:
            self._said.trouble(path.stem, f"closed log not readable: {error}")
            return None
        self._said.well(path.stem, "closed log readable")
        return answer


def _describe(reader: LedgerReader) -> ClosedLog:
    end = reader.end()
    log_id = reader.log().log_id
    return ClosedLog(
        path=reader.path,
        again=reader.path.stem != log_id,
        head=reader.head(),
        floor=reader.floor(),
        state=end.state if end else "closed",
        why=end.why if end else "",
        prior=reader.log().prior,
        lost=tuple((gap.first, gap.last) for gap in reader.lost()),
    )
