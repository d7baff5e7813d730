"""The life of a device by its commands: enrolled, renewed, moved, replaced, rescued, decommissioned."""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.device_alone import DeviceAlone
from tests.journeys.enrolled_hall import EnrolledHall, agent
from tests.patience import until
from tests.provisioning.console import Done, chuangping
from tests.provisioning.enrolment.blank_box import BlankBox, said

ENGLISH = {"LANG": "en_GB.UTF-8", "LC_ALL": "en_GB.UTF-8"}
OLD_WINDOW, WINDOW = "W07", "W08"


class Hall(EnrolledHall):
    """One with a technician."""

    @property
    def technician(self) -> Path:
        return self.stick / "technician.pem"

    def _before_opening(self) -> None:
        add = ("technicians", "add", "li", "--config", self.province.config, "--out", self.stick)
        self.office(*add)

    def landed(self) -> Counter[tuple[str, str | None, int | None]]:
        """How many ratings the province holds, by device, window and assignment."""
        return Counter((r["device"], r["window"], r["assignment"]) for r in self.ratings())

    def lands(self, *, number: int) -> None:
        until(lambda: len(self.ratings()) >= number, what=f"{number} ratings at the province")
        assert len(self.ratings()) == number

    def at(self, device: str) -> str | None:
        """The window that a device serves, as the province has it."""
        (found,) = [e for e in self.province.get("/api/v1/devices")["devices"] if e["device"] == device]
        window: str | None = found["window"]
        return window


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with Hall(tmp_path) as hall:
        yield hall


def run(*arguments: str | Path) -> Done:
    """A command of the technician's that goes well."""
    done = chuangping(*arguments, environment=ENGLISH)
    assert done.returncode == 0, done
    return done


def on(box: BlankBox, *arguments: str | Path) -> Done:
    """The same, on a box."""
    return run(*arguments, "--dir", box.folder, "--yes", "--json")


def decommissioned(box: BlankBox, technician: Path) -> Done:
    """Taken out of service, as soon as its agent has every receipt."""
    asked = ("decommission", "--technician", technician, "--dir", box.folder)
    until(lambda: chuangping(*asked, "--dry-run").returncode == 0, what="all receipts")
    return run(*asked, "--yes", "--json")


def rates(device: DeviceAlone, *numbers: int) -> None:
    for number in numbers:
        device.rate(number, 1 + number % 5)


def test_a_device_lives_online_and_every_rating_is_at_its_window_once(hall: Hall, tmp_path: Path) -> None:
    box, device = hall.box("old")
    old = said(on(box, "enrol", "--ticket", hall.ticket(OLD_WINDOW, "first")))["device"]
    with device:
        with agent(box):
            rates(device, 1, 2)
            hall.lands(number=2)
            run("renew", "--now", "--dir", box.folder)
            hall.start_broker()  # every client comes again, the device with its new certificate
            rates(device, 3)
            hall.lands(number=3)

            moved = said(on(box, "move", "--to", WINDOW, "--technician", hall.technician))
            windows = [moved[side]["window"] for side in ("before", "after")]
            assert (*windows, moved["assignment"]) == (OLD_WINDOW, WINDOW, 2)
            until(lambda: f"{WINDOW[1:]}" in device.screen, what=f"the new window's number: {device.screen}")
            rates(device, 4)
            hall.lands(number=4)
        rates(device, 5, 6)  # nobody carries these
        device.process.send_signal(signal.SIGKILL)  # and now it is dead
        device.process.wait()
    card = tmp_path / "card"
    shutil.copytree(box.folder, card, symlinks=True, ignore=shutil.ignore_patterns("*.sock", "panel"))

    new_box, new_device = hall.box("new")
    ticket = hall.ticket(WINDOW, "second")
    replaced = said(on(new_box, "replace", "--ticket", ticket))
    new = replaced["device"]
    assert replaced["replaced"] == old
    with new_device, agent(new_box):
        rates(new_device, 7)
        hall.lands(number=5)

        # The old one's last two, off its card: where it stood when they were given, however late.
        rescue = ("rescue", card, "--technician", hall.technician, "--yes", "--json")
        before = {path: path.read_bytes() for path in card.rglob("*") if path.is_file()}
        assert said(run(*rescue))["rows"] == 2
        assert {path: path.read_bytes() for path in card.rglob("*") if path.is_file()} == before
        assert said(run(*rescue))["rows"] == 0  # nothing comes twice
        hall.lands(number=7)
        assert hall.landed() == {(old, OLD_WINDOW, 1): 3, (old, WINDOW, 2): 3, (new, WINDOW, 1): 1}
        rescued = [r for r in hall.ratings() if "rescued" in r["marks"]]
        assert [(r["device"], r["counted"]) for r in rescued] == [(old, True)] * 2

        assert said(decommissioned(new_box, hall.technician))["device"] == new
        until(lambda: "F-032" in new_device.screen, what="the screen says that it serves no more")
    with new_device:
        until(lambda: "F-032" in new_device.screen, what="the same after a restart")
        assert new_device.invite(8).status_code == 503
    assert (hall.at(old), hall.at(new)) == (None, None)
    assert not (new_box.folder / "identity" / "device.key").exists()
    shut_out = {e["device"]: e["revoked_at"] for e in hall.province.get("/api/v1/devices")["devices"]}
    assert all(shut_out[device] is not None for device in (old, new))


def test_a_device_lives_without_a_network_by_what_a_stick_carries(hall: Hall, tmp_path: Path) -> None:
    box, device = hall.box("far")
    ticket = hall.ticket(WINDOW, "first")
    by_stick = ("--stick", hall.stick, "--offline")
    old = said(on(box, "enrol", "--ticket", ticket, *by_stick))["device"]
    with device:
        rates(device, 1)  # the stick is at the office meanwhile
    answer = ("tickets", "answer", "--config", hall.province.config, hall.stick)
    hall.office(*answer)
    assert said(on(box, "enrol", "--stick", hall.stick))["device"] == old
    with device:
        rates(device, 2, 3)  # there is no network: nobody carries them
        device.process.send_signal(signal.SIGKILL)
        device.process.wait()

    new_box, new_device = hall.box("far-new")
    ticket = hall.ticket(WINDOW, "second")
    new = said(on(new_box, "replace", "--ticket", ticket, *by_stick))["device"]
    carried = hall.stick / "rescued.jws"
    run("rescue", box.folder, "--technician", hall.technician, "--out", carried, "--yes")
    hall.office(*answer)
    hall.office("rescue", "take", carried, "--config", hall.province.config)
    hall.lands(number=3)
    assert hall.landed() == {(old, WINDOW, None): 1, (old, WINDOW, 1): 2}

    assert said(on(new_box, "replace", "--stick", hall.stick))["device"] == new
    with new_device:
        rates(new_device, 4)
    assert (hall.at(old), hall.at(new)) == (None, WINDOW)
    # Out of service by network only, once all has arrived; until then it says how much has not.
    refused = chuangping(
        *("decommission", "--technician", hall.technician, "--dir", new_box.folder, "--yes"),
        environment=ENGLISH,
    )
    assert (refused.returncode, "1 rows" in refused.stderr) == (1, True), refused
    with new_device, agent(new_box):
        hall.lands(number=4)
        decommissioned(new_box, hall.technician)
    assert hall.at(new) is None
    assert hall.landed() == {(old, WINDOW, None): 1, (old, WINDOW, 1): 2, (new, WINDOW, 1): 1}
