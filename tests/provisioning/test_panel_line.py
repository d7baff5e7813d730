"""The panel's line: raw both ways, waiting for nobody, there before and after the device."""

from __future__ import annotations

import os
import select
import threading
from pathlib import Path

import pytest

from provisioning.demo.panel_line import PanelLine
from tests.patience import PATIENCE_S

OPEN = Path("/proc/self/fd")


@pytest.fixture
def line():
    line = PanelLine()
    line.start()
    yield line
    line.stop()


class End:
    """One end of the line, held open by somebody."""

    def __init__(self, path):
        self._handle = os.open(path, os.O_RDWR | os.O_NOCTTY)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._handle)

    def write(self, data):
        while data:
            data = data[os.write(self._handle, data) :]

    def read(self, size, *, within_s=PATIENCE_S):
        """`size` bytes, or what came until nothing more did."""
        data = b""
        while len(data) < size and select.select([self._handle], [], [], within_s)[0]:
            data += os.read(self._handle, size - len(data))
        return data


# Everything that a terminal would like to change or take for itself: line ends, Ctrl-C, Ctrl-D, flow control.
AWKWARD = bytes(range(256)) + b"\r\n\n\r\x03\x04\x11\x13\x1a\x7f\xff"


@pytest.mark.parametrize(("giver", "taker"), [("outer", "inner"), ("inner", "outer")])
def test_bytes_pass_as_they_are_both_ways(line, giver, taker):
    with End(getattr(line, giver)) as from_, End(getattr(line, taker)) as to:
        from_.write(AWKWARD)
        assert to.read(len(AWKWARD)) == AWKWARD
        assert from_.read(1, within_s=0.05) == b""  # nothing comes back as an echo


@pytest.mark.parametrize(("giver", "taker"), [("outer", "inner"), ("inner", "outer")])
def test_what_nobody_reads_is_dropped_and_holds_nobody_up(line, giver, taker):
    sent = 1024 * 1024
    writer = threading.Thread(target=_write, args=(getattr(line, giver), sent), daemon=True)
    writer.start()
    writer.join(PATIENCE_S)
    assert not writer.is_alive()
    with End(getattr(line, taker)) as late:
        with End(getattr(line, giver)) as from_:
            heard = late.read(sent, within_s=0.2)
            from_.write(b"$HCPKY,5,D,1*25\r\n")
            while not heard.endswith(b"$HCPKY,5,D,1*25\r\n"):
                came = late.read(1)
                assert came, heard[-100:]
                heard += came
        assert len(heard) < sent / 10


def _write(path, size):
    with End(path) as end:
        end.write(b"x" * size)


def test_the_line_outlives_whoever_opens_it(line):
    for _ in range(3):
        with End(line.outer) as panel, End(line.inner) as device:
            panel.write(b"press")
            assert device.read(5) == b"press"


def test_a_writer_that_only_opens_to_write_is_heard(line):
    with End(line.inner) as device:
        with line.outer.open("wb", buffering=0) as panel:  # as `printf … > panel`
            panel.write(b"press")
        assert device.read(5) == b"press"


def test_stopping_ends_the_thread_and_closes_everything():
    before = len(list(OPEN.iterdir()))
    line = PanelLine()
    line.start()
    assert "panel-line" in {thread.name for thread in threading.enumerate()}
    line.stop()
    assert "panel-line" not in {thread.name for thread in threading.enumerate()}
    assert len(list(OPEN.iterdir())) == before
