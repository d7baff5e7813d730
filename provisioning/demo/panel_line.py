"""The line between a key panel and the device: two pseudo-terminals, joined as one raw serial line."""

from __future__ import annotations

import contextlib
import os
import select
import termios
import threading
import tty
from pathlib import Path

_CHUNK = 4096


class PanelLine:
    """`outer` is where a panel writes; `inner` is the port the device opens. Both outlive the device.

    Nothing waits for anybody: what is not read in time is dropped, as on a wire. Towards the panel the oldest
    goes first: whoever begins to listen hears what the lamps do now.
    """

    def __init__(self) -> None:
        self._masters: list[int] = []
        self._slaves: list[int] = []
        for _ in range(2):
            master, slave = os.openpty()
            tty.setraw(slave)  # no echo, no line editing: bytes as they are
            os.set_blocking(master, False)
            self._masters.append(master)
            self._slaves.append(slave)  # held open, or reading the master fails while nobody has it open
        self.outer = Path(os.ttyname(self._slaves[0]))
        self.inner = Path(os.ttyname(self._slaves[1]))
        self._wake_read, self._wake_write = os.pipe()
        self._thread = threading.Thread(target=self._carry, name="panel-line", daemon=True)

    def start(self) -> None:
        """Carry bytes both ways until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """The line is cut."""
        os.write(self._wake_write, b"x")
        self._thread.join(2)
        for handle in (*self._masters, *self._slaves, self._wake_read, self._wake_write):
            os.close(handle)

    def _carry(self) -> None:
        outer, inner = self._masters
        other = {outer: inner, inner: outer}
        while True:
            readable, _, _ = select.select([outer, inner, self._wake_read], [], [])
            if self._wake_read in readable:
                return
            for master in readable:
                data, made_room = b"", False
                with contextlib.suppress(OSError):
                    data = os.read(master, _CHUNK)
                while data:
                    try:
                        data = data[os.write(other[master], data) :]
                    except OSError:  # its buffer is full: nobody reads
                        if master == outer or made_room:
                            break
                        termios.tcflush(self._slaves[0], termios.TCIFLUSH)
                        made_room = True
