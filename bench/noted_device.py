"""A whole device in one process that notes the time of each hand-over of a choice, to the last picture."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bench.hand_over import HandOver, Notes
from bench.noting import NotingCounter, NotingDisplay, NotingInbox, NotingLedger
from bench.panel_end import PanelEnd
from bench.ratings import handling
from bench.screen_work import ScreenWork
from bench.wired_device import wired_loop
from device.clock import SystemClock
from device.counter import InvitationRequest
from device.errors import ChuangpingError
from device.events import CounterCall, Stop
from device.indicators import national_list
from device.settings import UiSection
from device.visit.state import Rules
from hardware.panel_session import PanelSession
from hardware.serial_panel import SerialPanel
from ui.layout import Layout
from ui.window import KivyDisplay

if TYPE_CHECKING:
    from bench.finger import Finger

_POLL_S = 0.004
_PATIENCE_S = 10.0
_BEFORE_PRESS_S = 0.15  # so that drawing and photographing the level screen are over
_KEY = 4
_TILE = (0.5, 0.5)  # of the glass, in a tile of a level
_DARK_EVERY = 5  # one press in so many is made while the lamps are dark: they breathe, so that means waiting


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--visits", type=int, required=True)
@click.option("--touch", is_flag=True, help="touch the tile of a level instead of pressing its key")
@click.option("--screenshot", is_flag=True, help="write screen.png after each change, as the demo does")
@click.option(
    "--started-ns", type=int, required=True, help="the monotonic clock when the process was started"
)
def main(folder: Path, visits: int, touch: bool, screenshot: bool, started_ns: int) -> None:
    """Serve `visits` choices; print, in ms, when the first frame was drawn and each hand-over came.

    And what the thread that draws worked in each turn in which it had something to do.
    """
    notes = Notes()
    clock, inbox = SystemClock(), NotingInbox(notes)
    picture = folder / "screen.png" if screenshot else None
    section = UiSection(fullscreen=False, screenshot=picture)
    kivy = KivyDisplay(section=section, inbox=inbox, clock=clock)
    end = PanelEnd(notes)
    panel = SerialPanel(end.device, inbox, clock, new_session=PanelSession)
    loop = wired_loop(
        folder,
        clock,
        inbox,
        rules=Rules(60_000, 200, 100, 100, national_list(), ("zh-Hans", "en")),
        display=NotingDisplay(kivy, inbox, notes),
        counter=NotingCounter(notes),
        signals=panel,
        layout_id=Layout(*section.upright).id,
        around=lambda ledger: NotingLedger(ledger, notes),
    )
    work = ScreenWork(notes)
    choices = _Choices(notes, inbox, visits, end=end, work=work, touch=touch, stop=kivy.stop)
    threads = [
        threading.Thread(target=loop.run, name="device-loop", daemon=True),
        threading.Thread(target=choices.run, name="choices", daemon=True),
    ]
    for thread in threads:
        thread.start()
    panel.start()
    kivy.run()
    panel.stop()
    inbox.put(Stop())
    for thread in threads:
        thread.join(_PATIENCE_S)
    if len(choices.taken) < visits:
        raise ChuangpingError(f"{len(choices.taken)} of {visits} choices came to their end")
    first_ms = None if choices.first_drawn_ns is None else (choices.first_drawn_ns - started_ns) / 1e6
    click.echo(
        json.dumps({"first_drawn_ms": first_ms, "choices": choices.taken, "screen_work_ms": work.turns_ms})
    )


class _Choices:
    """Invites, waits for the level screen, presses or touches, waits for the end of the visit.

    `taken` holds, for each choice, when each hand-over came, in ms after its byte was written or the finger
    was down.
    """

    def __init__(
        self,
        notes: Notes,
        inbox: NotingInbox,
        visits: int,
        *,
        end: PanelEnd,
        work: ScreenWork,
        touch: bool,
        stop: Callable[[], None],
    ) -> None:
        self._notes = notes
        self._inbox = inbox
        self._visits = visits
        self._end = end
        self._work = work
        self._touch = touch
        self._stop = stop
        self.first_drawn_ns: int | None = None
        self.taken: list[dict[str, float]] = []

    def run(self) -> None:
        """In a thread of its own; ends the display at the end."""
        try:
            self._await(HandOver.IDLE_DRAWN)
            self.first_drawn_ns = self._notes.taken()[HandOver.IDLE_DRAWN]
            self._choose()
        finally:
            self._stop()

    def _choose(self) -> None:
        if not self._visits:
            return
        from bench.finger import Finger  # noqa: PLC0415 - imports Kivy, whose window is open by now

        finger = Finger()
        finger.lay_on()
        self._work.watch()
        for number in range(1, self._visits + 1):
            self._visit(number, finger)

    def _visit(self, number: int, finger: Finger) -> None:
        self._notes.clear()
        request = InvitationRequest(handling(number), "C0231", 60, None, None, f"{number:064x}", "http")
        self._inbox.put(CounterCall(request, lambda _: None))
        self._await(HandOver.LEVEL_DRAWN)
        time.sleep(_BEFORE_PRESS_S)
        if number % _DARK_EVERY == 0:
            self._end.dark.wait(_PATIENCE_S)
        self._notes.clear()
        began_ns = time.monotonic_ns()
        if self._touch:
            finger.tap(*_TILE)
        else:
            self._end.press(_KEY)
        self._await(HandOver.IDLE_DRAWN)
        noted = self._notes.taken()
        self.taken.append({what: (at_ns - began_ns) / 1e6 for what, at_ns in noted.items()})

    def _await(self, what: HandOver) -> None:
        until_s = time.monotonic() + _PATIENCE_S
        while what not in self._notes.taken():
            if time.monotonic() > until_s:
                raise TimeoutError(f"{what} did not come")
            time.sleep(_POLL_S)


if __name__ == "__main__":
    main()
