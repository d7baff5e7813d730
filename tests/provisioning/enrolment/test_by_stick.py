"""Without a network: the request goes on the stick, the office answers, the stick comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from device.configuration import read_configuration
from device.settings import DeviceConfig
from sync.contract.stick import StickRefusal
from tests.ports import free_port
from tests.province.real_broker import running_broker
from tests.provisioning.enrolment.blank_box import BlankBox, said
from tests.provisioning.enrolment.office import answer, refuse
from tests.provisioning.enrolment.service import Service


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    stick = tmp_path / "stick"
    stick.mkdir()
    return stick


def leave(box: BlankBox, service: Service, stick: Path, *arguments: str) -> Path:
    """The request that a box puts on the stick."""
    done = box.enrol(service.ticket(), "--stick", stick, "--offline", "--json", *arguments)
    assert (done.returncode, said(done)["state"]) == (0, "waiting"), done.stderr
    (request,) = stick.glob("*.request.json")
    return request


def test_the_stick_carries_a_box_through_its_enrolment(service: Service, box: BlankBox, stick: Path) -> None:
    request = leave(box, service, stick)
    device = json.loads(request.read_text())["device"]
    config = read_configuration(box.folder / "device.toml", DeviceConfig, "device")
    # Meanwhile it rates at the window of the ticket, under no assignment, and no agent speaks for it.
    assert (config.device.id, config.window.id, config.window.assignment) == (device, "W07", None)
    assert config.province.receipts is None
    assert not (box.folder / "sync.toml").exists()
    answer(service, request)
    with running_broker(service.folder, service.broker_port):
        done = box.run("enrol", "--stick", stick, "--yes", "--json")
    assert done.returncode == 0, done.stderr
    outcome = said(done)
    assert (outcome["device"], outcome["connection"], outcome["confirmed"]) == (device, True, True)
    assert list(stick.glob(f"{device}.*")) == []  # or the office would judge them once more
    box.check_whole(device)
    config = read_configuration(box.folder / "device.toml", DeviceConfig, "device")
    assert (config.window.id, config.window.assignment) == ("W07", 41)


def test_without_a_network_the_answer_is_stored_and_said_to_be_untested(
    service: Service, box: BlankBox, stick: Path
) -> None:
    service.url = f"https://127.0.0.1:{free_port()}"
    answer(service, leave(box, service, stick))
    done = box.run("enrol", "--stick", stick, "--yes", "--json")
    # By stick the office's answer is the confirmation: the box has nobody to tell.
    assert (done.returncode, said(done)["connection"], said(done)["confirmed"]) == (0, False, True)
    assert "the connection was not tested" in done.stderr
    box.check_whole(box.enrolled.device)


def test_a_service_that_cannot_be_reached_leads_to_the_stick(
    service: Service, box: BlankBox, stick: Path
) -> None:
    service.url = f"https://127.0.0.1:{free_port()}"
    done = box.enrol(service.ticket(), "--stick", stick)
    assert (done.returncode, "without a network the stick can be used" in done.stderr) == (0, True)
    assert len(list(stick.glob("*.request.json"))) == 1


def test_the_same_command_takes_the_answer_when_it_is_there(
    service: Service, box: BlankBox, stick: Path
) -> None:
    request = leave(box, service, stick)
    answer(service, request)
    with running_broker(service.folder, service.broker_port):
        done = box.enrol(service.ticket(), "--stick", stick, "--offline", "--json")
    assert said(done)["state"] == "enrolled"


def test_the_stick_of_another_box_is_refused(
    service: Service, box: BlankBox, stick: Path, tmp_path: Path
) -> None:
    other = BlankBox(tmp_path / "other")
    answer(service, leave(other, service, stick))
    mine = tmp_path / "mine"
    mine.mkdir()
    own = json.loads(leave(box, service, mine).read_text())["device"]
    done = box.run("enrol", "--stick", stick)
    assert done.returncode == 1
    assert f"this box is {own}; take this box's stick" in done.stderr


def test_an_answer_under_another_name_is_still_another_box_s(
    service: Service, box: BlankBox, stick: Path, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    answered = answer(service, leave(BlankBox(tmp_path / "other"), service, theirs))
    own = json.loads(leave(box, service, stick).read_text())["device"]
    (stick / f"{own}.answer.json").write_bytes(answered.read_bytes())
    assert "take this box's stick" in box.run("enrol", "--stick", stick).stderr
    forged = json.loads(answered.read_text()) | {"device": own}
    (stick / f"{own}.answer.json").write_text(json.dumps(forged))
    assert "is not for this box's key" in box.run("enrol", "--stick", stick).stderr


def test_a_stick_that_has_not_been_at_the_office_is_refused(
    service: Service, box: BlankBox, stick: Path
) -> None:
    leave(box, service, stick)
    done = box.run("enrol", "--stick", stick)
    assert (done.returncode, "run chuangping tickets answer at the office" in done.stderr) == (1, True)


def test_the_office_s_refusal_comes_back_and_replacing_asks_anew(
    service: Service, box: BlankBox, stick: Path
) -> None:
    request = leave(box, service, stick)
    facts = {"window": "W07", "device": "cp-oldoldoldo"}
    refuse(request, StickRefusal(device="", error="window_served", message="no", facts=facts))
    done = box.run("enrol", "--stick", stick)
    assert (done.returncode, "use chuangping replace" in done.stderr) == (1, True)
    again = box.enrol(service.ticket(), "--stick", stick, "--offline", "--json", command="replace")
    assert said(again)["state"] == "waiting"
    assert json.loads(request.read_text())["replace"] is True
    assert list(stick.glob("*.refused.json")) == []


def test_an_answer_from_another_province_is_refused(
    service: Service, box: BlankBox, stick: Path, tmp_path: Path
) -> None:
    request = leave(box, service, stick)
    with Service(tmp_path / "impostor") as impostor:
        forged = json.loads(answer(service, request).read_text())
        forged["ca"] = impostor.ca.pem[0].decode()
    (stick / f"{forged['device']}.answer.json").write_text(json.dumps(forged))
    assert "shows another root" in box.run("enrol", "--stick", stick).stderr


def test_a_stick_that_is_not_there_is_named(box: BlankBox) -> None:
    done = box.run("enrol", "--stick", "/nowhere/stick")
    assert (done.returncode, "There is no folder /nowhere/stick;" in done.stderr) == (1, True)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_what_to_do_next_is_said_with_the_folder(
    language: str, service: Service, box: BlankBox, stick: Path
) -> None:
    done = box.enrol(service.ticket(), "--stick", stick, "--offline", lang=language)
    assert f"chuangping enrol --stick {stick}" in done.stderr
    assert "chuangping tickets answer" in done.stderr
