"""A province over HTTPS, a technician, and a box that serves a window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.clock import FakeClock
from province.places.plan import Window
from tests.province.province_bench import ProvinceBench
from tests.province.rescue.cards import fill
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
    for window, hall in (("W07", "north"), ("W08", "north"), ("W20", "south")):
        bench.office.place_window(Window(window, hall, f"window {window}"))
    with TechnicianSite(bench, tmp_path / "site") as started:
        yield started


@pytest.fixture
def pem(site: TechnicianSite) -> Path:
    return site.technician()[1]


@pytest.fixture
def root(site: TechnicianSite, device: SimulatedDevice, tmp_path: Path) -> Path:
    """Of the machine that is the device; its ledger has seven rows."""
    root = tmp_path / "box"
    fill(site.box(device, root), 1, 7).close()
    site.own(root)
    return root
