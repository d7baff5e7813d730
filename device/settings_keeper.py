"""The keeper of settings: decides which version of the province's settings is in force."""

from __future__ import annotations

import logging

from device.down_store import DownStore
from device.errors import ContractError, InvalidField
from device.in_force import InForce, with_settings
from device.received_settings import ReceivedSettings

log = logging.getLogger(__name__)


class SettingsKeeper:
    """Belongs to the device loop's thread. `base`: the configuration; `received` None: there is no province.

    Settings are in device.db before they are in force, so that a power cut never brings older ones back.
    """

    def __init__(self, *, base: InForce, store: DownStore, received: ReceivedSettings | None) -> None:
        self._base = base
        self._store = store
        self._received = received
        self._known: InForce | None = None
        self._unproven = b""  # what was looked at last and did not hold, so that the log says it once

    def stored(self) -> InForce:
        """What is in force by device.db, proven again. Raises LedgerError."""
        if self._known is None:
            self._known = self._from_store()
        return self._known

    def look(self) -> InForce | None:
        """What comes in force now, already durable; None while nothing newer is there. Raises LedgerError."""
        if self._received is None or not self._store.is_open:
            return None
        known = self.stored()
        claimed = self._received.newer_than(max(known.version, self._store.refused()))
        if claimed is None or claimed[1] == self._unproven:
            return None
        version, jws = claimed
        try:
            settings = self._received.verify(jws)
            if settings.version != version:
                raise ContractError(f"kept as version {version}, signed as {settings.version}")
            new = with_settings(self._base, settings)
        except ContractError as error:
            self._unproven = jws
            log.error("settings not believed version=%d why=%s", version, error)
            return None
        except InvalidField as error:
            log.error("settings refused version=%d field=%s", version, error.field)
            self._store.refuse(version, str(error))
            return None
        self._store.put_in_force(version, jws, assignment=new.assignment)
        log.info("settings in force version=%d before=%d", version, known.version)
        self._known = new
        return new

    def _from_store(self) -> InForce:
        """Those kept, or the configuration when they do not hold any more: the agent tells what runs."""
        kept = self._store.in_force()
        if kept is None:
            return self._base
        try:
            if self._received is None:
                raise ContractError("no province is configured")
            return with_settings(self._base, self._received.verify(kept.jws))
        except (ContractError, InvalidField) as error:
            log.error("settings in force do not hold any more version=%d why=%s", kept.version, error)
            if isinstance(error, InvalidField):
                self._store.refuse(kept.version, str(error))
            self._store.forget_in_force()
            return self._base
