"""A whole device in one process that notes the time of each hand-over of a press, from byte to picture."""

from __future__ import annotations

import json
import os
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path

import click

from bench.hand_over import HandOver, Notes
from bench.noting import NotingCounter, NotingDisplay, NotingInbox, NotingLedger
from bench.ratings import handling
from device.acceptance import Acceptance
from device.clock import SystemClock
from device.counter import InvitationRequest
from device.desk import InvitationDesk
from device.errors import ChuangpingError
from device.events import CounterCall, Stop
from device.indicators import national_list
from device.invitation_store import InvitationStore
from device.key_proof_store import KeyProofStore
from device.key_prover import KeyProver
from device.ledger.guard import guarded_ledger
from device.lifeline import Lifeline
from device.loop import DeviceLoop
from device.press_filter import FilterRules
from device.reception import Reception
from device.recorder import Recorder
from device.settings import UiSection, WindowSection
from device.signaller import Signaller
from device.signals import Mute
from device.snapshot import WindowCard
from device.staff_watch import StaffWatch
from device.upkeep import Upkeep
from device.visit.state import Rules
from device.watchdog import Watchdog
from device.window import Window
from hardware.panel_session import PanelSession
from hardware.sentence import KeySentence, Stroke
from hardware.serial_panel import SerialPanel
from ui.layout import Layout
from ui.window import KivyDisplay

_POLL_S = 0.004
_PATIENCE_S = 10.0
_BEFORE_PRESS_S = 0.15  # so that drawing and photographing the level screen are over
_KEY = 4


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--visits", type=int, required=True)
@click.option("--screenshot", is_flag=True, help="write screen.png after each change, as the demo does")
@click.option(
    "--started-ns", type=int, required=True, help="the monotonic clock when the process was started"
)
def main(folder: Path, visits: int, screenshot: bool, started_ns: int) -> None:
    """Serve `visits` presses; print, in ms, when the first frame was drawn and each hand-over came."""
    notes = Notes()
    clock, inbox = SystemClock(), NotingInbox(notes)
    picture = folder / "screen.png" if screenshot else None
    section = UiSection(fullscreen=False, screenshot=picture)
    kivy = KivyDisplay(section=section, inbox=inbox, clock=clock)
    loop = _loop(
        folder,
        clock,
        inbox,
        notes,
        NotingDisplay(kivy, inbox, notes),
        layout_id=Layout(section.width, section.height).id,
    )
    master, slave = os.openpty()
    tty.setraw(slave)
    panel = SerialPanel(os.ttyname(slave), inbox, clock, new_session=PanelSession)
    presses = _Presses(notes, inbox, visits, write=lambda data: os.write(master, data), stop=kivy.stop)
    threads = [
        threading.Thread(target=loop.run, name="device-loop", daemon=True),
        threading.Thread(target=presses.run, name="presses", daemon=True),
    ]
    for thread in threads:
        thread.start()
    panel.start()
    kivy.run()
    panel.stop()
    inbox.put(Stop())
    for thread in threads:
        thread.join(_PATIENCE_S)
    if len(presses.taken) < visits:
        raise ChuangpingError(f"{len(presses.taken)} of {visits} presses came to their end")
    first_ms = None if presses.first_drawn_ns is None else (presses.first_drawn_ns - started_ns) / 1e6
    click.echo(json.dumps({"first_drawn_ms": first_ms, "presses": presses.taken}))


def _loop(
    folder: Path,
    clock: SystemClock,
    inbox: NotingInbox,
    notes: Notes,
    display: NotingDisplay,
    *,
    layout_id: str,
) -> DeviceLoop:
    """The device as device/__main__.py wires it, with the ends that note."""
    rules = Rules(60_000, 200, 100, 100, national_list(), ("zh-Hans", "en"))
    store = InvitationStore(folder / "device.db")
    guard = guarded_ledger(folder, max_mib=64, ballast_kib=64, clock=clock)
    recorder = Recorder(
        ledger=NotingLedger(guard, notes),
        clock=clock,
        window=WindowSection(id="W07", number="07", name="综合受理窗口", hall="市政务服务中心", assignment=1),
        indicator_list=rules.indicators.version,
        layout_id=layout_id,
    )
    window = Window(
        clock=clock,
        guard=guard,
        store=store,
        recorder=recorder,
        rules=rules,
        card=WindowCard("07", "综合受理窗口", "市政务服务中心"),
        display=display,
        counter=NotingCounter(notes),
    )
    return DeviceLoop(
        inbox=inbox,
        clock=clock,
        window=window,
        reception=Reception(
            window=window,
            desk=InvitationDesk(store=store, ledger=guard, clock=clock),
            store=store,
            clock=clock,
        ),
        filter_rules=FilterRules(),
        upkeep=Upkeep(
            clock=clock,
            guard=guard,
            store=store,
            receipts=None,
            retention_days=400,
            kernel_synchronised=lambda: True,
        ),
        signaller=Signaller(sink=Mute(), clock=clock),
        lifeline=Lifeline(clock=clock, watchdog=Watchdog(clock=clock)),
        acceptance=Acceptance(
            clock=clock,
            window=window,
            prover=KeyProver(
                clock=clock,
                store=KeyProofStore(store),
                rows=guard,
                panel="serial sentences panel",
                levels=(1, 2, 3, 4, 5),
                within_days=30,
            ),
        ),
        staff_watch=StaffWatch(clock=clock, rows=guard, receipts=None, silent_days=3),
    )


class _Presses:
    """Invites, waits for the level screen, presses, waits for the end of the visit.

    `taken` holds, for each press, when each hand-over came, in ms after its byte was written.
    """

    def __init__(
        self,
        notes: Notes,
        inbox: NotingInbox,
        visits: int,
        *,
        write: Callable[[bytes], object],
        stop: Callable[[], None],
    ) -> None:
        self._notes = notes
        self._inbox = inbox
        self._visits = visits
        self._write = write
        self._stop = stop
        self.first_drawn_ns: int | None = None
        self.taken: list[dict[str, float]] = []

    def run(self) -> None:
        """In a thread of its own; ends the display at the end."""
        try:
            self._await(HandOver.IDLE_DRAWN)
            self.first_drawn_ns = self._notes.taken()[HandOver.IDLE_DRAWN]
            for number in range(1, self._visits + 1):
                self._visit(number)
        finally:
            self._stop()

    def _visit(self, number: int) -> None:
        self._notes.clear()
        request = InvitationRequest(handling(number), "C0231", 60, None, None, f"{number:064x}", "http")
        self._inbox.put(CounterCall(request, lambda _: None))
        self._await(HandOver.LEVEL_DRAWN)
        time.sleep(_BEFORE_PRESS_S)
        self._notes.clear()
        written_ns = time.monotonic_ns()
        self._write(KeySentence(_KEY, Stroke.DOWN, number).encode())
        self._await(HandOver.IDLE_DRAWN)
        noted = self._notes.taken()
        self.taken.append({what: (at_ns - written_ns) / 1e6 for what, at_ns in noted.items()})

    def _await(self, what: HandOver) -> None:
        until_s = time.monotonic() + _PATIENCE_S
        while what not in self._notes.taken():
            if time.monotonic() > until_s:
                raise TimeoutError(f"{what} did not come")
            time.sleep(_POLL_S)


if __name__ == "__main__":
    main()
