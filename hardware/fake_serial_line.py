"""A serial key panel at the far end of a pseudo-terminal: what a real one sends and is told."""

from __future__ import annotations

import os
import select
import tty
from pathlib import Path

from hardware.key_panel import KEYS
from hardware.sentence import COUNT_MODULUS, HeartbeatSentence, KeySentence, Stroke


class FakeSerialLine:
    """The panel's end of a line. `port`: where the device's end appears, as a symbolic link.

    Plugged in from the start, until `close()`; also a context manager. One thread at a time.
    The panel remembers its counts while it is unplugged; `restart()` makes it forget them.
    """

    def __init__(self, port: Path) -> None:
        self.port = port
        self.counts = [0] * KEYS
        self._fd: int | None = None
        self.plug_in()

    def __enter__(self) -> FakeSerialLine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def plug_in(self) -> None:
        """The port appears. Without effect when it is there."""
        if self._fd is not None:
            return
        self._fd, device_end = os.openpty()
        try:
            tty.setraw(device_end)
            self.port.symlink_to(os.ttyname(device_end))
        finally:
            os.close(device_end)

    def unplug(self) -> None:
        """The port goes away under whoever has it open. Without effect when it is gone."""
        fd, self._fd = self._fd, None
        if fd is not None:
            self.port.unlink(missing_ok=True)
            os.close(fd)

    def close(self) -> None:
        """Unplug for good. Harmless twice."""
        self.unplug()

    def restart(self) -> None:
        """The panel counts from 0 again."""
        self.counts = [0] * KEYS

    def press(self, key: int) -> None:
        """Send that `key` (1 to 5) went down."""
        self.counts[key - 1] = (self.counts[key - 1] + 1) % COUNT_MODULUS
        self.send(KeySentence(key, Stroke.DOWN, self.counts[key - 1]).encode())

    def release(self, key: int) -> None:
        """Send that `key` (1 to 5) came up."""
        self.send(KeySentence(key, Stroke.UP, self.counts[key - 1]).encode())

    def heartbeat(self) -> None:
        """Send the heartbeat, which a real panel does every 5 s."""
        self.send(HeartbeatSentence(tuple(self.counts)).encode())

    def told(self) -> bytes:
        """What the device has sent since the last call, or since the port appeared."""
        data = b""
        while self._fd is not None and select.select([self._fd], [], [], 0)[0]:
            try:
                data += os.read(self._fd, 4096)
            except OSError:  # Linux says EIO while nobody has the device's end open
                break
        return data

    def send(self, data: bytes) -> None:
        """Send any bytes; waits while the device reads more slowly. Nobody hears them while unplugged."""
        while data and self._fd is not None:
            data = data[os.write(self._fd, data) :]
