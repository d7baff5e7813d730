"""What the agent itself does on the province's word: pictures that settings name, orders that are its own."""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from device.clock import Clock
from device.errand import AGENTS_OWN
from device.errors import ContractError
from sync.agent.courier import Collected, News, NotCollected, PhotoRefused
from sync.agent.device_file import DeviceFile
from sync.agent.store import SyncStore
from sync.contract.envelope import unwrap
from sync.contract.keys import KeySet
from sync.contract.messages import Blob, Order, Reply, Settings
from sync.contract.topics import Direction, DownName, Topic


class Courier(Protocol):
    """Who does it, in a thread of its own (sync.agent.courier)."""

    @property
    def news(self) -> queue.SimpleQueue[News]: ...
    @property
    def running(self) -> bool: ...
    def want(self, photos: Mapping[str, int]) -> None: ...
    def collect(self, order: str) -> None: ...
    def trust_dates(self, dates_from: datetime | None) -> None: ...


class Errands:
    """Belongs to the agent's thread. `courier` None: there is no address to fetch from or bring to.

    An order is in sync.db before it is begun; one that was interrupted has failed, and may be given again.
    """

    def __init__(
        self,
        *,
        device: str,
        keys: KeySet,
        store: SyncStore,
        file: DeviceFile,
        clock: Clock,
        courier: Courier | None,
        dates_from: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        self._topic = Topic(device, Direction.DOWN, DownName.SETTINGS)
        self._keys = keys
        self._store = store
        self._file = file
        self._clock = clock
        self._courier = courier
        self._dates_from = dates_from
        self._jws = b""  # of the settings whose pictures are wanted
        self._begun_closed = False

    def begin(self, order: Order) -> None:
        """Begin an order that was kept, if it is the agent's own and not begun yet. Raises SyncError."""
        self._close_begun()
        if order.kind not in AGENTS_OWN or not self._store.begin_errand(order.id):
            return
        now = self._clock.now()
        expired = order.expires_at is not None and now.wall > datetime.fromisoformat(order.expires_at)
        if expired and now.quality == "trusted":
            self._store.end_errand(order.id, "refused", "it came after its time")
        elif self._courier is None:
            self._store.end_errand(order.id, "refused", "province.url is not set in sync.toml")
        else:
            self._courier.collect(order.id)

    def answer(self, order: str) -> Reply | None:
        """What became of an order that is the agent's own; None while nothing has. Raises SyncError."""
        return self._store.errand(order)

    def look(self) -> list[Reply]:
        """Note what the courier has done, and what is to be there; what the province must hear of it.

        Raises SyncError.
        """
        self._close_begun()
        if self._courier is None:
            return []
        if not self._courier.running:
            raise RuntimeError("the courier has ended; see the log above")
        self._courier.trust_dates(self._dates_from())
        self._want()
        replies: list[Reply] = []
        while not self._courier.news.empty():
            match self._courier.news.get():
                case Collected(order, sha256, size):
                    self._store.end_errand(order, "done", "", Blob(sha256=sha256, size=size))
                case NotCollected(order, why):
                    self._store.end_errand(order, "failed", why)
                case PhotoRefused(sha256, size, why):
                    blob = Blob(sha256=sha256, size=size)
                    replies.append(Reply(outcome="refused", blob=blob, why=why[:400]))
        return replies

    def _want(self) -> None:
        """The pictures of the settings in force; what cannot be read or proven changes nothing."""
        jws = self._file.settings_in_force()
        if self._courier is None or jws is None or jws == self._jws:
            return
        self._jws = jws
        try:
            settings = unwrap(jws, topic=self._topic, keys=self._keys).message
        except ContractError:
            return  # the device's own process says so, and leaves them
        if isinstance(settings, Settings):
            photos = [clerk.photo for clerk in settings.clerks if clerk.photo is not None]
            self._courier.want({photo.sha256: photo.size for photo in photos})

    def _close_begun(self) -> None:
        if not self._begun_closed:
            self._store.fail_errands("the agent was interrupted")
            self._begun_closed = True
