"""The device's ends with a note taken at each: inbox, ledger, screen, counter and lamps."""

from __future__ import annotations

from bench.hand_over import HandOver, Notes
from device.counter import InvitationState, InvitationStatus
from device.events import Drawn, Event, KeyDown, TouchDown
from device.glass import SnapshotSink
from device.inbox import Inbox
from device.ledger.guard import LedgerGuard
from device.ledger.writer import Appended
from device.row import Rating, ReceiptRow
from device.sealing import SealedBlob
from device.snapshot import Screen, Snapshot

_DRAWN = {
    Screen.IDLE: HandOver.IDLE_DRAWN,
    Screen.LEVEL: HandOver.LEVEL_DRAWN,
    Screen.REASONS: HandOver.SAVED_DRAWN,
    Screen.THANKS: HandOver.THANKS_DRAWN,
}


class NotingInbox(Inbox):
    """Notes key presses and first frames as they are put in."""

    def __init__(self, notes: Notes) -> None:
        super().__init__()
        self._notes = notes
        self.drawn_as: dict[int, HandOver] = {}
        """By the number of a snapshot, what its first frame is; the display fills it."""

    def put(self, event: Event) -> None:
        if isinstance(event, KeyDown):
            self._notes.note(HandOver.KEY_STAMPED)
        elif isinstance(event, TouchDown):
            self._notes.note(HandOver.TOUCH_STAMPED)
        elif isinstance(event, Drawn):
            self._notes.note(self.drawn_as[event.number])
        super().put(event)


class NotingDisplay:
    """Notes what is handed to `display`, which puts its Drawn into `inbox`."""

    def __init__(self, display: SnapshotSink, inbox: NotingInbox, notes: Notes) -> None:
        self._display = display
        self._inbox = inbox
        self._notes = notes

    def show(self, snapshot: Snapshot) -> None:
        """As SnapshotSink."""
        if snapshot.pressed is not None:
            self._inbox.drawn_as[snapshot.number] = HandOver.HIGHLIGHT_DRAWN
            self._notes.note(HandOver.HIGHLIGHT_SHOWN)
        else:
            self._inbox.drawn_as[snapshot.number] = _DRAWN[snapshot.screen]
            if snapshot.screen is Screen.REASONS:
                self._notes.note(HandOver.SAVED_SHOWN)
        self._display.show(snapshot)


class NotingLedger:
    """Notes when an append begins, and when it has returned."""

    def __init__(self, ledger: LedgerGuard, notes: Notes) -> None:
        self._ledger = ledger
        self._notes = notes

    def append(self, rating: Rating | ReceiptRow, blob: SealedBlob | None = None) -> Appended:
        """As LedgerGuard.append."""
        self._notes.note(HandOver.RECORDED)
        appended = self._ledger.append(rating, blob)
        self._notes.note(HandOver.COMMITTED)
        return appended


class NotingCounter:
    """Notes when the counter is told that the citizen has answered."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def announce(self, status: InvitationStatus) -> None:
        """As CounterFace."""
        if status.state is InvitationState.ANSWERED:
            self._notes.note(HandOver.ANSWERED)
