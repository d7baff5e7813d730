"""A province with a month of ratings, to be looked at with a browser."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from device.clock import FakeClock, wall_text
from device.indicators import national_list
from province.blob_folder import BlobFolder
from province.ca import CertificateAuthority
from province.dispatch import Dispatch
from province.ingest.ingest import Ingest
from province.office import LocalOffice
from province.places.row import PlaceRow
from province.role import Role
from province.steering import LocalSteering
from province.store import groups, windows
from province.store.database import Database
from sync.contract.keys import SigningKey
from sync.contract.messages import Reply
from sync.contract.topics import UpName
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import handling
from tests.province.site import QUICK, Site

REPORT = Path(__file__).parents[2] / "test-report"
PASSWORD = "a long password"
NASTY = "<img src=x onerror=alert(1)>'; DROP TABLE ratings; --"
HALLS = {
    "W01": ("市政务服务中心", "不动产登记"),
    "W02": ("市政务服务中心", "企业开办"),
    "W03": ("市政务服务中心", ""),
    "W07": ("高新区便民大厅", "社保医保"),
    "W08": ("高新区便民大厅", "户籍证件"),
}
CODED = "cp-7k3mq9xtwa"
# Of a hall: the code and name of who runs it, and its own code.
ORGANISATIONS = {
    "市政务服务中心": ("11510100MB1A00001X", "市政务服务管理局", "510100-01"),
    "高新区便民大厅": ("11510109MB1A00002Y", "高新区政务服务局", "510109-01"),
}


@pytest.fixture(scope="session")
def busy_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A month of ratings at five windows of two halls, one text of each kind being an attack."""
    clock = FakeClock()
    ca, key = CertificateAuthority.make(clock.now().wall), SigningKey.generate()
    file = tmp_path_factory.mktemp("province") / "province.db"
    blobs = BlobFolder(file.with_name("blobs"))
    with Database(f"sqlite:///{file}") as database:
        office = LocalOffice(
            database, clock=clock, ca=ca.certificate, url="http://127.0.0.1:1", passwords=QUICK
        )
        nudged: list[str] = []
        bench = ProvinceBench(
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
        _fill(bench)
        with Site(bench) as site:
            yield site


def _fill(bench: ProvinceBench) -> None:
    bench.clock.advance(6 * 3600 * 1000)
    chance = random.Random(17)
    codes = {level: [i.code for i in national_list().indicators if i.level == level] for level in range(1, 6)}
    now = bench.clock.now().wall
    bench.office.import_places(
        [
            PlaceRow(line, *ORGANISATIONS[hall], hall, "510100000000", window, window[1:], name)
            for line, (window, (hall, name)) in enumerate(HALLS.items(), 2)
        ],
        dry_run=False,
    )
    for number, window in enumerate(HALLS, 1):
        device = bench.registered(f"pi-{number:04}", window)
        for back in range(29, -1, -1):
            day = (now - timedelta(days=back)).astimezone(UTC).date()
            for minute in sorted(chance.sample(range(60, 600), chance.randrange(4, 16))):
                at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
                if at > now:
                    continue
                level = chance.choices([5, 4, 3, 2, 1, None], [60, 18, 6, 3, 2, 11])[0]
                reasons = chance.sample(codes[level], chance.randrange(3)) if level else []
                device.rate(level, at=wall_text(at), window=window, clerk=f"C{number:04}", indicators=reasons)
        if number == len(HALLS):
            device.rate(5, window=window, clerk=NASTY[:60], handling={**handling("p-1"), "task_name": NASTY})
            device.rate(4, window=window, clerk="C0001", handling=handling("p-1"))
            device.rate(5, window=NASTY[:60], clerk="C0001", assignment=None)
        bench.clock.advance(1000)
        if window == "W07":  # it served another window before, and other devices came and went here
            bench.clock.advance(7 * 60_000)
            bench.steering.change_settings(device.name, {"window.id": "W08"})
            bench.registered("pi-0009", "W07")
            bench.clock.advance(25 * 60_000)
            bench.steering.change_settings(device.name, {"window.id": "W07"})
        bench.hello(device)
        for first in range(1, len(device.log.rows) + 1, 200):
            bench.send(device, first, min(first + 199, len(device.log.rows)))
        if number != 4:
            keys = {
                "keys_proven_on": f"2026-11-{number:02}",
                "key_health": "suspect" if number == 2 else "ok",
            }
            bench.say(device, UpName.STATUS, device.status(online=True, **(keys if number < 6 else {})))
    bench.clock.advance(61 * 60 * 1000)
    with bench.database.write() as connection:
        while groups.release(connection, bench.clock.now().wall):
            pass
        today = bench.clock.now().wall.date().isoformat()
        for window in HALLS:
            windows.report_handlings(connection, day=today, window=window, number=12)
    _fill_devices(bench)
    bench.office.add_user("wang", password=PASSWORD, role=Role.OPERATOR, hall=None)
    bench.office.add_user("li", password=PASSWORD, role=Role.VIEWER, hall="高新区便民大厅")
    bench.office.add_user(NASTY[:64].strip(), password=PASSWORD, role=Role.VIEWER, hall=None)
    bench.office.add_user("chen", password=PASSWORD, role=Role.TECHNICIAN, hall=None)
    bench.office.make_token("bi-system", role=Role.VIEWER, hall=None)


def _fill_devices(bench: ProvinceBench) -> None:
    """One in trouble that was ordered something, one whose reason to be shut out is an attack."""
    troubled = bench.registered(CODED, "W03")
    bench.hello(troubled)
    condition = {"faults": ["F-022", "device_silent"], "disk_free": 5_400_000_000, "temperature_c": 61.4}
    bench.say(troubled, UpName.STATUS, troubled.status(online=True, queue=412, **condition))
    bench.steering.change_settings(troubled.name, {"window.number": "03"})
    waiting, failed = (bench.steering.order(troubled.name, kind, {}) for kind in ("collect_logs", "restart"))
    answer = Reply(outcome="failed", order=failed, why="the service manager does not answer")
    bench.say(troubled, UpName.REPLY, troubled.wrap(answer, UpName.REPLY))
    assert waiting
    shut_out = bench.registered("cp-2p8wh5vce9", "W01")
    bench.hello(shut_out)
    bench.office.revoke(shut_out.name, why=NASTY, by="wang")
    bench.hello(shut_out)
