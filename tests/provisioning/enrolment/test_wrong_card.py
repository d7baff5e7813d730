"""The card of another box: found at enrolment and at every start; ratings go on, the agent stays silent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from device.configuration import read_configuration
from device.errors import ConfigError
from device.ledger.reader import LedgerReader
from provisioning.enrolment.box import Box
from provisioning.enrolment.units import SystemdUnits
from provisioning.refused import Unfit
from sync.__main__ import run
from sync.agent.settings import SyncConfig
from tests.faults.device_alone import DeviceAlone
from tests.patience import until
from tests.provisioning.enrolment.blank_box import BlankBox
from tests.provisioning.enrolment.by_hand import enrolled as enrolled_by_hand
from tests.provisioning.enrolment.by_hand import enroller_of
from tests.provisioning.enrolment.service import Service

pytestmark = pytest.mark.usefixtures("broker")

HERE, THERE = "100000004711", "100000004712"
IN_THE_OTHER_BOX = f"""
import sys
from pathlib import Path
from device.__main__ import run
from device.configuration import read_configuration
from device.settings import DeviceConfig
run(read_configuration(Path(sys.argv[2]), DeviceConfig, "device"), board="{THERE}")
"""


@dataclass
class Enrolled:
    """An enrolled box with its device, which is not started."""

    box: BlankBox
    device: DeviceAlone

    @property
    def folder(self) -> Path:
        return self.box.folder


@pytest.fixture
def enrolled(service: Service, tmp_path: Path) -> Enrolled:
    """In the box with the number HERE, its panel and counter link configured."""
    folder = tmp_path / "box"
    (folder / "data").mkdir(parents=True)
    device = DeviceAlone(folder, folder / "data")
    box = BlankBox(folder)
    outcome = enrolled_by_hand(enroller_of(folder, board=HERE), box.ticket(service.ticket()))
    assert outcome.confirmed
    return Enrolled(box, device)


def test_the_box_is_remembered_at_enrolment(enrolled: Enrolled) -> None:
    assert enrolled.box.enrolled.board == HERE


def test_a_technician_is_told_by_the_numbers(enrolled: Enrolled) -> None:
    folder = enrolled.folder
    with pytest.raises(Unfit) as refused:
        Box(folder, data=folder, board=THERE, units=SystemdUnits(folder)).standing()
    facts = refused.value.facts
    assert (refused.value.exit_code, facts["enrolled"], facts["board"]) == (78, HERE, THERE)
    standing = Box(folder, data=folder, board=HERE, units=SystemdUnits(folder)).standing()
    assert standing is not None
    assert standing.confirmed


def test_the_agent_does_not_speak_for_it(enrolled: Enrolled) -> None:
    path = enrolled.folder / "sync.toml"
    with pytest.raises(ConfigError, match="put the card back into its own box"):
        run(read_configuration(path, SyncConfig, "sync"), path, board=THERE)


def test_ratings_go_on_and_staff_are_told(enrolled: Enrolled) -> None:
    device = enrolled.device
    device.program = ("-c", IN_THE_OTHER_BOX)
    with device:
        until(lambda: "F-031" in device.screen, what="the screen says F-031")
        device.rate(1, 4)
        assert not any("F-031" in screen for screen in device.screens if "5 非常满意" in screen)
    with LedgerReader(enrolled.folder / "data" / "ratings.db") as reader:
        rows = [row.row() for row in reader.rows()]
    assert [(r["level"], r["assignment"]) for r in rows if r["kind"] == "rating"] == [(4, 41)]
