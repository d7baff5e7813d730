"""`chuangping enrol` against real HTTPS and a real broker: from a ticket to a box that can speak."""

from __future__ import annotations

import os
import stat

import pytest

from device.configuration import read_configuration
from device.settings import DeviceConfig
from sync.agent.settings import SyncConfig
from tests.provisioning.enrolment.blank_box import BlankBox, said
from tests.provisioning.enrolment.service import CODE, No, Service

pytestmark = pytest.mark.usefixtures("broker")


def test_a_ticket_makes_a_box_the_device_of_its_window(service: Service, box: BlankBox) -> None:
    done = box.enrol(service.ticket(), "--json")
    assert (done.returncode, done.stderr.count("✓")) == (0, 8), done.stderr
    outcome = said(done)
    (device,) = service.devices
    assert outcome == {
        "state": "enrolled",
        "device": device,
        "window": "W07",
        "hall": "hall-1",
        "assignment": 41,
        "connection": True,
        "confirmed": True,
        "replaced": None,
        "started": False,
    }
    box.check_whole(device)
    assert (service.confirmed, box.enrolled.window) == ([device], "W07")
    assert not (box.folder / "enrolment.new").exists()
    assert sorted(p.name for p in box.folder.iterdir()) == [
        "counter.token",
        "device.toml",
        "identity",
        "identity-1",
        "sync.toml",
    ]


def test_the_key_is_for_owner_and_group_alone(service: Service, box: BlankBox) -> None:
    box.enrol(service.ticket())
    for name in ("identity/device.key", "counter.token"):
        assert stat.S_IMODE((box.folder / name).stat().st_mode) == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_files_are_of_the_folders_group(service: Service, box: BlankBox) -> None:
    box.folder.mkdir()
    os.chown(box.folder, 0, 4711)
    box.enrol(service.ticket())
    assert {p.stat().st_gid for p in [*box.folder.iterdir(), *(box.folder / "identity").iterdir()]} == {4711}


def test_the_rows_know_their_window_and_assignment_from_the_start(service: Service, box: BlankBox) -> None:
    box.enrol(service.ticket())
    config = read_configuration(box.folder / "device.toml", DeviceConfig, "device")
    assert (config.window.id, config.window.assignment) == ("W07", 41)


def test_what_the_user_wrote_stays(service: Service, box: BlankBox) -> None:
    box.folder.mkdir()
    (box.folder / "device.toml").write_text(
        'kind = "device"\n# the window by the door\n[device]\nid = "cp-2222222222" # old\nfolder = "rows"\n'
        '[panel]\nkind = "gpio"\n[counter]\ntoken_file = "t"\n'
    )
    (box.folder / "t").write_text("0123456789abcdef\n")
    (box.folder / "t").chmod(0o600)
    box.enrol(service.ticket())
    (device,) = service.devices
    text = (box.folder / "device.toml").read_text()
    assert "# the window by the door\n" in text
    assert f'id = "{device}" # old\n' in text
    config = read_configuration(box.folder / "device.toml", DeviceConfig, "device")
    assert (config.panel.kind, config.device.folder) == ("gpio", box.folder / "rows")
    sync = read_configuration(box.folder / "sync.toml", SyncConfig, "sync")
    assert (sync.device.folder, sync.sync.database) == (config.device.folder, config.province.receipts)


def test_the_same_ticket_again_is_nothing_to_do(service: Service, box: BlankBox) -> None:
    token = service.ticket()
    box.enrol(token)
    before, asked = box.state(), len(service.asked)
    done = box.enrol(token, "--json")
    assert (done.returncode, said(done)["state"]) == (0, "nothing to do")
    assert (box.state(), len(service.asked)) == (before, asked)


def test_a_dry_run_makes_neither_key_nor_certificate(service: Service, box: BlankBox) -> None:
    done = box.enrol(service.ticket(), "--dry-run", "--json")
    assert (done.returncode, said(done)["state"], said(done)["window"]) == (0, "planned", "W07")
    assert not box.folder.exists()
    assert service.devices == {}


def test_who_says_no_changes_nothing_and_goes_on_with_the_same_certificate(
    service: Service, box: BlankBox
) -> None:
    ticket = box.ticket(service.ticket())
    for answer, error in (("n\n", "no"), ("", "nobody")):
        done = box.process("--ticket", ticket, "--json", typed=answer)
        assert (done.returncode, said(done)["error"]) == (1, error)
        assert (box.state(), service.confirmed) == ({}, [])
    assert box.process("--ticket", ticket, typed="y\n").returncode == 0
    assert len(service.devices) == 1


def test_a_person_is_asked_by_the_names_of_window_and_hall(service: Service, box: BlankBox) -> None:
    done = box.process("--ticket", box.ticket(service.ticket()), typed="y\n")
    assert "市政务服务中心 W07 不动产登记" in done.stderr
    nameless = BlankBox(box.folder.with_name("nameless"))
    service.settings = False
    done = nameless.process("--ticket", box.ticket(service.ticket(nth=1)), typed="y\n")
    assert "hall-1 W07" in done.stderr


def test_a_scanner_types_the_ticket_and_a_person_the_answer(service: Service, box: BlankBox) -> None:
    done = box.process("--ticket", "-", typed=f"{service.ticket()}\ny\n")
    assert done.returncode == 0, done.stderr
    assert len(service.confirmed) == 1


def test_a_short_code_works_where_the_image_names_its_province(service: Service, box: BlankBox) -> None:
    box.folder.mkdir()
    (box.folder / "root.crt").write_bytes(service.ca.pem[0])
    (box.folder / "enrolment.toml").write_text(
        f'kind = "enrolment"\n[service]\nurl = "{service.url}"\nca = "root.crt"\n'
    )
    done = box.run("enrol", "--code", CODE, "--yes")
    assert done.returncode == 0, done.stderr
    assert (box.enrolled.window, box.enrolled.hall) == ("W07", None)
    box.check_whole(box.enrolled.device)


def test_replacing_asks_for_another_s_place_and_says_who_went(service: Service, box: BlankBox) -> None:
    service.replaced = "cp-oldoldoldo"
    done = box.enrol(service.ticket(), "--json", command="replace")
    assert (done.returncode, said(done)["replaced"]) == (0, "cp-oldoldoldo")
    assert "/.well-known/est/replace/simpleenroll" in service.asked
    assert "cp-oldoldoldo is out of service" in done.stderr


def test_a_province_gone_before_the_confirmation_is_told_by_the_next_run(
    service: Service, box: BlankBox
) -> None:
    service.no["/device/v1/enrolment/confirmed"] = No(503, "unavailable")
    token = service.ticket()
    done = box.enrol(token, "--json")
    assert (done.returncode, said(done)["confirmed"]) == (69, False)
    assert "the province does not know yet" in done.stderr
    service.no.clear()
    assert box.enrol(token).returncode == 0
    assert service.confirmed == list(service.devices)
