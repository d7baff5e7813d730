"""What is refused, each in one sentence of either language, with nothing changed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from province.ca import CertificateAuthority
from provisioning.refused import ByProvince
from provisioning.telling import sentence_of
from provisioning.texts import LANGUAGES, load_texts
from sync.contract.keys import SigningKey
from tests.ports import free_port
from tests.province.real_broker import running_broker
from tests.provisioning.enrolment.blank_box import BlankBox, said
from tests.provisioning.enrolment.service import No, Service

ENROLL = "/.well-known/est/simpleenroll"

# What the province may say, with the facts it gives, and the words that the sentence must have.
ANSWERS = {
    "ticket_unreadable": ({}, "", ""),
    "ticket_tampered": ({}, "", ""),
    "ticket_expired": (
        {"until": "2026-11-22T10:00:00.000Z"},
        "until 2026-11-22 18:00;",
        "2026-11-22 18:00 过期",
    ),
    "ticket_used": ({"device": "cp-abc"}, "cp-abc", "用过"),
    "ticket_revoked": ({}, "revoked", "作废"),
    "ticket_unknown": ({}, "no record", "没有"),
    "ticket_elsewhere": ({"window": "W07", "hall": "hall-9"}, "hall-9", "hall-9"),
    "window_served": ({"window": "W07", "device": "cp-abc"}, "chuangping replace", "chuangping replace"),
    "window_free": ({}, "chuangping enrol", "chuangping enrol"),
    "window_unknown": ({}, "no such window", "没有这个窗口"),
    "ticket_locked": (
        {"until": "2026-11-22T10:00:00.000Z"},
        "until 2026-11-22 18:00;",
        "锁定到 2026-11-22 18:00",
    ),
    "code_wrong": ({}, "again", "重输"),
    "code_locked": ({}, "locked", "锁定"),
    "request_unusable": ({"why": "its key"}, "its key", "its key"),
    "device_known": ({}, "another key", "密钥不同"),
    "not_registered": ({}, "office", "省平台"),
    "revoked": ({}, "revoked", "吊销"),
    "not_yet_confirmed": ({}, "chuangping enrol", "chuangping enrol"),
}


@pytest.mark.parametrize("code", ANSWERS)
def test_the_province_s_no_is_told_in_either_language(code: str) -> None:
    facts, english, chinese = ANSWERS[code]
    for language, words in (("en", english), ("zh-Hans", chinese)):
        sentence = sentence_of(
            ByProvince("enrolment", code, "told in its own words", facts), load_texts(language)
        )
        assert words in sentence
        assert "told in its own words" not in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_no_that_is_not_known_here_is_told_in_the_province_s_own_words(language: str) -> None:
    for refused in (
        ByProvince("enrolment", "of_tomorrow", "not today", {}),
        ByProvince("province", "window_served", "not today", {}),
    ):
        assert "not today" in sentence_of(refused, load_texts(language))


def refused(box: BlankBox, token: str, *arguments: str | Path, code: int = 1) -> str:
    """The sentence of a refusal that has changed nothing, the English one; the other is Chinese."""
    before = box.state()
    chinese = box.enrol(token, *arguments, lang="zh-Hans")
    done = box.enrol(token, *arguments)
    assert (done.returncode, chinese.returncode) == (code, code), done.stderr
    assert box.state() == before
    sentence = done.stderr.splitlines()[-1]
    assert sentence.startswith("chuangping: ")
    assert re.search("[\u4e00-\u9fff]", chinese.stderr.splitlines()[-1])
    return sentence.removeprefix("chuangping: ")


def test_a_ticket_by_another_key_is_refused_before_a_key_is_made(service: Service, box: BlankBox) -> None:
    sentence = refused(box, service.ticket(by=SigningKey.generate()))
    assert sentence.startswith("This ticket was not signed by this province, or was changed;")
    assert (service.devices, box.folder.exists()) == ({}, False)


def test_what_is_no_ticket_is_refused(box: BlankBox) -> None:
    assert refused(box, "hello").startswith("w07.ticket is no ticket, or damaged;")
    missing = box.run("enrol", "--ticket", box.folder / "none")
    assert "none cannot be read (No such file or directory)" in missing.stderr


@pytest.mark.usefixtures("broker")
def test_a_ticket_that_another_box_used_is_refused(service: Service, box: BlankBox, tmp_path: Path) -> None:
    token = service.ticket()
    other = BlankBox(tmp_path / "other")
    assert other.enrol(token).returncode == 0
    assert other.enrolled.device in refused(box, token)


def test_what_the_province_refuses_has_its_name_in_json(service: Service, box: BlankBox) -> None:
    service.no[ENROLL] = No(403, "ticket_expired", until="2026-11-22T18:00:00.000+08:00")
    done = box.enrol(service.ticket(), "--json")
    assert said(done) == {
        "error": "ticket_expired",
        "message": "This ticket was good until 2026-11-22 18:00; have the office make a new one.",
    }


def test_a_service_under_another_root_is_refused(service: Service, box: BlankBox, tmp_path: Path) -> None:
    """The office's ticket names one root, who answers at the address shows another."""
    with Service(tmp_path / "impostor") as impostor:
        token = service.ticket()
        service.url = impostor.url
        sentence = refused(box, service.ticket(nth=1))
    assert "shows another root than the ticket's" in sentence
    assert token not in impostor.asked
    assert impostor.asked == ["/.well-known/est/cacerts"] * 2


def test_a_ticket_under_another_root_than_the_image_s_is_refused(service: Service, box: BlankBox) -> None:
    box.folder.mkdir()
    (box.folder / "root.crt").write_bytes(CertificateAuthority.make(datetime.now(UTC)).pem[0])
    (box.folder / "enrolment.toml").write_text(
        f'kind = "enrolment"\n[service]\nurl = "{service.url}"\nca = "root.crt"\n'
    )
    assert refused(box, service.ticket()).startswith("The ticket's root is not the one of this image in")
    assert service.asked == []


def test_a_service_that_cannot_be_reached_is_69(service: Service, box: BlankBox) -> None:
    service.url = f"https://127.0.0.1:{free_port()}"
    assert "cannot be reached (Connection refused)" in refused(box, service.ticket(), code=69)


def test_a_broker_that_cannot_be_reached_leaves_all_as_it_was(service: Service, box: BlankBox) -> None:
    token = service.ticket()
    sentence = refused(box, token, code=69)
    assert f"the broker 127.0.0.1:{service.probe_port} cannot be reached" in sentence
    assert service.confirmed == []
    with running_broker(service.folder, service.broker_port):
        assert box.enrol(token).returncode == 0
    assert len(service.devices) == 1


def test_a_certificate_for_another_key_is_refused(service: Service, box: BlankBox) -> None:
    service._enrol = lambda *_: service.ca.issue_client("province", datetime.now(UTC)).certificate  # type: ignore[method-assign]
    assert "is not for this box's key" in refused(box, service.ticket())


def test_an_enrolment_that_another_signed_is_refused(service: Service, box: BlankBox) -> None:
    service.signing, own = SigningKey.generate(), service.signing
    token = service.ticket(by=own)
    assert "The signature of the province's enrolment does not hold" in refused(box, token)


@pytest.mark.usefixtures("broker")
def test_an_enrolled_box_does_not_serve_another_window_by_a_ticket(service: Service, box: BlankBox) -> None:
    box.enrol(service.ticket())
    sentence = refused(box, service.ticket("W08"))
    assert f"This box is {box.enrolled.device} at W07, the ticket is for W08;" in sentence
    assert (
        box.enrol(service.ticket(nth=1)).returncode == 0
    )  # another ticket for the same window: nothing to do


def test_without_a_ticket_and_without_a_stick_it_says_what_is_missing(box: BlankBox) -> None:
    done = box.run("enrol", "--code", "ABCD")
    assert (done.returncode, "use a ticket" in done.stderr) == (1, True)
    assert box.run("enrol", "--ticket", "a", "--code", "b").returncode == 2
    assert box.run("enrol", "--ticket", "a", "--offline").returncode == 2


def test_a_server_certificate_that_has_ended_is_told_apart(service: Service, box: BlankBox) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=4000)
    old = service.ca.issue_server(["127.0.0.1"], long_ago)
    (service.folder / "old.crt").write_bytes(old.certificate)
    (service.folder / "old.key").write_bytes(old.key)
    service._context.load_cert_chain(service.folder / "old.crt", service.folder / "old.key")
    assert "is not valid now; check this box's clock" in refused(box, service.ticket())


def test_a_card_whose_configuration_cannot_be_changed_by_lines_is_left_alone(
    service: Service, box: BlankBox
) -> None:
    box.folder.mkdir()
    (box.folder / "device.toml").write_text('kind = "device"\ndevice = { id = "cp-2222222222" }\n')
    with running_broker(service.folder, service.broker_port):
        sentence = refused(box, service.ticket(), code=78)
    assert "device.toml cannot be changed line by line" in sentence


@pytest.mark.usefixtures("broker")
def test_a_box_that_was_moved_is_known_where_it_stands_today(service: Service, box: BlankBox) -> None:
    box.enrol(service.ticket())
    service.move(box.enrolled.device, "W08")
    assert "This box is " in refused(box, service.ticket(nth=1))
    assert box.enrol(service.ticket("W08")).returncode == 0


@pytest.mark.usefixtures("broker")
def test_a_revoked_box_is_told_so_and_not_that_all_is_well(service: Service, box: BlankBox) -> None:
    box.enrol(service.ticket())
    service.no["/device/v1/enrolment"] = No(403, "revoked", device=box.enrolled.device)
    assert "certificate was revoked" in refused(box, service.ticket(nth=1))
