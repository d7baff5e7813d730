"""The first day of an enrolled box in a hall whose line is down: what the enrolment gave is all it has."""

from __future__ import annotations

from pathlib import Path

from device.ledger.reader import LedgerReader
from tests.faults.device_alone import DeviceAlone
from tests.journeys.enrolled_hall import agent
from tests.patience import until
from tests.province.real_broker import running_broker
from tests.provisioning.enrolment.blank_box import BlankBox
from tests.provisioning.enrolment.service import Service


def test_settings_and_assignment_are_in_force_before_the_agent_ever_connects(
    service: Service, tmp_path: Path
) -> None:
    folder = tmp_path / "box"
    (folder / "data").mkdir(parents=True)
    device, box = DeviceAlone(folder, folder / "data"), BlankBox(folder)
    with running_broker(service.folder, service.broker_port):
        assert box.enrol(service.ticket()).returncode == 0
    with device:
        device.rate(1, 4)
        with agent(box):
            until(lambda: "不动产登记" in device.screen, what="the name that the province gave the window")
        device.rate(2, 5)
    with LedgerReader(folder / "data" / "ratings.db") as reader:
        rows = [row.row() for row in reader.rows()]
    assert [(r["window"], r["assignment"]) for r in rows if r["kind"] == "rating"] == [("W07", 41)] * 2
    assert "connected" not in (folder / "sync.log").read_text().replace("not connected", "")
