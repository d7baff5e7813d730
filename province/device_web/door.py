"""The door for devices and technicians: whom a request comes from, by the certificate that was shown."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable

import anyio.to_thread
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.requests import Request
from starlette.responses import Response

from device.clock import Clock
from device.errors import ContractError
from province.ca import TECHNICIAN
from province.device_web.certified import certificate_in
from province.errors import StoreError
from province.ingest.alarm import AlarmCode, Raised, record_alarms
from province.ingest.alarm_throttle import AlarmThrottle
from province.store import registry, technicians
from province.store.database import Database
from province.store.registry import Device
from province.store.technicians import Technician
from province.web.guard import error_response
from sync.contract.keys import PublicKey
from sync.contract.topics import check_device_id

REVOKED = "this device was revoked; ask the province why, and enrol it anew or have it reinstated"

Route = Callable[[Request], Awaitable[Response]]
"""What a path does; one that needs no certificate is used as it is."""

DeviceRoute = Callable[[Request, str], Awaitable[Response]]
"""What a path does for the registered device that asks."""


TechnicianRoute = Callable[[Request, str], Awaitable[Response]]
"""What a path does for the technician, by name, who asks."""


class Door:
    """Asks the registry at each request: a device that is revoked, or has another key, is turned away.

    So is a technician who was disabled.

    Any thread.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._throttle = AlarmThrottle()
        self._turn = threading.Lock()

    def for_device(self, route: DeviceRoute) -> Route:
        """`route`, for registered devices alone: 401 without a certificate, 403 for any other.

        One that is revoked is told so: `revoked`.
        """

        async def guarded(request: Request) -> Response:
            certificate = certificate_in(request.scope)
            if certificate is None:
                return error_response(401, "unauthorized", "needs the device's certificate")
            try:
                device = await anyio.to_thread.run_sync(self._device_of, certificate)
                if device is None:
                    return error_response(403, "not_registered", "this certificate is no registered device's")
                if device.revoked_at is not None:
                    return error_response(403, "revoked", REVOKED)
                return await route(request, device.device)
            except StoreError:
                return error_response(503, "unavailable", "the province cannot answer now; ask again later")

        return guarded

    def for_technician(self, route: TechnicianRoute) -> Route:
        """`route`, for technicians who may act: 401 without a certificate, 403 for anybody else."""

        async def guarded(request: Request) -> Response:
            certificate = certificate_in(request.scope)
            if certificate is None:
                return error_response(401, "unauthorized", "needs the technician's certificate")
            try:
                found = await anyio.to_thread.run_sync(self._technician_of, certificate)
                if found is None:
                    what = "this certificate is no technician's; have one made at the office"
                    return error_response(403, "technician_unknown", what)
                if found.disabled_at is not None:
                    what = f"technician {found.name} may act no more; ask the office"
                    facts = {"technician": found.name}
                    return error_response(403, "technician_disabled", what, facts=facts)
                return await route(request, found.name)
            except StoreError:
                return error_response(503, "unavailable", "the province cannot answer now; ask again later")

        return guarded

    def alarm(self, device: str, code: AlarmCode, detail: str) -> None:
        """Raise an alarm; of equal ones the first at once, then one every ten seconds. Raises StoreError."""
        raised = Raised(device, code, detail)
        now = self._clock.now()
        with self._turn:
            due = self._throttle.take_due(now.mono_ms)
            if self._throttle.is_first(raised, now.mono_ms):
                due.append((raised, 1))
        if not due:
            return
        with self._database.write() as connection:
            for one, times in due:
                record_alarms(connection, [one], now.wall, times=times)

    def _technician_of(self, der: bytes) -> Technician | None:
        """The technician whose name and key are in the certificate, which is by our CA; disabled or not."""
        named = _named_in(der)
        if named is None or not named[0].startswith(TECHNICIAN):
            return None
        name, kid = named
        with self._database.read() as connection:
            found = technicians.find(connection, name.removeprefix(TECHNICIAN))
        return found if found is not None and found.kid == kid else None

    def _device_of(self, der: bytes) -> Device | None:
        """The registered device whose key is in the certificate, which is by our CA."""
        named = _named_in(der)
        if named is None:
            return None
        device, kid = named
        with self._database.read() as connection:
            registered = registry.find(connection, device)
        if registered is not None and registered.kid == kid:
            if registered.revoked_at is not None:
                self.alarm(device, AlarmCode.REVOKED_DEVICE, "a device that was shut out, over HTTPS")
            return registered
        self.alarm(device, AlarmCode.UNKNOWN_DEVICE, "a certificate of nobody registered, over HTTPS")
        return None


def _named_in(der: bytes) -> tuple[str, str | None] | None:
    """The CN of a certificate, and the name of its key if it is one of ours; None for one of other makes."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        key = certificate.public_key()
        (name,) = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        kid = PublicKey(key).kid if isinstance(key, ec.EllipticCurvePublicKey) else None
        return check_device_id(str(name.value)), kid
    except (ValueError, ContractError):
        return None
