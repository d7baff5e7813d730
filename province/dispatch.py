"""The dispatch: what the province owes a device on its own account, as messages ready to be published."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime

import msgspec
import sqlalchemy as sa

from device.clock import Clock, wall_text
from device.errors import ContractError
from device.province_settings import Assignment
from province.ingest.answer import Answer
from province.settings_message import sign_settings
from province.store import orders, presence, registry, revocations, settings
from province.store.database import Database
from sync.contract import topics
from sync.contract.envelope import PROVINCE, device_path, wrap
from sync.contract.keys import SigningKey
from sync.contract.messages import Order
from sync.contract.topics import DownName

log = logging.getLogger(__name__)


class Dispatch:
    """Signs what is due. Any thread; each call reads one state of the database."""

    def __init__(self, database: Database, *, clock: Clock, key: SigningKey) -> None:
        self._database = database
        self._clock = clock
        self._key = key
        self._undeliverable: set[str] = set()  # so that the log says it once

    def due(self, device: str) -> list[Answer]:
        """Settings newer than the device says it has, orders it has not answered. Raises StoreError."""
        with self._database.read() as connection:
            known = registry.find(connection, device)
            if known is None or known.revoked_at is not None:
                return []
            return self._deliverable(connection, device) + self._orders(connection, device)

    def all_due(self) -> list[Answer]:
        """What is due to any device. Raises StoreError."""
        with self._database.read() as connection:
            out = {device.device for device in revocations.revoked_devices(connection)}
            behind = [
                device
                for device, version in settings.newest_versions(connection).items()
                if device not in out and (presence.find(connection, device).settings_version or 0) < version
            ]
            answers = [answer for device in behind for answer in self._deliverable(connection, device)]
            waiting = set(orders.devices_waiting(connection, now=wall_text(self._now))) - out
            return answers + [
                answer for device in sorted(waiting) for answer in self._orders(connection, device)
            ]

    def _deliverable(self, connection: sa.Connection, device: str) -> list[Answer]:
        """As `_settings`; those that no message can carry hold up neither orders nor other devices.

        They are refused when they are set: these were set before there was such a bound, or by other hands.
        """
        try:
            answers = self._settings(connection, device)
        except (ContractError, msgspec.MsgspecError) as error:
            if device not in self._undeliverable:
                log.error("settings cannot be delivered device=%s why=%s", device, error)
            self._undeliverable.add(device)
            return []
        self._undeliverable.discard(device)
        return answers

    def _settings(self, connection: sa.Connection, device: str) -> list[Answer]:
        newest = settings.newest(connection, device)
        announced = presence.find(connection, device).settings_version or 0
        if newest is None or newest.version <= announced:
            return []
        at = registry.current_assignments(connection).get(device)
        assignment = None
        if at is not None:
            assignment = Assignment(device=device, window=at.window, number=at.number, since=at.since_at)
        payload = sign_settings(
            device, newest.version, newest.body, assignment=assignment, at=self._now, key=self._key
        )
        return [Answer(topics.down(device, DownName.SETTINGS), payload, retain=True)]

    def _orders(self, connection: sa.Connection, device: str) -> list[Answer]:
        """Addressed to the session that is on now: the same order may be asked again in a later one."""
        session = presence.find(connection, device).session
        if session is None:
            return []
        return [
            self._order(
                device,
                Order(
                    id=order.id,
                    session=session,
                    kind=order.kind,
                    arguments=order.arguments,
                    issued_at=order.issued_at,
                    expires_at=order.expires_at,
                ),
            )
            for order in orders.waiting(connection, device, now=wall_text(self._now))
        ]

    def _order(self, device: str, order: Order) -> Answer:
        payload = wrap(
            order,
            name=DownName.ORDER,
            source=PROVINCE,
            subject=device_path(device),
            at=self._now,
            key=self._key,
            id=secrets.token_hex(16),
        )
        return Answer(topics.down(device, DownName.ORDER), payload)

    @property
    def _now(self) -> datetime:
        return self._clock.now().wall
