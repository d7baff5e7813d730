"""A KivyDisplay in a process of its own, as it needs: commands come by lines, events go by lines."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from device.clock import FakeClock, SystemClock
from device.inbox import Inbox
from device.settings import UiSection
from device.snapshot import Snapshot
from ui.window import KivyDisplay

fingers: dict[str, Any] = {}
saying = threading.Lock()


def say(event: str, **what: Any) -> None:
    with saying:  # two threads have something to say
        sys.stdout.write(msgspec.json.encode({"event": event} | what).decode() + "\n")
        sys.stdout.flush()


def named(target: Any) -> list[Any] | None:
    """A target as its class's name and what it holds."""
    return None if target is None else [type(target).__name__, *msgspec.to_builtins(target).values()]


def tell(inbox: Inbox) -> None:
    while True:
        event: Any = inbox.get(None)
        say(
            type(event).__name__,
            **{
                name: named(value) if name == "target" else value
                for name in event.__slots__
                for value in [getattr(event, name)]
            },
        )


def obey(display: KivyDisplay, clock: FakeClock | SystemClock) -> None:
    """Commands: `show` a snapshot; `advance` the clock; `inspect`; `down` and `up` of a finger."""
    for line in sys.stdin:
        ((command, argument),) = msgspec.json.decode(line).items()
        if command == "show":
            display.show(msgspec.convert(argument, Snapshot))
            continue
        if command == "advance":
            assert isinstance(clock, FakeClock)
            clock.advance(argument)
            continue
        from kivy.clock import Clock

        Clock.schedule_once(partial(ACTIONS[command], argument))
    display.stop()


def on_panel(x: float, y: float, panel: Sequence[float], rotation: int) -> tuple[float, float]:
    """Where on a panel what is drawn at `x`, `y` is when the picture is turned to the left by `rotation`."""
    width, height = panel
    match rotation:
        case 90:
            return width - y, x
        case 180:
            return width - x, height - y
        case 270:
            return y, height - x
        case _:
            return x, y


def inspect(_: None, _dt: float) -> None:
    """Say what is there once what came before is laid out, in the next frame."""
    from kivy.clock import Clock

    Clock.schedule_once(lookup)


def lookup(_dt: float) -> None:
    from kivy.clock import Clock
    from kivy.core.window import Window

    there = [part for stage in Window.children for part in (stage, *stage.children)]
    deaf = any(getattr(part, "deaf", False) for part in there)
    say("inspected", found=parts_shown(), fps=Clock._max_fps, deaf=deaf)


def parts_shown() -> list[dict[str, Any]]:
    """Each visible text, target, frame, time bar, face, sign, code, and where: from the lower left."""
    from kivy.core.window import Window

    from ui.widgets.card import Card
    from ui.widgets.picture import CodePicture, FacePicture, SignPicture
    from ui.widgets.text import Text
    from ui.widgets.time_bar import TimeBar
    from ui.widgets.touchable import Touchable

    found: list[dict[str, Any]] = []

    def visit(widget: Any) -> None:
        if widget.opacity == 0:
            return
        place = {"x": widget.x, "y": widget.y, "width": widget.width, "height": widget.height}
        if isinstance(widget, Text) and widget.text:
            letters = {"text": widget.text, "em": widget.em, "cut": widget.cut, "colour": list(widget.color)}
            found.append(letters | place)
        if isinstance(widget, Touchable) and widget.target is not None:
            found.append(
                {"target": named(widget.target), "pressed": widget.pressed, "frame": widget.frame} | place
            )
        elif isinstance(widget, Card) and widget.frame:
            found.append({"frame": widget.frame} | place)
        if isinstance(widget, TimeBar):
            found.append({"bar": widget.part} | place)
        if isinstance(widget, FacePicture):
            side = min(widget.size)
            square = {"x": widget.center_x - side / 2, "y": widget.center_y - side / 2}
            found.append({"face": widget.level} | square | {"width": side, "height": side})
        if isinstance(widget, CodePicture) and widget.text:
            found.append({"code": widget.text} | place)
        if isinstance(widget, SignPicture) and widget.sign != "tick":
            found.append({"sign": widget.sign} | place)
        for child in widget.children:
            visit(child)

    for child in Window.children:
        visit(child)
    return found


def photograph(to: tuple[str, bool], _dt: float) -> None:
    """Write the next frame to a file: the display itself takes no picture of what is typed.

    `raw`: as it is on the panel, turned or not.
    """
    path, raw = to
    from kivy.core.window import Window
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

    from ui.screen_file import Pixels, write_png

    def read(window: Any) -> None:
        window.unbind(on_flip=read)
        width, height = map(int, window.system_size)
        data = bytes(glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE))
        write_png(Pixels(data, width, height, 0 if raw else window.rotation), Path(path))
        say("photographed")

    Window.bind(on_flip=read)
    Window.canvas.ask_update()


def down(at: tuple[str, float, float], _dt: float) -> None:
    from kivy.core.window import Window
    from kivy.tests.common import UnitTestTouch

    name, x, y = at
    panel = Window.system_size
    x, y = on_panel(x, y, panel, Window.rotation)
    # It takes its place on the panel for one in the picture, of which the panel's sides may be exchanged.
    fingers[name] = UnitTestTouch(*(p * w / s for p, w, s in zip((x, y), Window.size, panel, strict=True)))
    fingers[name].touch_down()


def up(name: str, _dt: float) -> None:
    fingers.pop(name).touch_up()


ACTIONS = {"inspect": inspect, "down": down, "up": up, "photograph": photograph}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", default="1024x600")
    parser.add_argument("--screenshot", type=Path)
    parser.add_argument("--ui", type=msgspec.json.decode, default={}, help="more keys of [ui], in JSON")
    parser.add_argument("--clock", choices=("fake", "system"), default="fake")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    languages = tuple(options.ui.pop("languages", ("zh-Hans", "en")))
    section = UiSection(
        width=width,
        height=height,
        fullscreen=False,
        screenshot=options.screenshot,
        languages=languages,
        unreviewed=languages,
        **options.ui,
    )
    inbox = Inbox()
    clock = SystemClock() if options.clock == "system" else FakeClock()
    display = KivyDisplay(section=section, inbox=inbox, clock=clock)
    signal.signal(signal.SIGTERM, lambda *_: display.stop())
    threading.Thread(target=tell, args=(inbox,), daemon=True).start()
    threading.Thread(target=obey, args=(display, clock), daemon=True).start()
    display.run()
    say("ended")


if __name__ == "__main__":
    main()
