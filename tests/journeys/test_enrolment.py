"""From a ticket to ratings at the right window: enrol, rate, renew, replace; the same by stick."""

from __future__ import annotations

from tests.journeys.enrolled_hall import EnrolledHall, agent
from tests.patience import until
from tests.provisioning.enrolment.blank_box import said


def test_a_box_is_enrolled_rates_is_renewed_and_replaced(hall: EnrolledHall) -> None:
    box, device = hall.box("old")
    done = box.run("enrol", "--ticket", hall.ticket("W07", "first"), "--yes", "--json")
    assert done.returncode == 0, done.stderr
    outcome = said(done)
    old, number = outcome["device"], outcome["assignment"]
    assert (outcome["window"], outcome["connection"], outcome["confirmed"]) == ("W07", True, True)
    with device, agent(box) as process:
        device.rate(1, 4)
        hall.arrives((old, "W07", number))
        done = box.renew("--now")
        assert done.returncode == 0, done.stderr
        # The agent reads its certificate at each connect, and there is no other any more than the new one.
        assert not (box.folder / "identity-1").exists()
        hall.start_broker()
        device.rate(2, 2)
        hall.arrives((old, "W07", number), (old, "W07", number))
        assert process.poll() is None
    new_box, new_device = hall.box("new")
    ticket = hall.ticket("W07", "second")
    done = new_box.run("enrol", "--ticket", ticket, "--yes")
    assert (done.returncode, f"is served by {old}; if this box is to take its place" in done.stderr) == (
        1,
        True,
    )
    done = new_box.run("replace", "--ticket", ticket, "--yes", "--json")
    assert done.returncode == 0, done.stderr
    outcome = said(done)
    assert (outcome["replaced"], outcome["assignment"]) == (old, 1)
    with new_device, agent(new_box):
        new_device.rate(3, 5)
        until(lambda: len(hall.ratings()) == 3, what="the new device's rating")
    landed = {(r["device"], r["window"], r["assignment"]) for r in hall.ratings()}
    assert landed == {(old, "W07", number), (outcome["device"], "W07", 1)}
    done = box.renew("--now")
    assert (done.returncode, "revoked" in done.stderr) == (1, True), done.stderr


def test_a_box_without_a_network_rates_while_its_stick_is_at_the_office(hall: EnrolledHall) -> None:
    box, device = hall.box("far")
    ticket = hall.ticket("W08", "first")
    done = box.run("enrol", "--ticket", ticket, "--stick", hall.stick, "--offline", "--json")
    assert (done.returncode, said(done)["state"]) == (0, "waiting"), done.stderr
    id_ = said(done)["device"]
    with device:
        device.rate(1, 5)
    hall.office("tickets", "answer", "--config", hall.province.config, hall.stick)
    done = box.run("enrol", "--stick", hall.stick, "--yes", "--json")
    assert done.returncode == 0, done.stderr
    number = said(done)["assignment"]
    assert (said(done)["device"], said(done)["confirmed"]) == (id_, True)
    with device, agent(box):
        device.rate(2, 4)
        hall.arrives((id_, "W08", None), (id_, "W08", number))
