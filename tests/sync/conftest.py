"""What the tests of sync share: a throwaway CA and a real broker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.mosquitto import Mosquitto
from tests.sync.throwaway_ca import ThrowawayCa


@pytest.fixture
def ca(tmp_path: Path) -> ThrowawayCa:
    return ThrowawayCa(tmp_path / "ca")


@pytest.fixture
def broker(tmp_path: Path, ca: ThrowawayCa) -> Iterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker", ca)
    mosquitto.start()
    yield mosquitto
    mosquitto.kill()
