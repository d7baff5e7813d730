"""Revocation: a device is shut out of registry, broker and HTTPS, or let in again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa
from cryptography import x509

from device.clock import Clock, wall_text
from device.errors import SyncError
from province.broker_files import BrokerFiles, Told
from province.ca import PROVINCE, CertificateAuthority
from province.errors import RegistrationError
from province.evict import Evict
from province.store import certificates, logs, presence, registry, revocations
from province.store.database import Database
from province.store.registry import Device
from province.store.revocations import Revoking

log = logging.getLogger(__name__)

MOST_WHY = 200

FORGOTTEN = "the broker's files shut it out, this database did not know: it was restored"


class Left(StrEnum):
    """What remains to be done by a person, and where; the registry has shut the device out all the same.

    `SESSION`: the broker did not let its session be ended.
    """

    NO_BROKER = "no_broker"
    NO_CA_KEY = "no_ca_key"
    NOT_WRITABLE = "not_writable"
    NO_PID_FILE = Told.NO_FILE.value
    NOT_ALLOWED = Told.NOT_ALLOWED.value
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a device stands. `held`: rows of it that are held here, which stay.

    `ends_at`: of its certificate.
    """

    device: str
    window: str | None
    revoked_at: str | None
    revoked_why: str | None
    online: bool
    queue: int | None
    held: int
    serial: str
    ends_at: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of it: how the device stands, and what is left to do."""

    standing: Standing
    left: list[str]


class Revocation:
    """Shuts devices out and lets them in again. Any thread, and several processes.

    The registry decides: ingest and HTTPS ask it at each message. The broker's files follow it (`settle`),
    whoever changed it. `broker` None: it runs elsewhere. `authority`: the CA, None where its key is not.
    `evict`: ends a live session; None where there is no way to the broker.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        broker: BrokerFiles | None = None,
        authority: Callable[[], CertificateAuthority | None] = lambda: None,
        evict: Evict | None = None,
    ) -> None:
        self._database = database
        self._broker = broker
        self._authority = authority
        self._evict = evict
        self._clock = clock

    def standing(self, device: str) -> Standing:
        """How the device stands now. Raises RegistrationError for one that is not registered."""
        with self._database.read() as connection:
            return standing_of(connection, device)

    def revoke(self, device: str, why: str, by: str) -> Settled:
        """Shut the device out, within seconds, until it is reinstated; `by` answers for it, and is kept.

        Durable when it returns: the registry first, then the broker's files, then its live session. Once more
        does what was left of the first time. Raises RegistrationError for a device that is not registered.
        """
        with self._database.write() as connection:
            self.mark(connection, device, why, by)
        return self._settled(device, self.settle(again=device))

    def mark(self, connection: sa.Connection, device: str, why: str, by: str) -> None:
        """Shut the device out in the caller's transaction, who calls `settle` when that is committed.

        What was said first stays. Raises RegistrationError.
        """
        if known(connection, device).revoked_at is None:
            revocations.record(connection, Revoking(device, True, why[:MOST_WHY], by, self._now_text))

    def reinstate(self, device: str, why: str, by: str) -> Settled:
        """Let the device in again, with the certificate that it has. Raises RegistrationError."""
        with self._database.write() as connection:
            if known(connection, device).revoked_at is not None:
                revocations.record(connection, Revoking(device, False, why[:MOST_WHY], by, self._now_text))
        return self._settled(device, self.settle())

    def settle(self, *, again: str | None = None) -> list[Left]:
        """Bring the broker to what the registry says, if it is not; what is left to do. Raises StoreError.

        `again`: a revoked device whose session is ended even if the files shut it out already.
        """
        broker = self._broker
        if broker is None:
            return [Left.NO_BROKER]
        try:
            with broker.alone():
                self._remember(broker)
                left = self._bring(broker, *self._wanted(broker), again)
        except OSError:
            left = [Left.NOT_WRITABLE]
        if left:
            log.warning("broker does not know all who are shut out left=%s", ",".join(left))
        return left

    def _remember(self, broker: BrokerFiles) -> None:
        """Shut out here too whom the broker's files shut out, if nobody ever let it in again.

        The database was restored from before the revocation; a stolen device shall gain nothing by that.
        """
        with self._database.read() as connection:
            forgotten = [
                name
                for name in sorted(broker.revoked)
                if (found := registry.find(connection, name)) is not None
                and found.revoked_at is None
                and not revocations.of_device(connection, name)
            ]
        for name in forgotten:
            with self._database.write() as connection:
                self.mark(connection, name, FORGOTTEN, PROVINCE)
            log.warning("shut out as the broker's files have it, the database did not know device=%s", name)

    def _wanted(self, broker: BrokerFiles) -> tuple[frozenset[str], dict[int, datetime]]:
        """Whom the files are to name, and which certificates: of what they name already only those go that
        are of devices which were let in again. Others a restored database may not know.
        """
        with self._database.read() as connection:
            revoked = revocations.revoked_devices(connection)
            lifted = revocations.reinstated_devices(connection)
            names = {device.device for device in revoked}
            names |= {name for name in broker.revoked if registry.find(connection, name) is None}
            serials = broker.revoked_since | _serials(connection, revoked)
            for serial in _serials(connection, lifted):
                serials.pop(serial, None)
        return frozenset(names), serials

    def _bring(
        self, broker: BrokerFiles, names: frozenset[str], serials: Mapping[int, datetime], again: str | None
    ) -> list[Left]:
        out = (names - broker.revoked) | (names & {again}) | (names & broker.untold)
        stale = broker.revoked_serials != serials.keys()
        if names == broker.revoked and not stale and not out and broker.is_told:
            return []
        broker.note_untold(out)
        broker.write_access(names)
        ca = self._authority()
        if ca is not None and stale:
            broker.write_crl(ca, serials, self._now)
        left = [Left.NO_CA_KEY] if ca is None and (stale or out) else []
        match broker.tell():
            case Told.TOLD:
                left += self._end_sessions(ca, out)
            case Told.NOT_RUNNING:
                pass  # it reads them when it starts
            case other:
                left.append(Left(other.value))
        if not left:
            broker.note_told()
        return left

    def _end_sessions(self, ca: CertificateAuthority | None, out: Iterable[str]) -> list[Left]:
        """Without the CA's key they stay, and may say and hear nothing any more."""
        if ca is None or self._evict is None:
            return []
        try:
            for device in sorted(out):
                self._evict(ca, device, self._now)
        except SyncError:
            return [Left.SESSION]
        return []

    def _settled(self, device: str, left: list[Left]) -> Settled:
        return Settled(self.standing(device), [one.value for one in left])

    @property
    def _now(self) -> datetime:
        return self._clock.now().wall

    @property
    def _now_text(self) -> str:
        return wall_text(self._now)


def known(connection: sa.Connection, device: str) -> Device:
    """The registered device. Raises RegistrationError."""
    found = registry.find(connection, device)
    if found is None:
        raise RegistrationError(f"no device {device} is registered; see `chuangping province devices list`")
    return found


def standing_of(connection: sa.Connection, device: str) -> Standing:
    """How a device stands. Raises RegistrationError for one that is not registered."""
    found = known(connection, device)
    at = registry.current_assignments(connection).get(device)
    heard = presence.find(connection, device)
    certificate = x509.load_pem_x509_certificate(found.certificate.encode("ascii"))
    return Standing(
        device=device,
        window=at.window if at else None,
        revoked_at=found.revoked_at,
        revoked_why=found.revoked_why,
        online=heard.online,
        queue=heard.queue,
        held=sum(log.seq for log in logs.logs_by_device(connection).get(device, [])),
        serial=f"{certificate.serial_number:x}",
        ends_at=wall_text(certificate.not_valid_after_utc),
    )


def _serials(connection: sa.Connection, revoked: Iterable[Device]) -> dict[int, datetime]:
    """By serial number, since when every certificate ever given to these devices is revoked."""
    found = {}
    for device in revoked:
        newest = x509.load_pem_x509_certificate(device.certificate.encode("ascii"))
        since = datetime.fromisoformat(device.revoked_at or device.registered_at).astimezone(UTC)
        # Of devices enrolled before certificates were kept one by one, the registry has the newest.
        for serial in {newest.serial_number, *certificates.serials_of(connection, device.device)}:
            found[serial] = since
    return found
