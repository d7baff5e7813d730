"""The device's key is for the agent alone, from the enrolment on and through every renewal."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.provisioning.enrolment.blank_box import BlankBox
from tests.provisioning.enrolment.by_hand import enrolled, enroller_of
from tests.provisioning.enrolment.service import Service

AGENT, GROUP = 4711, 4712


def owners(folder: Path) -> dict[str, tuple[int, int, int]]:
    return {
        path.name: (stat.S_IMODE(path.stat().st_mode), path.stat().st_uid, path.stat().st_gid)
        for path in (folder / "identity").iterdir()
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.usefixtures("broker")
def test_the_key_is_the_agents_alone(service: Service, box: BlankBox) -> None:
    folder = box.folder
    folder.mkdir()
    os.chown(folder, 0, GROUP)
    enrolled(enroller_of(folder, agent=AGENT), box.ticket(service.ticket()))
    before = owners(folder)
    assert before["device.key"] == (0o600, AGENT, GROUP)
    assert set(before.values()) == {(0o600, AGENT, GROUP), (0o644, 0, GROUP)}
    assert box.renew("--now").returncode == 0
    assert owners(folder) == before
