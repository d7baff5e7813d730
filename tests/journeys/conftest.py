"""The loops that journeys share: started once, each journey uses handling numbers of its own."""

from __future__ import annotations

import itertools
import os
import subprocess

import pytest

from tests.journeys.citizen import HEIGHT, WIDTH
from tests.journeys.enrolled_hall import EnrolledHall
from tests.journeys.loop import Loop
from tests.journeys.own_phone import SMALL_PHONE


@pytest.fixture(scope="session")
def fast_loop(tmp_path_factory):
    """A headless demo whose visits are over within half a second of their press."""
    loop = Loop(tmp_path_factory.mktemp("fast") / "demo", "--headless", "--fast")
    yield loop
    assert loop.stop() == 0


@pytest.fixture(scope="session")
def _numbers():
    return itertools.count(1)


@pytest.fixture
def number(_numbers):
    """A handling number that no other journey uses."""
    return lambda: next(_numbers)


@pytest.fixture
def hall(tmp_path):
    """A province with places, where boxes are enrolled."""
    with EnrolledHall(tmp_path) as hall:
        yield hall


@pytest.fixture(scope="module")
def display():
    """A virtual screen of the panel's size."""
    read, write = os.pipe()
    xvfb = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    yield f":{number}"
    xvfb.terminate()
    xvfb.wait(10)


@pytest.fixture
def phone(chromium):
    """A page of a citizen's own phone, as new."""
    context = chromium.new_context(viewport=SMALL_PHONE, locale="zh-CN")
    yield context.new_page()
    context.close()
