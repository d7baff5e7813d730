"""What the tests of the province share: a database file, a CA, an ingest, a registered device."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.postgres import Postgres
from device.clock import FakeClock
from province.blob_folder import BlobFolder
from province.ca import CertificateAuthority
from province.dispatch import Dispatch
from province.ingest.ingest import Ingest
from province.office import LocalOffice
from province.steering import LocalSteering
from province.store.database import Database
from sync.contract.keys import SigningKey
from tests.province.blank import blank_database
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice
from tests.province.site import QUICK, Stage

LEAST_ROOM = 1 << 30


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # In memory where there is such a folder: a commit is asked for as ever, and does not wait for a disk.
    memory = Path("/dev/shm")
    has_room = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > LEAST_ROOM
    server = Postgres(under=memory if has_room else None)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres: Postgres) -> str:
    postgres.empty()
    return postgres.url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        made = blank_database(tmp_path)
    else:
        made = Database(request.getfixturevalue("postgres_url"))
    with made as opened:
        yield opened


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    with Stage() as started:
        yield started


@pytest.fixture
def bench(database: Database, clock: FakeClock, tmp_path: Path) -> ProvinceBench:
    blobs = BlobFolder(tmp_path / "blobs")
    blobs.open()
    ca = CertificateAuthority.make(clock.now().wall)
    key = SigningKey.generate()
    office = LocalOffice(database, clock=clock, ca=ca.certificate, url="http://127.0.0.1:1", passwords=QUICK)
    nudged: list[str] = []
    return ProvinceBench(
        database,
        clock,
        ca,
        key,
        office,
        Ingest(database, clock=clock, key=key),
        LocalSteering(database, blobs=blobs, clock=clock, nudge=nudged.append),
        Dispatch(database, clock=clock, key=key),
        nudged,
        blobs,
    )


@pytest.fixture
def device(bench: ProvinceBench) -> SimulatedDevice:
    return bench.registered("dev-001")
