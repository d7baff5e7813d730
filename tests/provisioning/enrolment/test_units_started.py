"""Which services are started anew, and when they are left to somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from provisioning.enrolment.by_stick import ByStick
from provisioning.enrolment.meeting import Credential
from provisioning.enrolment.stick import Stick
from provisioning.enrolment.ticket_file import read_ticket
from provisioning.enrolment.units import DEVICE, SYNC, SystemdUnits
from tests.provisioning.enrolment.blank_box import BlankBox
from tests.provisioning.enrolment.by_hand import enrolled, enroller_of
from tests.provisioning.enrolment.service import Service
from tests.provisioning.test_units import UNITS


@dataclass
class Started:
    """A service manager that does as it is told; `state` of the box is looked at then."""

    folder: Path
    names: list[str] = field(default_factory=list)
    whole: bool = False

    def restart(self, names: Sequence[str]) -> bool:
        self.names += names
        self.whole = (self.folder / "identity").exists() and (self.folder / "sync.toml").exists()
        return True


@pytest.mark.usefixtures("broker")
def test_both_are_started_once_all_is_stored(service: Service, box: BlankBox) -> None:
    units = Started(box.folder)
    outcome = enrolled(enroller_of(box.folder, units=units), box.ticket(service.ticket()))
    assert (outcome.started, units.names, units.whole) == (True, [DEVICE, SYNC], True)


def test_a_box_that_waits_for_its_stick_is_a_device_without_an_agent(
    service: Service, box: BlankBox, tmp_path: Path
) -> None:
    units = Started(box.folder)
    by_stick = ByStick(enroller_of(box.folder, units=units), Stick(tmp_path))
    credential = Credential(ticket=read_ticket(box.ticket(service.ticket())))
    outcome = by_stick.leave(credential, replaces=False)
    assert (outcome.started, units.names) == (True, [DEVICE])


def test_services_that_read_another_folder_are_left_alone(tmp_path: Path) -> None:
    assert SystemdUnits(tmp_path).restart([DEVICE, SYNC]) is False


def test_the_names_are_those_of_the_units() -> None:
    assert [(UNITS / name).exists() for name in (DEVICE, SYNC)] == [True, True]
