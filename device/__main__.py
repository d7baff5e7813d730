"""The device process: reads its configuration, wires the parts together, draws until it is told to stop."""

from __future__ import annotations

import gc

if __name__ == "__main__":
    gc.disable()  # what is imported stays: looking through it for rubbish is a fifth of a start

import logging
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import click

from device.clock import SystemClock, kernel_synchronised
from device.clock_judgement import RELEASED_AT
from device.configuration import read_configuration
from device.enrolled import Enrolled, board_serial, read_enrolled
from device.errors import ChuangpingError, ConfigError
from device.events import Stop
from device.faults import Fault
from device.inbox import Inbox
from device.loop import DeviceLoop
from device.photo_reader import PHOTOS, PhotoReader
from device.process import as_process
from device.service_notice import notify_service
from device.settings import DeviceConfig, ProvinceSection
from device.signals import Mute
from device.snapshot import Display
from device.wiring import Ends, rules_of, wired
from hardware.backlight import open_backlight
from hardware.control_socket import ControlSocket
from hardware.counter.link import CounterLink
from hardware.panel_factory import open_panel, wiring
from hardware.voice_factory import open_jack, open_speaker
from sync.believing import believed
from ui.display_factory import open_display
from ui.layout import Layout

log = logging.getLogger("device")

_JOIN_S = 5.0


@click.command()
@click.option("--config", "path", type=click.Path(path_type=Path), required=True, help="device.toml")
def main(path: Path) -> None:
    """Run the device: screen, keys, counter link and ledger, in the foreground."""
    with as_process():
        run(read_configuration(path, DeviceConfig, "device"), board=board_serial())


def run(config: DeviceConfig, *, board: str | None = None) -> None:
    """The device until SIGTERM or SIGINT. Raises ChuangpingError when it cannot start or had to end.

    `board`: the serial number of this box, if it has one.
    """
    clock, inbox = SystemClock(), Inbox()
    config.device.folder.mkdir(parents=True, exist_ok=True)
    # A code wants a screen: a console has none to show it on.
    proven = believed(config.province, config.device.id, codes_shown=config.ui.display == "window")
    enrolled = None if config.province.enrolment is None else read_enrolled(config.province.enrolment)
    display = open_display(config.ui, inbox=inbox, clock=clock)
    backlit = open_backlight(config.ui, display, clock=clock)
    link = CounterLink(
        host=config.counter.host,
        port=config.counter.port,
        token=_token(config.counter.token_file),
        origins=config.counter.origins,
        inbox=inbox,
    )
    photos = _photos(config.province, inbox)
    panel = open_panel(config.panel, inbox, clock)
    speaker = open_speaker(config.voice, inbox, clock)
    jack = open_jack(config.voice, pin_factory=config.panel.pin_factory, inbox=inbox, clock=clock)
    layout = Layout(*config.ui.upright)
    loop = wired(
        config,
        Ends(
            display=backlit or display,
            counter=link,
            signals=panel or Mute(),
            layout_id=layout.id,
            portrait=layout.portrait,
            panel=wiring(config.panel) if panel else None,
            restart=display.stop,
            slips=lambda: panel.counters.lost_presses + panel.counters.restarts if panel else 0,
            speaker=speaker,
            photos=photos,
            begin=link.start,
        ),
        clock=clock,
        inbox=inbox,
        rules=rules_of(config, sealing=proven is not None and proven.sealing is not None),
        kernel_synchronised=kernel_synchronised,
        believed=proven,
        not_before=enrolled.issued if enrolled else RELEASED_AT,
        standing=tuple(_standing(enrolled, board, is_sent=proven is not None)),
    )
    control = ControlSocket(config.device.folder, inbox)
    thread = _LoopThread(loop, display)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: display.stop())
    thread.start()
    if photos:
        photos.start()
    try:
        if speaker:
            speaker.start()
        if jack:
            jack.start()
        link.listen()
        control.start()
        if panel:
            panel.start()
        if backlit:
            backlit.start()
        log.info("device started id=%s", config.device.id)
        gc.freeze()
        gc.enable()
        display.run()
    finally:
        notify_service("STOPPING=1")
        control.stop()
        if photos:
            photos.stop()
        if jack:
            jack.stop()
        inbox.put(Stop())
        thread.join(_JOIN_S)
        if speaker:
            speaker.stop()
        if panel:  # after the loop, which puts the lamps out
            panel.stop()
        link.stop()
        if backlit:
            backlit.stop()
    if thread.failure is not None:
        raise ChuangpingError("the device loop ended by an error; see the log") from thread.failure
    log.info("device stopped")


def _standing(enrolled: Enrolled | None, board: str | None, *, is_sent: bool) -> Iterator[Fault]:
    if enrolled and enrolled.is_of_another(board):
        yield Fault.OTHER_BOX
    if not is_sent:
        yield Fault.NOT_ENROLLED


class _LoopThread(threading.Thread):
    """Runs the device loop; when that fails the display stops too: the process ends, to be restarted."""

    def __init__(self, loop: DeviceLoop, display: Display) -> None:
        super().__init__(name="device-loop", daemon=True)
        self._loop = loop
        self._display = display
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            self._loop.run()
        except BaseException as error:
            log.exception("device loop failed")
            self.failure = error
        finally:
            self._display.stop()


def _photos(section: ProvinceSection, inbox: Inbox) -> PhotoReader | None:
    return None if section.receipts is None else PhotoReader(section.receipts.parent / PHOTOS, inbox.put)


def _token(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"counter.token_file: {path} cannot be read: {error}"]) from None


if __name__ == "__main__":
    main()
