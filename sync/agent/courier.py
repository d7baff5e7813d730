"""The courier: fetches pictures, makes log bundles and brings them, while the agent carries ratings."""

from __future__ import annotations

import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from device.errors import SyncError
from sync.agent.blob_files import BlobFiles
from sync.agent.blob_line import Brought, NotAsAnnounced
from sync.agent.state_log import StateLog
from sync.backoff import Backoff

_STOP_S = 5.0
BUNDLES_KEPT = 3  # that the province has not taken yet
# With pauses of up to a minute beyond the ten minutes of an order: the province has forgotten it.
NOT_ASKED_TIMES = 30


class Line(Protocol):
    """What the courier asks of a line to the province; BlobLine is one."""

    dates_from: datetime | None

    def fetch(self, sha256: str, size: int) -> bytes | NotAsAnnounced: ...
    def bring(self, sha256: str, content: bytes) -> Brought: ...
    def cut(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Collected:
    """The bundle for `order` is made; it is brought as soon as the province takes it."""

    order: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class NotCollected:
    """There is no bundle for `order`."""

    order: str
    why: str


@dataclass(frozen=True, slots=True)
class PhotoRefused:
    """The province offers something else than the picture it has announced."""

    sha256: str
    size: int
    why: str


News = Collected | NotCollected | PhotoRefused


class Courier:
    """Thread "courier". What is asked of it, it does in rounds; what fails is tried again after a pause.

    What is under way is files only: pictures wanted and not there, bundles there and not taken.
    """

    def __init__(
        self,
        *,
        line: Line,
        photos: BlobFiles,
        bundles: BlobFiles,
        make_bundle: Callable[[], bytes],
        backoff: Backoff,
    ) -> None:
        self._line = line
        self._photos = photos
        self._bundles = bundles
        self._make_bundle = make_bundle
        self._backoff = backoff
        self._orders: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._wanted: Mapping[str, int] | None = None
        self._refused: set[tuple[str, int]] = set()
        self._sound: set[str] = set()  # pictures whose bytes were proven in this run
        self._not_asked: Counter[str] = Counter()
        self._wake = threading.Event()
        self._stopping = False
        self._said = StateLog(logging.getLogger(__name__))
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self.news: queue.SimpleQueue[News] = queue.SimpleQueue()
        """What came of it, for the agent's thread."""

    @property
    def running(self) -> bool:
        """Whether the thread is there. Any thread."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin with what an earlier run left."""
        self._wake.set()
        self._thread.start()

    def stop(self) -> None:
        """End, within seconds: what is under way is cut off, and done again in the next run."""
        self._stopping = True
        self._wake.set()
        self._line.cut()
        self._thread.join(_STOP_S)

    def want(self, photos: Mapping[str, int]) -> None:
        """These pictures (SHA-256 → size), no others, are to be there. The agent's thread."""
        if photos != self._wanted:
            self._wanted = photos
            self._wake.set()

    def collect(self, order: str) -> None:
        """Make a bundle for `order`. The agent's thread."""
        self._orders.put(order)
        self._wake.set()

    def trust_dates(self, dates_from: datetime | None) -> None:
        """How the dates of certificates are judged from now on (sync.tls). The agent's thread."""
        self._line.dates_from = dates_from

    def _run(self) -> None:
        pause_s: float | None = None
        while True:
            self._wake.wait(pause_s)
            self._wake.clear()
            if self._stopping:
                return
            pause_s = self._round()

    def _round(self) -> float | None:
        """Do what there is to do; how long to wait for another try, None when nothing is left to do."""
        failure: Exception | None = None
        for step in (self._collect_all, self._tidy, self._fetch_all, self._bring_all):
            try:
                step()
            except (SyncError, OSError) as error:  # one that fails keeps no other back
                failure = error
        if failure is not None:
            if not self._stopping:
                self._said.trouble("blobs", str(failure))
            return self._backoff.next_s()
        self._said.well("blobs", "nothing waits")
        self._backoff.reset()
        return None

    def _collect_all(self) -> None:
        while not self._orders.empty():
            order = self._orders.get()
            try:
                content = self._make_bundle()
                for old in self._bundles.names()[: 1 - BUNDLES_KEPT]:
                    self._bundles.remove(old)
                self.news.put(Collected(order, self._bundles.write(content), len(content)))
            except (SyncError, OSError) as error:
                self.news.put(NotCollected(order, str(error)))

    def _tidy(self) -> None:
        """Let go of pictures that no settings in force name any more."""
        if self._wanted is None:
            return
        for sha256 in self._photos.names():
            if sha256 not in self._wanted:
                self._photos.remove(sha256)
                self._sound.discard(sha256)

    def _fetch_all(self) -> None:
        """Raises the last failure, after all were tried."""
        failure: Exception | None = None
        for sha256, size in (self._wanted or {}).items():
            if self._stopping or sha256 in self._sound or (sha256, size) in self._refused:
                continue
            try:
                self._fetch(sha256, size)
            except (SyncError, OSError) as error:
                failure = error
        if failure is not None:
            raise failure

    def _fetch(self, sha256: str, size: int) -> None:
        if self._photos.read(sha256) is None:
            content = self._line.fetch(sha256, size)
            if isinstance(content, NotAsAnnounced):
                self._refused.add((sha256, size))
                self._said.trouble("picture", f"refused: {content.why}")
                self.news.put(PhotoRefused(sha256, size, content.why))
                return
            self._photos.write(content)
        self._sound.add(sha256)

    def _bring_all(self) -> None:
        """Raises the last failure, after all were tried."""
        failure: Exception | None = None
        for sha256 in self._bundles.names():
            if self._stopping:
                return
            try:
                self._bring(sha256)
            except (SyncError, OSError) as error:
                failure = error
        if failure is not None:
            raise failure

    def _bring(self, sha256: str) -> None:
        content = self._bundles.read(sha256)
        brought = Brought.NEVER if content is None else self._line.bring(sha256, content)
        if brought is Brought.NOT_ASKED:
            self._not_asked[sha256] += 1
            if self._not_asked[sha256] < NOT_ASKED_TIMES:
                raise SyncError(f"the province has not asked for the bundle {sha256[:12]} yet")
        self._bundles.remove(sha256)
        self._said.well("bundle", str(brought))
