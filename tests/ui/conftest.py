"""What tests of the screen share: an X server, and every screen of a glass drawn once for all of them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.patience import PATIENCE_S
from tests.ui.sittings import Drawn, Sittings


@pytest.fixture(scope="session")
def sittings(tmp_path_factory: pytest.TempPathFactory) -> Sittings:
    """Shared by all processes of one run, which each have a folder of their own in one."""
    folder = tmp_path_factory.getbasetemp()
    return Sittings(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)


@pytest.fixture(scope="session")
def screens(request: pytest.FixtureRequest, sittings: Sittings) -> list[Drawn]:
    """All that is drawn on the glass that the test names."""
    return sittings.of(request.param)


@pytest.fixture
def x_display() -> Iterator[str]:
    """An X server of its own with a screen of 1024 x 600."""
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1024x600x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout
    try:
        yield f":{server.stdout.readline().strip()}"
    finally:
        server.terminate()
        server.wait(PATIENCE_S)
        server.stdout.close()
