"""What the broker reads of devices: who may speak, whose certificate is revoked; and making it read anew."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509

from province.broker import ACL_FILE, CRL_FILE, REVOKED_FILE, device_acl_text
from province.ca import BACKDATED, CertificateAuthority
from province.folder import PUBLIC, write_whole

PROGRAM = "mosquitto"
UNTOLD_FILE = "untold"


class Told(StrEnum):
    """What became of telling the broker. `NO_FILE`: nothing names its process.

    `NOT_RUNNING`: it reads its files when it starts.
    """

    TOLD = "told"
    NO_FILE = "no_pid_file"
    NOT_RUNNING = "not_running"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True)
class BrokerFiles:
    """The files in the broker's folder. `pid_file`: where it writes its process id."""

    folder: Path
    pid_file: Path

    @property
    def revoked(self) -> frozenset[str]:
        """Ids of the devices that the files shut out."""
        names = self.folder / REVOKED_FILE
        return frozenset(names.read_text("ascii").split()) if names.exists() else frozenset()

    @property
    def revoked_serials(self) -> frozenset[int]:
        """Serial numbers of the certificates that the signed list names."""
        return frozenset(self.revoked_since)

    @property
    def revoked_since(self) -> dict[int, datetime]:
        """By serial number, since when each certificate on the signed list is revoked."""
        return {entry.serial_number: entry.revocation_date_utc for entry in self._crl() or ()}

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else, in this process or another, writes the files meanwhile."""
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def write_access(self, revoked: frozenset[str]) -> None:
        """Write the devices' access list, by which `revoked` may say and hear nothing."""
        write_whole(self.folder / REVOKED_FILE, "".join(f"{n}\n" for n in sorted(revoked)).encode(), PUBLIC)
        write_whole(self.folder / ACL_FILE, device_acl_text(sorted(revoked)).encode(), PUBLIC)

    def write_crl(self, ca: CertificateAuthority, revoked: Mapping[int, datetime], now: datetime) -> None:
        """Write the signed list of revoked certificates, by serial number, each since when."""
        # In the past, for machines whose clock is behind; later than the last one, or that would be believed.
        at = now - BACKDATED
        held = self._crl()
        if held is not None:
            at = max(at, held.last_update_utc + timedelta(seconds=1))
        write_whole(self.folder / CRL_FILE, ca.sign_crl(revoked, at=at), PUBLIC)

    @property
    def untold(self) -> frozenset[str]:
        """Ids whose sessions were to be ended when the files were last written; none once that was done."""
        names = self.folder / UNTOLD_FILE
        return frozenset(names.read_text("ascii").split()) if names.exists() else frozenset()

    @property
    def is_told(self) -> bool:
        """Whether the broker has read what the files say, for all that is known here."""
        return not (self.folder / UNTOLD_FILE).exists()

    def note_untold(self, out: Iterable[str]) -> None:
        """The files are about to change, and the sessions of `out` to be ended: a crash must not lose it."""
        write_whole(self.folder / UNTOLD_FILE, "".join(f"{n}\n" for n in sorted(out)).encode(), PUBLIC)

    def note_told(self) -> None:
        """All of that was done."""
        (self.folder / UNTOLD_FILE).unlink(missing_ok=True)

    def tell(self) -> Told:
        """Have the broker read its files anew. Connections that are there stay."""
        try:
            number = int(self.pid_file.read_text("ascii"))
            # The number may have gone to another program since the broker died.
            if Path(f"/proc/{number}/comm").read_text("utf-8").strip() != PROGRAM:
                return Told.NOT_RUNNING
            os.kill(number, signal.SIGHUP)
        except (ProcessLookupError, ValueError):
            return Told.NOT_RUNNING
        except FileNotFoundError:
            return Told.NOT_RUNNING if self.pid_file.exists() else Told.NO_FILE
        except PermissionError:
            return Told.NOT_ALLOWED
        return Told.TOLD

    def _crl(self) -> x509.CertificateRevocationList | None:
        file = self.folder / CRL_FILE
        try:
            return x509.load_pem_x509_crl(file.read_bytes())
        except (FileNotFoundError, ValueError):
            return None
