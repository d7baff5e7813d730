"""The sealed blobs on their way: each after the row that names it, until it has a receipt of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from device.errors import SyncError
from device.ledger.reader import StoredBlob
from sync.agent.logs import Logs
from sync.agent.session import Pace
from sync.agent.state_log import StateLog
from sync.agent.store import SyncStore
from sync.contract.messages import Receipt

IN_FLIGHT = 2
_AT_ONCE = 8  # blobs read from a log, about 9 KiB
_MOST_PAUSE_MS = 600_000
_MOST_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class Parcel:
    """A blob to be sent, with the log of the row that names it."""

    log_id: str
    blob: StoredBlob


@dataclass(frozen=True, slots=True)
class _Flight:
    parcel: Parcel
    tries: int
    again_at_ms: int


class SealedCarrier:
    """Decides which blobs to send when. Belongs to the agent's thread; nothing in it raises.

    The caller sends only while no rating waits. What the province does not take stays on the card, and is
    offered again in the next session.
    """

    def __init__(self, *, logs: Logs, store: SyncStore, pace: Pace) -> None:
        self._logs = logs
        self._store = store
        self._pace = pace
        self._said = StateLog(logging.getLogger(__name__))
        self.begin()

    def begin(self) -> None:
        """A new session: what had no receipt goes again."""
        self._flights: dict[str, _Flight] = {}
        self._sent: set[str] = set()
        self._after: dict[str, int] = {}  # by log, the last blob that was taken up
        self._nothing_to: dict[str, int] = {}  # by log, how far its rows were receipted when none was left
        self._receipted: dict[str, int] = {}
        self._paused_until_ms = 0

    def tidy(self, log_ids: Iterable[str]) -> None:
        """Forget receipts of blobs that are no more on the card. `log_ids`: all logs there are."""
        known = list(log_ids)
        try:
            self._store.forget_sealed_of_others(known)
            for log_id in known:
                oldest = self._logs.sealed_after(log_id, 0, 1)
                if oldest is not None:
                    self._store.forget_sealed(log_id, before=oldest[0].seq if oldest else None)
        except SyncError as error:
            self._said.trouble("store", f"old receipts of sealed blobs are not forgotten: {error}")

    def due(self, stands: Iterable[tuple[str, int]], now_ms: int) -> list[Parcel]:
        """What is to be sent now; the caller says of each that it was `sent`.

        `stands`: each log, the oldest first, and the last of its rows that is receipted.
        """
        if now_ms < self._paused_until_ms:
            return []
        due = [flight.parcel for flight in self._flights.values() if now_ms >= flight.again_at_ms]
        room = IN_FLIGHT - len(self._flights)
        for log_id, receipted in stands:
            fresh = self._fresh(log_id, receipted, room)
            room -= len(fresh)
            due += fresh
        return due

    def sent(self, parcel: Parcel, now_ms: int) -> None:
        """The blob was handed to the link; without a receipt it goes again, ever later."""
        name = parcel.blob.sha256
        before = self._flights.get(name)
        tries = before.tries + 1 if before else 0
        wait_ms = min(self._pace.resend_ms << min(tries, _MOST_DOUBLINGS), self._pace.resend_most_ms)
        self._flights[name] = _Flight(parcel, tries, now_ms + wait_ms)
        self._sent.add(name)

    def answered(self, receipt: Receipt, token: bytes, now_ms: int) -> bool:
        """Take a receipt, proven and of this session; False when it is not about a blob."""
        if receipt.re not in self._sent:
            return False
        if receipt.pause_s is not None:
            self._paused_until_ms = now_ms + min(round(receipt.pause_s * 1000), _MOST_PAUSE_MS)
        flight = self._flights.get(receipt.re)
        if flight is None or receipt.status == "resend":
            return True  # answered before; or its row was lost there, and goes first
        del self._flights[receipt.re]
        log_id, seq = flight.parcel.log_id, flight.parcel.blob.seq
        if receipt.status != "ok":
            why = f"{receipt.status}: {receipt.why or 'no reason was given'}"
            self._said.trouble(log_id, f"the sealed blob of row {seq} is not taken: {why}")
            return True
        try:
            self._store.keep_sealed_receipt(log_id, seq, receipt.re, token, at=receipt.time)
        except SyncError as error:
            self._said.trouble("store", f"receipts of sealed blobs are not kept: {error}")
        else:
            self._said.well("store", "receipts of sealed blobs are kept")
        return True

    def _fresh(self, log_id: str, receipted: int, room: int) -> list[Parcel]:
        """At most `room` blobs of rows up to `receipted` that were neither sent nor receipted, in order."""
        if receipted < self._receipted.get(log_id, 0):
            # The province was restored from a backup: what followed the rows that it lost is lost there too.
            self._after.pop(log_id, None)
            self._nothing_to.pop(log_id, None)
        self._receipted[log_id] = receipted
        found: list[Parcel] = []
        while len(found) < room and self._nothing_to.get(log_id, -1) < receipted:
            blobs = self._logs.sealed_after(log_id, self._after.get(log_id, 0), _AT_ONCE)
            if blobs is None:
                break
            blobs = [blob for blob in blobs if blob.seq <= receipted]
            if not blobs:
                self._nothing_to[log_id] = receipted
                break
            held = self._held(log_id, blobs)
            for blob in blobs:
                if len(found) == room:
                    break
                self._after[log_id] = blob.seq
                if blob.sha256 not in held and blob.sha256 not in self._flights:
                    found.append(Parcel(log_id, blob))
        return found

    def _held(self, log_id: str, blobs: list[StoredBlob]) -> set[str]:
        try:
            return self._store.sealed_receipted(log_id, blobs[0].seq, blobs[-1].seq)
        except SyncError:
            return set()  # the province finds that it has them
