"""A whole device in one process that serves many visits one after the other and says what memory it holds."""

from __future__ import annotations

import gc
import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from bench.ratings import handling
from bench.wired_device import wired_loop
from device.clock import FakeClock
from device.counter import InvitationRequest, InvitationStatus
from device.events import CounterCall, Drawn, Event, KeyDown, Stop
from device.glass import SnapshotSink
from device.inbox import Inbox
from device.indicators import national_list
from device.settings import UiSection
from device.signals import Mute
from device.snapshot import Snapshot
from device.visit.state import Rules
from ui.layout import Layout
from ui.window import KivyDisplay


def _finish() -> None:
    """Wait until OpenGL has painted all that it was given.

    Here no time passes between two frames, and where there is no graphics hardware hundreds of them would be
    put off: they take gigabytes, and then a single one waits for ten seconds.
    """
    from kivy.graphics.opengl import glFinish  # noqa: PLC0415 - its window is open by now

    glFinish()


_PAINT: dict[str, Callable[[], None]] = {"none": lambda: None, "unpainted": lambda: None, "window": _finish}
"""By the kind of screen. `unpainted`: the whole window but the graphics, which take most of the time."""

_RULES = Rules(60_000, 20_000, 3_000, 1_500, national_list(), ("zh-Hans", "en"))
_ALONE_MS = 31  # a press stands alone after 30
_READ_MS = 2_000
_PATIENCE_S = 10.0


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--screen", type=click.Choice(list(_PAINT)), required=True)
@click.option("--visits", type=int, required=True)
@click.option("--looks", type=int, required=True, help="how often memory is looked at, at equal distances")
def main(folder: Path, screen: str, visits: int, looks: int) -> None:
    """Print the resident memory in MiB, `looks` times in `visits` visits."""
    if screen == "unpainted":
        os.environ["KIVY_GL_BACKEND"] = "mock"
    clock = FakeClock()
    found: list[float] = []
    inbox = _ScriptedInbox(clock, _steps(visits, looks, found), paint=_PAINT[screen])
    section = UiSection(fullscreen=False)
    kivy = None if screen == "none" else KivyDisplay(section=section, inbox=inbox, clock=clock)
    loop = wired_loop(
        folder,
        clock,
        inbox,
        rules=_RULES,
        display=_CountingDisplay(kivy or _Blank(inbox, clock), inbox),
        counter=_Nobody(),
        signals=Mute(),
        layout_id=Layout(*section.upright).id,
    )

    def serve() -> None:
        try:
            loop.run()
        finally:
            if kivy is not None:
                kivy.stop()

    if kivy is None:
        serve()
    else:
        thread = threading.Thread(target=serve, name="device-loop", daemon=True)
        thread.start()
        kivy.run()
        thread.join(_PATIENCE_S)
    click.echo(json.dumps({"rss_mib": found}))


class _ScriptedInbox(Inbox):
    """Gives the loop one step after the other, each when all that was shown before is drawn.

    `paint` is called for each frame, in the thread that draws.
    """

    def __init__(self, clock: FakeClock, steps: Iterator[Event | int], *, paint: Callable[[], None]) -> None:
        super().__init__()
        self._clock = clock
        self._steps = steps
        self._paint = paint
        self._drawn = 0
        self._news = threading.Event()
        self.shown = 0

    def put(self, event: Event) -> None:
        if isinstance(event, Drawn):
            self._paint()
        super().put(event)
        if isinstance(event, Drawn):
            self._drawn = event.number
        self._news.set()

    def get(self, _timeout_s: float | None) -> Event | None:
        """Time is moved by the steps: nobody waits for it."""
        while (event := super().get(0)) is None and self._drawn < self.shown:
            if not self._news.wait(_PATIENCE_S):
                raise TimeoutError(f"snapshot {self.shown} was not drawn")
            self._news.clear()
        if event is not None:
            return event
        match next(self._steps):
            case int(ms):
                self._clock.advance(ms)
                return None
            case KeyDown(key, _):
                return KeyDown(key, self._clock.mono_ms())
            case step:
                return step


class _CountingDisplay:
    """Tells `inbox` of the newest snapshot that was handed to `display`."""

    def __init__(self, display: SnapshotSink, inbox: _ScriptedInbox) -> None:
        self._display = display
        self._inbox = inbox

    def show(self, snapshot: Snapshot) -> None:
        """As SnapshotSink."""
        self._inbox.shown = snapshot.number
        self._display.show(snapshot)


class _Blank:
    """Draws nothing, at once."""

    def __init__(self, inbox: Inbox, clock: FakeClock) -> None:
        self._inbox = inbox
        self._clock = clock

    def show(self, snapshot: Snapshot) -> None:
        """As SnapshotSink."""
        self._inbox.put(Drawn(snapshot.number, self._clock.mono_ms()))


class _Nobody:
    """A counter that listens to nothing."""

    def announce(self, status: InvitationStatus) -> None:
        """As CounterFace."""


def _steps(visits: int, looks: int, found: list[float]) -> Iterator[Event | int]:
    """Each citizen presses a key, ticks a reason, finishes. In between: so many ms pass.

    `found` gets the memory held after each of `looks` equal parts of `visits`.
    """
    looked = {visits * look // looks for look in range(1, looks + 1)}
    for number in range(1, visits + 1):
        request = InvitationRequest(handling(number), "C0231", 60, None, None, f"{number:064x}", "http")
        yield CounterCall(request, lambda _: None)
        for key in (1 + number % 5, 1 + number % 3, 5):
            yield _READ_MS
            yield KeyDown(key, 0)
            yield _ALONE_MS
        yield _RULES.thanks_ms
        if number in looked:
            gc.collect()
            found.append(_resident_mib())
    yield Stop()


def _resident_mib() -> float:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("/proc/self/status has no VmRSS")


if __name__ == "__main__":
    main()
