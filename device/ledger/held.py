"""What the logs of a folder hold, the closed ones too. One that cannot be read is left out, and said."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from device.errors import LedgerError
from device.ledger.closed_log import closed_log_paths
from device.ledger.reader import Head, LedgerReader, StoredBlob
from device.row import Row

log = logging.getLogger(__name__)

_BLOBS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ClosedEnd:
    """Where the closed log in the file `path` ends. `damaged`: it may have had further rows once."""

    path: Path
    head: Head
    damaged: bool


@dataclass(frozen=True, slots=True)
class HeldBlobs:
    """The sealed blobs in the file `path` of the log `log_id`, oldest first, at most 100."""

    path: Path
    log_id: str
    blobs: list[StoredBlob]


def closed_rows_of_service(folder: Path, service_key: str) -> list[Row]:
    """As Ledger.rows_of_service, in the closed logs of `folder`."""
    rows: list[Row] = []
    for path in closed_log_paths(folder):
        try:
            with LedgerReader(path) as reader:
                rows += reader.rows_of_service(service_key)
        except LedgerError as error:
            log.error("closed log not readable why=%s", error)  # the province finds a second rating
    return rows


def closed_ends(folder: Path) -> list[ClosedEnd]:
    """Where the closed logs of `folder` end; a log that was put back is there twice."""
    ends = []
    for path in closed_log_paths(folder):
        try:
            with LedgerReader(path) as reader:
                end = reader.end()
                ends.append(ClosedEnd(path, reader.head(), end is not None and end.state == "damaged"))
        except LedgerError as error:
            log.error("closed log not readable why=%s", error)
    return ends


def held_blobs(paths: Iterable[Path]) -> list[HeldBlobs]:
    """Those of the logs in the files `paths` that hold sealed blobs."""
    held = []
    for path in paths:
        try:
            with LedgerReader(path) as reader:
                if blobs := reader.sealed_after(0, _BLOBS_AT_ONCE):
                    held.append(HeldBlobs(path, reader.log().log_id, blobs))
        except LedgerError as error:
            log.error("sealed blobs not readable why=%s", error)
    return held
