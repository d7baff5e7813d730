"""A province over HTTPS, a technician, and the card of a device that is dead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.clock import FakeClock
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice
from tests.province.technician_site import TechnicianSite


@pytest.fixture
def clock() -> FakeClock:
    """At the machine's time, by which TLS judges certificates."""
    clock = FakeClock()
    clock.set_wall(datetime.now(UTC))
    return clock


@pytest.fixture
def site(bench: ProvinceBench, tmp_path: Path) -> Iterator[TechnicianSite]:
    with TechnicianSite(bench, tmp_path / "site") as started:
        yield started


@pytest.fixture
def pem(site: TechnicianSite) -> Path:
    return site.technician()[1]


@pytest.fixture
def card(tmp_path: Path) -> Path:
    return tmp_path / "card"


@pytest.fixture
def folder(site: TechnicianSite, device: SimulatedDevice, card: Path) -> Path:
    """That of the device's ledger, on the card."""
    return site.box(device, card)
