"""What the province says beside receipts: kept for the device before anything else, answered for it."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from dataclasses import replace

import msgspec

from device.clock import Clock
from device.errors import ContractError, SyncError
from sync.agent.device_file import DeviceFile, Standing
from sync.agent.errands import Errands
from sync.agent.store import SyncStore
from sync.contract import cloudevent
from sync.contract.messages import Order, Reply, Settings

log = logging.getLogger(__name__)

_LOOK_EVERY_MS = 300


class ProvinceWord:
    """Belongs to the agent's thread. Whoever reads what is kept here proves it again by its signature."""

    def __init__(
        self,
        *,
        store: SyncStore,
        device: DeviceFile,
        clock: Clock,
        errands: Errands | None = None,
        phone_key: Callable[[str], bytes] | None = None,
    ) -> None:
        """`errands`: who carries out the orders that are the agent's own.

        `phone_key`: derives the key for links to phones with the province's public one; raises ContractError.
        """
        self._store = store
        self._device = device
        self._clock = clock
        self._errands = errands
        self._phone_key = phone_key
        self._standing: Standing | None = None
        self._refused = 0  # the version whose refusal was told
        self._said: set[str] = set()  # orders whose outcome was said in this session
        self._look_at_ms = 0

    def standing(self) -> Standing:
        """What is in force on the device, as last seen."""
        if self._standing is None:
            try:
                self._standing = self._stands()
            except SyncError:
                return self._device.standing()
        return self._standing

    def take_settings(self, settings: Settings, token: bytes) -> Reply | None:
        """Verified settings for this device: kept, if they are newer. Raises SyncError.

        Answered only when they are older, others than those of this version, or were refused by the device;
        else the status tells of them.
        """
        standing = self._stands()
        known = standing.settings_known or 0
        if settings.version > known:
            self._keep(settings, token)
            log.info("settings kept version=%d before=%d", settings.version, known)
            return None
        if settings.version < known:
            log.warning("settings ignored, older version=%d known=%d", settings.version, known)
            why = f"version {known} is known here; a restored province sends the next one"
            return Reply(outcome="ignored", settings=settings.version, why=why)
        kept = self._store.settings() if self._store.settings_version() == known else None
        if kept is not None and _said(kept) != _meant(settings):
            log.warning("settings ignored, others have this version version=%d", known)
            why = f"another version {known} is known here; a restored province sends the next one"
            return Reply(outcome="ignored", settings=settings.version, why=why)
        if standing.settings_version != known:
            self._keep(settings, token)  # signed anew: the device may believe it now
        self._refused = 0  # asked again, answered again
        return self._refusal()

    def _keep(self, settings: Settings, token: bytes) -> None:
        """The key of the phones first: the device looks for it when it reads the settings."""
        if settings.phone is not None and self._phone_key is not None:
            try:
                secret = self._phone_key(settings.phone.key)
            except ContractError as error:
                log.warning("no links to phones why=%s", error)
            else:
                self._store.keep_phone_key(settings.phone.key, secret)
        self._store.keep_settings(settings.version, token)

    def begin_with(self, settings: Settings, token: bytes) -> None:
        """Verified settings that came with the enrolment: kept, where none as new are known.

        Raises SyncError.
        """
        if settings.version > (self._stands().settings_known or 0):
            self._keep(settings, token)
            log.info("settings of the enrolment kept version=%d", settings.version)

    def take_order(self, order: Order, token: bytes, *, session: str) -> Reply | None:
        """A verified order for this device: kept, if it is of this session; asked again, answered again.

        Raises SyncError.
        """
        if order.session != session:
            log.warning("order ignored, of another session kind=%s", order.kind)
            return Reply(outcome="ignored", order=order.id, why="it is addressed to another session")
        reply = self._answer(order.id)
        if reply is None:
            self._store.keep_order(order.id, token, self._clock.now())
            if self._errands is not None:
                self._errands.begin(order)
                reply = self._answer(order.id)
        return reply

    def look(self) -> tuple[bool, list[Reply]]:
        """Whether something else is in force than before, and what the device has answered since.

        What became of an order is said once in each session until it was `told`. Raises SyncError.
        """
        now_ms = self._clock.mono_ms()
        if now_ms < self._look_at_ms:
            return False, []
        self._look_at_ms = now_ms + _LOOK_EVERY_MS
        before, self._standing = self._standing, self._stands()
        changed = before is not None and before != self._standing
        errands = self._errands.look() if self._errands is not None else []
        open_orders = [order for order in self._store.open_orders() if order not in self._said]
        replies = errands + [reply for reply in (self._refusal(), *map(self._answer, open_orders)) if reply]
        self._said.update(reply.order for reply in replies if reply.order is not None)
        return changed, replies

    def told(self, reply: Reply) -> None:
        """The broker has passed this reply on to somebody. Raises SyncError."""
        if reply.order is not None:
            self._store.note_replied(reply.order)

    def begin_session(self) -> None:
        """A new connection: what was answered on an old one may not have arrived.

        Orders of an old one that the device has not begun are let go: those that are still to be done come
        again, signed for this session. Raises SyncError.
        """
        self._refused = 0
        self._said.clear()
        for order in self._store.open_orders():
            if not self._device.knows_order(order):
                self._store.drop_order(order)

    def _stands(self) -> Standing:
        standing = self._device.standing()
        known = max(standing.settings_known or 0, self._store.settings_version())
        return replace(standing, settings_known=known or None)

    def _answer(self, order: str) -> Reply | None:
        own = self._errands.answer(order) if self._errands is not None else None
        outcome = self._device.outcome(order) if own is None else None
        return own if outcome is None else Reply(outcome=outcome[0], order=order, why=outcome[1])

    def _refusal(self) -> Reply | None:
        refused = self._device.refused()
        if refused is None or refused.version == self._refused:
            return None
        self._refused = refused.version
        return Reply(outcome="refused", settings=refused.version, why=refused.why[:400])


def _meant(settings: Settings) -> tuple[Settings, str]:
    """What is the same in the same settings, however often they were signed."""
    statement = settings.assignment or ".."
    return msgspec.structs.replace(settings, assignment=None), statement.split(".")[1]


def _said(token: bytes) -> tuple[Settings, str] | None:
    """As `_meant`, of settings that were verified when they came; None when they cannot be read any more."""
    try:
        payload = token.split(b".")[1]
        event = cloudevent.decode(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
        return _meant(msgspec.json.decode(event.data, type=Settings))
    except (IndexError, ValueError, msgspec.DecodeError):
        return None
