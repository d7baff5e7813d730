"""A box after its device was decommissioned: with a new ticket it is another device, and nothing is mixed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.enrolled_hall import EnrolledHall, agent
from tests.patience import until
from tests.provisioning.console import Done
from tests.provisioning.enrolment.blank_box import BlankBox, said


@pytest.fixture
def technician(hall: EnrolledHall, tmp_path: Path) -> Path:
    out = tmp_path / "technician"
    hall.office("technicians", "add", "zhang", "--config", hall.province.config, "--out", out)
    (pem,) = out.rglob("*.pem")
    return pem


def decommission(box: BlankBox, technician: Path) -> str:
    """Once all has arrived; where the province's word for it is kept."""
    runs: list[Done] = []

    def is_done() -> bool:
        runs.append(box.run("decommission", "--technician", technician, "--yes", "--json"))
        return runs[-1].returncode == 0

    until(is_done, what="receipts of every row")
    assert not (box.folder / "identity" / "device.key").exists()
    return str(said(runs[-1])["receipt"])


def alarms(hall: EnrolledHall) -> set[str]:
    return {alarm["code"] for alarm in hall.province.get("/api/v1/alarms")["alarms"]}


def test_a_box_has_three_lives_each_with_its_own_ledger(hall: EnrolledHall, technician: Path) -> None:
    box, device = hall.box("box")
    landed: list[tuple[str, str, int]] = []
    receipts = set()
    for nth, window in enumerate(("W07", "W08", "W07"), start=1):
        done = box.run("enrol", "--ticket", hall.ticket(window, f"ticket-{nth}"), "--yes", "--json")
        assert done.returncode == 0, done.stderr
        outcome = said(done)
        assert (outcome["window"], outcome["connection"], outcome["confirmed"]) == (window, True, True)
        box.check_whole(outcome["device"])
        landed.append((outcome["device"], window, outcome["assignment"]))
        with device, agent(box):
            device.rate(nth, 4)
            until(lambda: len(hall.ratings()) == len(landed), what="its rating")
            receipts.add(decommission(box, technician))
    assert {(r["device"], r["window"], r["assignment"]) for r in hall.ratings()} == set(landed)
    assert len({name for name, _, _ in landed}) == len(receipts) == 3
    data = box.folder / "data"
    first, second, third = (name for name, _, _ in landed)
    assert [str(path.relative_to(data)) for path in sorted(data.rglob("ratings.db"))] == sorted(
        ["ratings.db", f"{second}/ratings.db", f"{third}/ratings.db"]
    )
    assert alarms(hall) <= {"revoked_device"}  # its agent has not noticed yet
    assert (data / f"{first}.decommission.jws").exists()


def test_a_decommissioned_box_rates_while_its_stick_is_at_the_office(
    hall: EnrolledHall, technician: Path
) -> None:
    box, device = hall.box("box")
    done = box.run("enrol", "--ticket", hall.ticket("W07", "first"), "--yes", "--json")
    old, number = said(done)["device"], said(done)["assignment"]
    with device, agent(box):
        device.rate(1, 4)
        hall.arrives((old, "W07", number))
        decommission(box, technician)
    ticket = hall.ticket("W08", "second")
    done = box.run("enrol", "--ticket", ticket, "--stick", hall.stick, "--offline", "--json")
    assert (done.returncode, said(done)["state"]) == (0, "waiting"), done.stderr
    new = said(done)["device"]
    with device:
        device.rate(2, 5)
    hall.office("tickets", "answer", "--config", hall.province.config, hall.stick)
    done = box.run("enrol", "--stick", hall.stick, "--yes", "--json")
    assert (done.returncode, said(done)["device"]) == (0, new), done.stderr
    box.check_whole(new)
    with device, agent(box):
        until(lambda: len(hall.ratings()) == 2, what="the rating that waited")
    assert {(r["device"], r["window"]) for r in hall.ratings()} == {(old, "W07"), (new, "W08")}
    assert alarms(hall) <= {"revoked_device"}  # its agent has not noticed yet
