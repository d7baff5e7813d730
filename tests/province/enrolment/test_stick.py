"""Requests on a stick: the same act as over HTTPS, the same refusals, said in files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from province.enrolment.refusal import RefusalCode
from province.enrolment.stick import Outcome, answer_all
from province.enrolment.texts import said
from province.places.texts import CHINESE, ENGLISH
from sync.contract.enrolment import open_enrolment
from sync.contract.keys import PublicKey, open_key_set
from tests.province.enrolment.enrolment_bench import EnrolmentBench
from tests.province.simulated_device import SimulatedDevice


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def put(stick: Path, box: SimulatedDevice, ticket: str, **changed: object) -> None:
    asked = {"version": 1, "device": box.name, "ticket": ticket, "csr": box.request().decode(), **changed}
    (stick / f"{box.name}.request.json").write_text(json.dumps(asked))


def answered(est: EnrolmentBench, stick: Path) -> list[Outcome]:
    return list(answer_all(stick, est.office))


def test_a_request_is_answered_with_all_that_the_box_needs(est: EnrolmentBench, stick: Path) -> None:
    box, ticket = est.box("cp-aaaaaaaaaa"), est.ticket()
    put(stick, box, ticket.ticket)
    (outcome,) = answered(est, stick)
    assert (outcome.device, outcome.refused, outcome.new) == (box.name, None, True)
    answer = json.loads((stick / "cp-aaaaaaaaaa.answer.json").read_text())
    held = est.registered(box)
    assert held is not None
    assert (answer["version"], answer["device"]) == (1, box.name)
    assert (answer["certificate"], answer["ca"]) == (held.certificate, est.bench.ca.pem[0].decode())
    keys = open_key_set(answer["keys"], PublicKey.from_certificate(answer["ca"].encode()))
    enrolment = open_enrolment(answer["enrolment"], device=box.name, keys=keys)
    assert enrolment.ticket == ticket.id
    assert est.entry(ticket).confirmed_at is not None  # the box cannot call home to say so


def test_a_stick_is_answered_as_often_as_it_comes(est: EnrolmentBench, stick: Path) -> None:
    put(stick, est.box("cp-aaaaaaaaaa"), est.ticket().ticket)
    answered(est, stick)
    before = (stick / "cp-aaaaaaaaaa.answer.json").read_bytes()
    est.later(days=1)
    (again,) = answered(est, stick)
    assert (again.new, again.refused) == (False, None)
    assert (stick / "cp-aaaaaaaaaa.answer.json").read_bytes() == before
    (stick / "cp-aaaaaaaaaa.answer.json").unlink()  # lost: it is written again
    assert [outcome.new for outcome in answered(est, stick)] == [True]


def test_a_refusal_is_a_file_too_and_goes_when_the_reason_does(est: EnrolmentBench, stick: Path) -> None:
    old = est.enrolled("cp-bbbbbbbbbb")
    box = est.box("cp-aaaaaaaaaa")
    ticket = est.ticket()
    put(stick, box, ticket.ticket)
    (outcome,) = answered(est, stick)
    assert outcome.refused is not None
    assert json.loads((stick / "cp-aaaaaaaaaa.refused.json").read_text()) == {
        "device": box.name,
        "error": "window_served",
        "message": str(outcome.refused),
        "facts": {"window": "W07", "device": old.name},
        "version": 1,
    }
    put(stick, box, ticket.ticket, replace=True)
    assert [outcome.refused for outcome in answered(est, stick)] == [None]
    assert sorted(file.name for file in stick.iterdir()) == [
        "cp-aaaaaaaaaa.answer.json",
        "cp-aaaaaaaaaa.request.json",
    ]


def test_by_stick_the_old_device_goes_when_the_answer_is_made(est: EnrolmentBench, stick: Path) -> None:
    old = est.enrolled("cp-bbbbbbbbbb")
    put(stick, est.box("cp-aaaaaaaaaa"), est.ticket().ticket, replace=True)
    answered(est, stick)
    held = est.registered(old)
    assert held is not None
    assert held.revoked_at is not None
    assert est.shut_out.settled == [old.name]


def test_each_of_many_is_answered_for_itself(est: EnrolmentBench, stick: Path) -> None:
    first, second = est.box("cp-aaaaaaaaaa"), est.box("cp-bbbbbbbbbb")
    ticket = est.ticket()
    put(stick, first, ticket.ticket)
    put(stick, second, ticket.ticket)
    (stick / "cp-cccccccccc.request.json").write_text("{}")
    (stick / "notes.txt").write_text("not ours")
    outcomes = answered(est, stick)
    assert [outcome.refused and outcome.refused.code for outcome in outcomes] == [
        None,
        RefusalCode.TICKET_USED,
        None,
    ]
    assert outcomes[2].unreadable
    assert (stick / "notes.txt").read_text() == "not ours"


def test_a_request_under_anothers_name_is_refused(est: EnrolmentBench, stick: Path) -> None:
    put(stick, est.box("cp-aaaaaaaaaa"), est.ticket().ticket, device="../../etc/passwd")
    (outcome,) = answered(est, stick)
    assert outcome.refused is not None
    assert outcome.refused.code is RefusalCode.REQUEST_UNUSABLE
    assert sorted(file.name for file in stick.iterdir()) == [
        "cp-aaaaaaaaaa.refused.json",
        "cp-aaaaaaaaaa.request.json",
    ]


def test_a_stick_without_room_leaves_no_half_answer_and_is_answered_later(
    est: EnrolmentBench, stick: Path
) -> None:
    put(stick, est.box("cp-aaaaaaaaaa"), est.ticket().ticket)
    (stick / "cp-aaaaaaaaaa.answer.json.new").mkdir()  # what cannot be written fails like a full stick
    with pytest.raises(OSError, match=r"cp-aaaaaaaaaa\.answer\.json\.new"):
        answered(est, stick)
    assert not (stick / "cp-aaaaaaaaaa.answer.json").exists()
    (stick / "cp-aaaaaaaaaa.answer.json.new").rmdir()
    assert [outcome.new for outcome in answered(est, stick)] == [True]


@pytest.mark.parametrize("code", RefusalCode)
def test_every_refusal_is_one_sentence_in_both_languages(code: RefusalCode) -> None:
    facts = dict.fromkeys(("until", "device", "ticket", "window", "hall", "why"), "§")
    for language, end in ((CHINESE, "。"), (ENGLISH, ".")):
        sentence = said(language, code, **facts)
        assert sentence.endswith(end)
        assert sentence.count(end) == 1


def test_what_cannot_be_read_on_a_stick_keeps_nobody_from_an_answer(
    est: EnrolmentBench, stick: Path, tmp_path: Path
) -> None:
    (stick / "cp-000000000a.request.json").mkdir()
    os.mkfifo(stick / "cp-000000000b.request.json")
    (tmp_path / "secret").write_text("{}")
    (stick / "cp-000000000c.request.json").symlink_to(tmp_path / "secret")
    (stick / "._cp-aaaaaaaaaa.request.json").write_bytes(b"\0\5\x16\7")
    put(stick, est.box("cp-aaaaaaaaaa"), est.ticket().ticket)
    *others, good = answered(est, stick)
    assert [(one.device, bool(one.unreadable)) for one in others] == [
        (f"cp-000000000{letter}", True) for letter in "abc"
    ]
    assert (good.device, good.refused, good.unreadable) == ("cp-aaaaaaaaaa", None, "")


def test_an_old_stick_that_comes_again_confirms_nothing_that_its_device_did_since(
    est: EnrolmentBench, stick: Path
) -> None:
    box = est.box("cp-aaaaaaaaaa")
    put(stick, box, est.ticket().ticket)
    answered(est, stick)
    old = est.enrolled("cp-bbbbbbbbbb", "W08")
    est.confirm(old)
    est.later(minutes=5)
    newer = est.ticket("W08")
    assert est.enrol(box, newer, replace=True).status == 200
    assert [one.refused for one in answered(est, stick)] == [None]
    assert est.entry(newer).confirmed_at is None  # by the box itself, once it has tried its connection
    held = est.registered(old)
    assert held is not None
    assert held.revoked_at is None


def test_no_link_on_a_stick_leads_the_office_to_write_elsewhere(
    est: EnrolmentBench, stick: Path, tmp_path: Path
) -> None:
    other = tmp_path / "of-the-office"
    other.write_text("keep")
    (stick / "cp-aaaaaaaaaa.answer.json.new").symlink_to(other)
    os.mkfifo(stick / "cp-aaaaaaaaaa.answer.json")
    put(stick, est.box("cp-aaaaaaaaaa"), est.ticket().ticket)
    (outcome,) = answered(est, stick)
    assert (outcome.new, outcome.refused) == (True, None)
    assert json.loads((stick / "cp-aaaaaaaaaa.answer.json").read_text())["device"] == "cp-aaaaaaaaaa"
    assert other.read_text() == "keep"
