"""The line for blobs: HTTPS to the province with the device's certificate, one connection for each."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from device.errors import SyncError
from sync.https_line import Answer, HttpsLine
from sync.tls import TlsClient, distrust

_PATH = "/device/v1/blobs/"
_WAIT_S = 10.0  # for the province's next word
_MOST_SAID = 65_536  # of an answer to what is brought
_OK, _CREATED, _CONFLICT = 200, 201, 409
_FINAL = frozenset({400, 413, 422})  # the same again would be answered the same


@dataclass(frozen=True, slots=True)
class NotAsAnnounced:
    """The province offers another blob than it has announced: larger, smaller, or with other bytes."""

    why: str


class Brought(StrEnum):
    """What the province made of a blob that was brought to it."""

    TAKEN = "taken"
    NOT_ASKED = "not asked for"  # or not yet: the reply that announces it may be on its way
    NEVER = "not taken"  # nor would it be another time


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobAddress:
    """Where the province is, and who the device is to it. `ca`: the province's certificate must be by it."""

    host: str
    port: int
    server_name: str
    ca: Path
    certificate: Path
    key: Path


class BlobLine:
    """Belongs to one thread, but for `cut`. `mono_ms`: monotonic time.

    Both ways raise SyncError when it may go better later.
    """

    def __init__(self, address: BlobAddress, *, mono_ms: Callable[[], int]) -> None:
        self._address = address
        self._https = HttpsLine(address.host, address.port, wait_s=_WAIT_S, mono_ms=mono_ms)
        self._tls: TlsClient | None = None
        self.dates_from: datetime | None = None
        """See TlsClient: set where the clock cannot be believed. Any thread."""

    def fetch(self, sha256: str, size: int) -> bytes | NotAsAnnounced:
        """The blob, proven to be what was announced. Nothing beyond `size` is kept."""
        answer = self._ask("GET", sha256, most_bytes=size)
        if answer.status != _OK:
            raise SyncError(f"{self._name}: answers {answer.status} to the blob {sha256[:12]}")
        if answer.announced is not None and answer.announced != size:
            return NotAsAnnounced(f"has {answer.announced} bytes, announced were {size}")
        if not answer.is_whole:
            return NotAsAnnounced(f"has more than the {size} bytes that were announced")
        if len(answer.body) < size:
            raise SyncError(f"{self._name}: the line ended within the blob {sha256[:12]}")
        if hashlib.sha256(answer.body).hexdigest() != sha256:
            return NotAsAnnounced("has other bytes than its name says")
        return answer.body

    def bring(self, sha256: str, content: bytes) -> Brought:
        """Give the blob to the province; TAKEN: it has it, durably."""
        status = self._ask("PUT", sha256, most_bytes=_MOST_SAID, body=content).status
        if status in {_OK, _CREATED}:
            return Brought.TAKEN
        if status == _CONFLICT:
            return Brought.NOT_ASKED
        if status in _FINAL:
            return Brought.NEVER
        raise SyncError(f"{self._name}: answers {status} to the blob {sha256[:12]}")

    def cut(self) -> None:
        """End what is under way. Any thread."""
        if self._tls is not None:
            self._tls.cut()

    def _ask(self, method: str, sha256: str, *, most_bytes: int, body: bytes | None = None) -> Answer:
        at = self._address
        try:
            self._tls = TlsClient(
                at.server_name, ca=at.ca, certificate=at.certificate, key=at.key, dates_from=self.dates_from
            )
        except (OSError, ValueError) as error:
            raise SyncError(f"{self._name}: cannot use the certificates and key: {error}") from None
        try:
            return self._https.ask(method, _PATH + sha256, tls=self._tls, most_bytes=most_bytes, body=body)
        except ssl.SSLCertVerificationError as error:
            raise SyncError(f"{self._name}: {distrust(error, at.server_name, at.ca)}") from None
        except OSError as error:
            raise SyncError(f"{self._name}: {error or type(error).__name__}") from None

    @property
    def _name(self) -> str:
        return f"province https://{self._address.host}:{self._address.port}"
