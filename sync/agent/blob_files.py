"""Blobs as files of the agent's folder: each named by its SHA-256, whole or not there."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)


class BlobFiles:
    """Files in `folder`, readable by the group that device and agent share. One thread. Raises OSError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """The hashes of what is held, the oldest first."""
        if not self.folder.is_dir():
            return []
        files = [file for file in self.folder.iterdir() if _NAME.fullmatch(file.name)]
        return [file.name for file in sorted(files, key=lambda file: file.stat().st_mtime_ns)]

    def read(self, sha256: str) -> bytes | None:
        """The bytes, None when they are not held or are not those any more."""
        try:
            content = (self.folder / sha256).read_bytes()
        except FileNotFoundError:
            return None
        return content if hashlib.sha256(content).hexdigest() == sha256 else None

    def write(self, content: bytes) -> str:
        """Hold `content`, durably; its hash."""
        sha256 = hashlib.sha256(content).hexdigest()
        self.folder.mkdir(mode=0o770, parents=True, exist_ok=True)
        beside = self.folder / f".{sha256}.new"
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.folder / sha256)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        return sha256

    def remove(self, sha256: str) -> None:
        """Let go of it, if it is there."""
        (self.folder / sha256).unlink(missing_ok=True)
