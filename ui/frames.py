"""The frames of Kivy's window: when to draw, what was drawn first, and how often to look for touches."""

from __future__ import annotations

import dataclasses
import gc
from collections.abc import Callable

from kivy.base import EventLoop, runTouchApp, stopTouchApp
from kivy.clock import Clock as KivyClock
from kivy.core.window import WindowBase
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

from device.clock import Clock, Moment
from device.events import BEAT_S, Beat, Drawn, Target, TouchDown, TouchUp, Typed
from device.inbox import Inbox
from device.snapshot import Screen, Snapshot
from ui.frame_rate import AWAKE_MS, frames_per_s
from ui.layout import Layout
from ui.palette import DAY
from ui.pinyin import PinyinBook
from ui.presenter import present
from ui.rehearsal import Rehearsal
from ui.rules import load_rules
from ui.screen_file import Pixels, ScreenFile
from ui.sight import Sight
from ui.slices import Slices
from ui.stage import Stage
from ui.texts import TextBook
from ui.views import View

TIMER_RESOLUTION_S = 0.002
TYPED_EVERY_MS = 1_000  # often enough to put an end off, too seldom to tell how somebody types
CALM_AFTER_S = AWAKE_MS / 1000 + 0.1  # Kivy's timers may be a few milliseconds early


class Frames:
    """Draws the newest snapshot in `window` until stopped. Kivy's thread, but for `wake` and `stop`."""

    def __init__(
        self,
        *,
        window: WindowBase,
        newest: Callable[[], Snapshot | None],
        book: TextBook,
        pinyin: PinyinBook,
        inbox: Inbox,
        clock: Clock,
        screen_file: ScreenFile | None,
        sight: Sight,
    ) -> None:
        self._window = window
        self._newest = newest
        self._book = book
        self._inbox = inbox
        self._clock = clock
        self._screen_file = screen_file
        self._sight = sight
        self._staged: Snapshot | None = None
        self._drawn = 0
        self._visit: str | None = None
        self._enlarged = False
        self._stopping = False
        self._typed_ms = -TYPED_EVERY_MS
        self._stirred_ms = clock.mono_ms()
        # -1: after this frame's touches and before its drawing, so that a touch meets what was on the glass.
        self._refresh_soon = KivyClock.create_trigger(self._refresh, -1)
        self._refresh_next = KivyClock.create_trigger(self._refresh, 0)
        self._refresh_later = KivyClock.create_trigger(self._refresh, 1)
        self._calm_later = KivyClock.create_trigger(self._calm, CALM_AFTER_S)
        self._beat_again = KivyClock.create_trigger(self._beat, BEAT_S, interval=True)
        load_rules()
        self._stage = Stage(
            on_finger_down=self._finger_down,
            on_finger_up=self._finger_up,
            on_typed=self._typed,
            on_letters=self._change_letters,
            book=pinyin,
        )
        self._rehearsal = Rehearsal(
            languages=book.languages,
            clock=clock,
            waits=self._waits,
            rehearse=self._rehearse,
            done=self._rehearsed,
        )

    def run(self) -> None:
        # Kivy would spin through the last third of a frame before each timer of its own and ours, which is
        # a long time at 10 frames a second.
        KivyClock.clock_resolution = TIMER_RESOLUTION_S
        gc.disable()  # until all is made that stays
        self._window.clearcolor = DAY.ground
        self._window.add_widget(self._stage)
        self._window.bind(on_flip=self._flip, size=self._resized)
        self._refresh_soon()
        self._beat_again()
        runTouchApp(embedded=True)  # everything but the loop itself
        try:
            while not self._stopping and not EventLoop.quit:
                EventLoop.idle()
                self._window.mainloop()
        finally:
            gc.enable()  # the rehearsal may not have come to its end
            self._beat_again.cancel()
            stopTouchApp()

    def wake(self) -> None:
        """There is a newer snapshot. Any thread; never waits."""
        self._refresh_soon()

    def stop(self) -> None:
        """Make `run` return at its next frame, within 0.1 s. Any thread or signal handler: takes no lock."""
        self._stopping = True

    def _refresh(self, _: float) -> None:
        """Stage the newest snapshot, or the one that is on as time has passed."""
        snapshot = self._newest()
        if snapshot is None:
            return
        if snapshot.visit != self._visit:
            self._visit, self._enlarged = snapshot.visit, False
        now = self._clock.now()
        view, layout = self._picture(snapshot, now)
        if self._staged is not None and (work := self._stage.missing(view, layout)) is not None:
            # Not made yet: what is on stays on, and hears touches, until it is.
            work.go_on()
            self._refresh_next()
            return
        self._stage.show_view(view, layout, snapshot.visit)
        if snapshot is not self._staged:
            self._staged = snapshot
            self._window.canvas.ask_update()  # two snapshots may look the same; each is to be drawn
            self._stir()
        self._refresh_later.cancel()
        changes_at_ms = self._sight.changes_at_ms(view, now)
        if changes_at_ms is not None:
            self._refresh_later.timeout = (changes_at_ms - now.mono_ms) / 1000
            self._refresh_later()

    def _flip(self, window: WindowBase) -> bool:
        """Bring the drawn frame to the glass; the first of a snapshot is told and photographed."""
        first = self._staged is not None and self._staged.number != self._drawn
        wanted = first and self._screen_file and not self._stage.is_private
        pixels = self._read_pixels() if wanted else None
        window.flip()
        if first and self._staged is not None:
            self._drawn = self._staged.number
            self._inbox.put(Drawn(self._drawn, self._clock.mono_ms()))
            self._rehearsal.start()
        if pixels and self._screen_file:
            self._screen_file.put(pixels)
        return True  # it was flipped: Kivy must not do it again

    def _beat(self, _: float) -> None:
        """Say that the screen is at work, unless something is still to be drawn: then that will say it."""
        if not self._waits():
            self._inbox.put(Beat(self._clock.mono_ms()))

    def _waits(self) -> bool:
        """Whether something is still to be drawn."""
        newest = self._newest()
        return newest is not None and newest.number != self._drawn

    def _rehearse(self, snapshot: Snapshot, now: Moment) -> Slices:
        return self._stage.rehearse(*self._picture(snapshot, now))

    def _rehearsed(self) -> None:
        # Python looks through all it has for rubbish now and then, 70 ms here. What stands now stays, and is
        # not looked through any more: the rest takes a millisecond.
        gc.freeze()
        gc.enable()

    def _picture(self, snapshot: Snapshot, now: Moment) -> tuple[View, Layout]:
        """What the screen says of `snapshot` at `now`, and in which sizes."""
        view = present(snapshot, self._book, now, enlarged=self._enlarged)
        return view, self._sight.layout(self._window.size, view, now, enlarged=self._enlarged)

    def _read_pixels(self) -> Pixels:
        width, height = map(int, self._window.system_size)
        data = bytes(glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE))
        return Pixels(data, width, height, self._window.rotation)

    def _finger_down(self, touch: str, target: Target | None) -> None:
        self._inbox.put(TouchDown(touch, target, self._drawn, self._clock.mono_ms()))
        self._stir()

    def _finger_up(self, touch: str) -> None:
        self._inbox.put(TouchUp(touch, self._clock.mono_ms()))
        self._stir()

    def _typed(self) -> None:
        now_ms = self._clock.mono_ms()
        if now_ms - self._typed_ms >= TYPED_EVERY_MS:
            self._typed_ms = now_ms
            self._inbox.put(Typed(now_ms))
        self._stir()

    def _change_letters(self) -> None:
        """Somebody wants them larger, or as they were: for this visit, and nobody but the screen knows."""
        self._enlarged = not self._enlarged
        if self._enlarged and self._staged is not None:
            now = self._clock.now()
            following = (Screen.REASONS, Screen.THANKS)
            self._rehearsal.go_through(
                [(dataclasses.replace(self._staged, screen=s), now) for s in following]
            )
        self._refresh_soon()

    def _resized(self, *_: object) -> None:
        self._stage.forget()
        self._refresh_soon()

    def _stir(self) -> None:
        self._stirred_ms = self._clock.mono_ms()
        self._set_rate()
        self._calm_later.cancel()
        self._calm_later()

    def _calm(self, _dt: float) -> None:
        # Kivy counts from the beginning of the frame, and a frame may have taken long before it stirred.
        if self._clock.mono_ms() - self._stirred_ms < AWAKE_MS:
            self._calm_later()
        self._set_rate()

    def _set_rate(self, *_: object) -> None:
        screen = self._staged.screen if self._staged else None
        # Kivy reads `maxfps` from its settings once; its clock offers no public way to change it later.
        KivyClock._max_fps = float(frames_per_s(screen, self._stirred_ms, self._clock.mono_ms()))
