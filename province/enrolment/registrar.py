"""The act of enrolling: a ticket, a key and a place become a registered device, in one transaction."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa
from cryptography import x509

from device.clock import Clock, wall_text
from device.errors import EnrolmentError
from device.province_settings import Names
from province.ca import read_request
from province.enrolment.refusal import EnrolmentRefused, RefusalCode
from province.enrolment.signer import Signer, chain_pem
from province.places.plan import Window
from province.steering import add_settings
from province.store import certificates, places, registry, renewals, settings, tickets, windows
from province.store.database import Database
from province.store.settings import Body
from province.store.tickets import TicketEntry
from sync.contract.keys import PublicKey

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """A device's signing request (PEM), proven to be by the key it is for."""

    pem: bytes
    device: str
    kid: str


def request_in(pem: bytes) -> Request:
    """The request in `pem`. Raises EnrolmentRefused saying why it cannot be used."""
    try:
        device, key = read_request(pem)
    except EnrolmentError as error:
        raise EnrolmentRefused(RefusalCode.REQUEST_UNUSABLE, why=str(error)) from None
    return Request(pem, device, PublicKey(key).kid)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the device is to stand, and who stands there now, whose settings it takes over."""

    ticket: TicketEntry
    window: Window
    replaces: str | None


class Registrar:
    """Enrols and renews. Any thread; the signing, which may take a while, is done outside of transactions."""

    def __init__(self, database: Database, *, clock: Clock, signer: Signer) -> None:
        self._database = database
        self._clock = clock
        self._signer = signer

    def enrol(self, ticket_id: str, request: Request, *, replace: bool) -> str:
        """The certificate (PEM, its chain after it) for whoever holds the ticket; registered at its window.

        The same ticket and key again: the certificate that was given. With `replace` the device that serves
        the window stays as it is until the new one confirms. Raises EnrolmentRefused, then nothing has
        changed; ServiceError when nothing can be signed now, StoreError.
        """
        now = self._clock.now().wall
        with self._database.read() as connection:
            place = _judge(connection, ticket_id, request, now, replace=replace)
        if isinstance(place, str):
            return place
        chain = self._signer.sign(request.pem, now)
        with self._database.write() as connection:
            registry.lock(connection)
            tickets.lock(connection)
            # Judged again: meanwhile the ticket may have been used, the window taken.
            place = _judge(connection, ticket_id, request, now, replace=replace)
            if isinstance(place, str):
                return place
            self._register(connection, place, request, chain, now)
        log.info("enrolled device=%s window=%s ticket=%s", request.device, place.window.window, ticket_id)
        return chain_pem(chain)

    def renew(self, device: str, request: Request) -> str:
        """A new certificate for a registered device, of the same name and key. Raises as `enrol` does."""
        now = self._clock.now().wall
        with self._database.read() as connection:
            check_same(connection, device, request)
        chain = self._signer.sign(request.pem, now)
        with self._database.write() as connection:
            registry.lock(connection)
            check_same(connection, device, request)
            _keep(connection, device, chain, now)
        log.info("renewed device=%s", device)
        return chain_pem(chain)

    def _register(
        self,
        connection: sa.Connection,
        place: _Place,
        request: Request,
        chain: list[x509.Certificate],
        now: datetime,
    ) -> None:
        at, window = wall_text(now), place.window.window
        registry.end_revoked(connection, window, at=at)
        before = registry.current_assignments(connection).get(request.device)
        if registry.find(connection, request.device) is None:
            new = registry.Device(request.device, request.kid, chain_pem(chain), at)
            registry.add(connection, new, window=window, number=1)
        else:
            registry.move(connection, request.device, window=window, at=at)
        _keep(connection, request.device, chain, now)
        if before is None or before.window != window or place.replaces is not None:
            # The assignment travels with the settings: a new one needs a new version of them.
            add_settings(connection, request.device, _settings_for(connection, place, request.device), at=at)
        tickets.bind(
            connection,
            place.ticket.id,
            device=request.device,
            kid=request.kid,
            at=at,
            replaces=place.replaces,
        )


def check_same(connection: sa.Connection, device: str, request: Request) -> None:
    """That the request is for `device` and its key, and it is in good standing. Raises EnrolmentRefused."""
    held = registry.find(connection, device)
    if held is None:
        raise EnrolmentRefused(RefusalCode.NOT_REGISTERED, device=device)
    if held.revoked_at is not None:
        raise EnrolmentRefused(RefusalCode.REVOKED, device=device)
    if (request.device, request.kid) != (device, held.kid):
        why = f"it is not for {device} and the key that this is registered with"
        raise EnrolmentRefused(RefusalCode.REQUEST_UNUSABLE, why=why)


def _judge(
    connection: sa.Connection, ticket_id: str, request: Request, now: datetime, *, replace: bool
) -> _Place | str:
    """Where the device may stand; or its certificate, if the ticket gave it one. Raises EnrolmentRefused."""
    ticket = tickets.find(connection, ticket_id)
    if ticket is None:
        raise EnrolmentRefused(RefusalCode.TICKET_UNKNOWN, ticket=ticket_id)
    held = registry.find(connection, request.device) or registry.find_by_key(connection, request.kid)
    if held is not None and (held.device, held.kid) != (request.device, request.kid):
        raise EnrolmentRefused(RefusalCode.DEVICE_KNOWN, device=held.device)
    if held is not None and held.revoked_at is not None:
        raise EnrolmentRefused(RefusalCode.REVOKED, device=held.device)
    if ticket.device is not None:
        if held is None or (ticket.device, ticket.kid) != (held.device, held.kid):
            raise EnrolmentRefused(RefusalCode.TICKET_USED, device=ticket.device)
        return held.certificate
    if ticket.revoked_at is not None:
        raise EnrolmentRefused(RefusalCode.TICKET_REVOKED, ticket=ticket.id)
    if datetime.fromisoformat(ticket.until_at) <= now:
        raise EnrolmentRefused(RefusalCode.TICKET_EXPIRED, until=ticket.until_at)
    return _place(connection, ticket, request.device, replace=replace)


def _place(connection: sa.Connection, ticket: TicketEntry, device: str, *, replace: bool) -> _Place:
    window = windows.find(connection, ticket.window)
    if window is None:
        raise EnrolmentRefused(RefusalCode.WINDOW_UNKNOWN, window=ticket.window)
    if window.hall != ticket.hall:
        raise EnrolmentRefused(RefusalCode.TICKET_ELSEWHERE, window=window.window, hall=window.hall)
    others = [one.device for one in registry.serving(connection, window.window) if one.device != device]
    if others and not replace:
        raise EnrolmentRefused(RefusalCode.WINDOW_SERVED, window=window.window, device=others[0])
    if replace and not others:
        raise EnrolmentRefused(RefusalCode.WINDOW_FREE, window=window.window)
    return _Place(ticket, window, others[0] if others else None)


def _keep(connection: sa.Connection, device: str, chain: list[x509.Certificate], now: datetime) -> None:
    registry.put_certificate(connection, device, chain_pem(chain))
    certificates.record(connection, device, chain[0], now)
    renewals.close(connection, device, at=wall_text(now))


def _settings_for(connection: sa.Connection, place: _Place, device: str) -> Body:
    """Those of the device that is replaced; else its own, if any, with what the places say of the window."""
    if place.replaces is not None:
        replaced = settings.newest(connection, place.replaces)
        if replaced is not None:
            return replaced.body
    hall = places.all_halls(connection)[place.window.hall]
    names = {"number": place.window.number, "name": place.window.name, "hall": hall.name}
    # `windows place` takes longer ones than a screen has room for; those stay unsaid.
    most = {"number": 8, "name": 40, "hall": 40}
    said = Names(**{key: text for key, text in names.items() if len(text) <= most[key]})
    own = settings.newest(connection, device)
    return msgspec.structs.replace(own.body if own else Body(), names=said)
