"""The ingest thread: keeps the line to the broker, takes what comes, publishes the receipts."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from device.errors import ContractError, SyncError
from province.dispatch import Dispatch
from province.errors import StoreError
from province.ingest.answer import Answer
from province.ingest.ingest import Ingest
from sync.backoff import Backoff
from sync.contract.topics import UpName, parse
from sync.mqtt import Connected, Disconnected, LinkEvent, Published, Received

log = logging.getLogger(__name__)

LEADER = 1
CONNECT_S = 5.0
FIRST_FAILURE = 0x80  # reason codes of MQTT 5, section 2.4

# Messages that wait for us beyond this are let go: their devices send them again. At 256 KiB each, 64 MiB.
MOST_WAITING = 256


class Link(Protocol):
    """One connection to the broker, used by the worker's thread (sync.mqtt.MqttLink)."""

    def connect(self, timeout_s: float) -> None: ...
    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> int: ...
    def close(self) -> None: ...


# How soon a batch that waits is looked at again: the gap before it is most often in another worker's hands.
LOOK_S = 0.02
IDLE_S = 1.0

OpenLink = Callable[[Callable[[LinkEvent], None]], Link]
"""Makes a link, not yet connected, that hands its events to the callable from its own thread."""


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing came for a while."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """Somebody in this process has something for `device`."""

    device: str


Event = LinkEvent | Nudge | None
"""What a worker is told; None ends it."""


class Worker:
    """Runs an Ingest in a thread of its own until it is stopped, whatever broker or database do."""

    def __init__(
        self,
        ingest: Ingest,
        *,
        open_link: OpenLink,
        backoff: Backoff,
        dispatch: Dispatch | None = None,
        number: int = 1,
    ) -> None:
        self._ingest = ingest
        self._dispatch = dispatch
        self._leads = number == LEADER
        self._open_link = open_link
        self._backoff = backoff
        self._stopping = threading.Event()
        self._inbox: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._connected = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"ingest-{number}", daemon=True)
        self._trouble = ""  # why there is no connection, as last logged
        self._store_lost = False

    @property
    def connected(self) -> bool:
        """Whether the broker holds our connection. Any thread."""
        return self._connected.is_set()

    @property
    def running(self) -> bool:
        """Whether the thread is there. Any thread."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin; returns at once, whether or not there is a broker."""
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """End the thread and the connection. What waits is dropped: nothing unreceipted is lost by that."""
        self._stopping.set()
        self._inbox.put(None)
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            log.warning("ingest thread does not end timeout_s=%g", timeout_s)

    def nudge(self, device: str) -> None:
        """Something is due to `device`: publish it soon, if there is a connection; else at the next one."""
        self._inbox.put(Nudge(device))

    def _run(self) -> None:
        while not self._stopping.is_set():
            # A queue for each connection: what an old one still held is not answered on the new one.
            inbox: queue.SimpleQueue[Event] = queue.SimpleQueue()
            self._inbox = inbox
            link = self._open_link(_into(inbox))
            try:
                link.connect(CONNECT_S)
                why = self._serve(link, inbox)
                self._backoff.reset()
            except SyncError as error:
                why = str(error)
            finally:
                self._connected.clear()
                link.close()
            if self._stopping.is_set():
                return
            if why != self._trouble:
                log.warning("broker away worker=%s why=%r", self._thread.name, why)
                self._trouble = why
            self._stopping.wait(self._backoff.next_s())

    def _serve(self, link: Link, inbox: queue.SimpleQueue[Event]) -> str:
        """Take events until the connection ends; why it did."""
        while True:
            event = self._next(inbox)
            if self._stopping.is_set():
                return "stopping"
            match event:
                case Idle():
                    pass
                case Connected():
                    self._trouble = ""
                    log.info("broker here worker=%s", self._thread.name)
                    self._guarded("", self._ingest.province_connected)
                    if self._leads:
                        self._send_due(link, None)
                    self._connected.set()
                case Received(topic, payload):
                    self._take(link, topic, payload, inbox.qsize())
                case Nudge(device):
                    self._send_due(link, device)
                case Published(_, reason) if reason >= FIRST_FAILURE:
                    log.warning("receipt refused by the broker reason=0x%02x", reason)
                case Published():
                    pass  # a device that is away will ask again
                case Disconnected(why):
                    return why
                case None:
                    return "stopping"
            if self._ingest.is_due:
                self._guarded("", lambda: self._publish(link, self._ingest.due()))

    def _next(self, inbox: queue.SimpleQueue[Event]) -> Event | Idle:
        try:
            return inbox.get(timeout=LOOK_S if self._ingest.waits else IDLE_S)
        except queue.Empty:
            return Idle()

    def _take(self, link: Link, topic: str, payload: bytes, queued: int) -> None:
        def take_and_answer() -> None:
            answer = self._ingest.take(topic, payload, queued=queued)
            self._publish(link, [] if answer is None else [answer, *answer.beside])

        self._guarded(topic, take_and_answer)

        device = _asks_for_more(topic)
        if device is not None:
            self._send_due(link, device)

    def _send_due(self, link: Link, device: str | None) -> None:
        """Publish what the province owes to `device`, or to every device."""
        dispatch = self._dispatch
        if dispatch is None:
            return
        self._guarded(
            "", lambda: self._publish(link, dispatch.all_due() if device is None else dispatch.due(device))
        )

    def _publish(self, link: Link, answers: Iterable[Answer]) -> None:
        for answer in answers:
            with contextlib.suppress(SyncError):  # Disconnected follows; the device asks again
                link.publish(answer.topic, answer.payload, retain=answer.retain)

    def _guarded(self, topic: str, action: Callable[[], None]) -> None:
        try:
            action()
        except StoreError as error:
            self._store_fails(error)
        except Exception as error:  # noqa: BLE001 - see below
            # A message that nobody foresaw must not end the ingest for every other device. Only the kind of
            # the fault and its place are logged: its text could hold what a citizen pressed.
            log.error("message failed error=%s at=%s", type(error).__name__, _place(error))
            self._note_unforeseen(topic)
        else:
            self._store_works()

    def _note_unforeseen(self, topic: str) -> None:
        try:
            self._ingest.note_unforeseen(topic)
        except StoreError as error:
            self._store_fails(error)

    def _store_fails(self, error: StoreError) -> None:
        if not self._store_lost:
            log.error("database lost, nothing is receipted why=%r", str(error))
        self._store_lost = True

    def _store_works(self) -> None:
        if self._store_lost:
            log.info("database back")
        self._store_lost = False


def _into(inbox: queue.SimpleQueue[Event]) -> Callable[[LinkEvent], None]:
    def enqueue(event: LinkEvent) -> None:
        """In the link's network thread."""
        if not isinstance(event, Received) or inbox.qsize() < MOST_WAITING:
            inbox.put(event)

    return enqueue


def _asks_for_more(topic: str) -> str | None:
    """The device that has just said how it stands, after which it is given what it lacks."""
    try:
        parsed = parse(topic)
    except ContractError:
        return None
    return parsed.device if parsed.name in {UpName.HELLO, UpName.STATUS} else None


def _place(error: BaseException) -> str:
    """File and line of the innermost frame."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
