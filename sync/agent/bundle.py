"""A log bundle: what an operator needs to see of a device from afar, and nothing of what citizens said."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from device.clock import Clock
from device.configuration import declared_keys, read_toml
from device.errors import ChuangpingError, SyncError
from device.ledger.reader import LedgerReader
from device.ledger.verify import verify_all
from device.settings import DeviceConfig
from sync.agent.device_condition import ConditionSource
from sync.agent.device_file import DeviceFile
from sync.agent.logs_source import LogPart, LogsSource
from sync.agent.settings import SyncConfig
from sync.contract.messages import BLOB_BYTES

_LOG_BYTES = 8 * 1024 * 1024  # of each log, before it is packed: about a tenth of that after
_LEAST_LOG_BYTES = 4096
SECRET = "(secret, left out)"


class BundleMaker:
    """Makes bundles of at most 2 MiB. `sync_toml`: the agent's configuration, the device's beside it.

    Belongs to the courier's thread.
    """

    def __init__(
        self,
        *,
        device: str,
        software: str,
        folder: Path,
        sync_toml: Path,
        logs: LogsSource,
        clock: Clock,
        most: int = BLOB_BYTES,
    ) -> None:
        self._device = device
        self._software = software
        self._folder = folder
        self._sync_toml = sync_toml
        self._logs = logs
        self._clock = clock
        self._most = most

    def make(self) -> bytes:
        """A .tar.gz; of the logs the newest lines that have room. What cannot be read says so in its place.

        Raises SyncError when it does not even fit without them.
        """
        facts = self._facts()
        log_bytes = _LOG_BYTES
        while log_bytes >= _LEAST_LOG_BYTES:
            packed = _packed([*facts, *self._log_parts(log_bytes)], at_s=self._at_s)
            if len(packed) <= self._most:
                return packed
            log_bytes //= 2
        raise SyncError(f"the bundle does not fit into {self._most} bytes")

    def _facts(self) -> list[LogPart]:
        device_toml = self._sync_toml.with_name("device.toml")
        found: Mapping[str, Callable[[], object]] = {
            "bundle.json": self._about,
            "status.json": self._status,
            "ledger.json": self._ledger,
            "sync.toml.json": lambda: _without_secrets(self._sync_toml, SyncConfig),
            "device.toml.json": lambda: _without_secrets(device_toml, DeviceConfig),
        }
        return [LogPart(name, _json(fact)) for name, fact in found.items()]

    def _about(self) -> object:
        now = self._clock.now()
        return {
            "device": self._device,
            "software": self._software,
            "made_at": now.wall_text,
            "boot": now.boot,
            "mono_ms": now.mono_ms,
        }

    def _status(self) -> object:
        condition = ConditionSource(self._folder, clock=self._clock).read()
        standing = DeviceFile(self._folder / "device.db").standing()
        return {"condition": msgspec.to_builtins(condition), "in_force": msgspec.to_builtins(standing)}

    def _ledger(self) -> object:
        """How many rows hold: figures about the chain, not one of what is in it."""
        ended = {name: _entries(self._folder / name) for name in ("closed", "damaged")}
        with LedgerReader(self._folder / "ratings.db") as reader:
            verdict = verify_all(reader)
        return {
            "rows_that_hold": verdict.rows,
            "floor_seq": verdict.floor_seq,
            "head_seq": verdict.head.seq,
            "holds": verdict.why is None,
            "bad_seq": verdict.bad_seq,
            "missing_triggers": len(verdict.missing_triggers),
            "ended_logs": ended,
        }

    def _log_parts(self, most: int) -> list[LogPart]:
        try:
            parts = self._logs.newest(most)
        except OSError as error:
            parts = [LogPart("unreadable.txt", f"the logs cannot be read: {error}\n".encode())]
        return [LogPart(f"logs/{part.name}", part.content) for part in parts]

    @property
    def _at_s(self) -> int:
        return int(self._clock.now().wall.timestamp())


def _json(fact: Callable[[], object]) -> bytes:
    try:
        said = fact()
    except (ChuangpingError, OSError, sqlite3.Error) as error:
        # Only the kind: the text of an error may quote what was read.
        said = {"cannot_be_read": type(error).__name__}
    return json.dumps(said, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _without_secrets(path: Path, config: type) -> object:
    """The keys of the file that are known, with their values; those of secrets are left out."""
    known = {key.name: key.bounds for key in declared_keys(config)}
    given = {
        f"{table}.{name}": value
        for table, entries in read_toml(path).items()
        if isinstance(entries, Mapping)
        for name, value in entries.items()
    }
    return {
        "file": path.name,
        "keys": {
            name: SECRET if known[name].secret else value for name, value in given.items() if name in known
        },
        "unknown_keys": sorted(name for name in given if name not in known),
    }


def _entries(folder: Path) -> int:
    return len(list(folder.glob("*.db"))) if folder.is_dir() else 0


def _packed(parts: list[LogPart], *, at_s: int) -> bytes:
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=at_s) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for part in parts:
            entry: Any = tarfile.TarInfo(part.name)
            entry.size, entry.mtime, entry.mode = len(part.content), at_s, 0o600
            tar.addfile(entry, io.BytesIO(part.content))
    return packed.getvalue()
