"""Short codes: typed where a ticket cannot be read, and closed to whoever tries."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from device.device_code import DeviceCode
from tests.province.enrolment.enrolment_bench import Answer, EnrolmentBench


def typed(est: EnrolmentBench, code: str, name: str = "cp-aaaaaaaaaa") -> Answer:
    return est.post_request(est.box(name), user="code", password=code)


@pytest.mark.parametrize("change", [str, str.lower, lambda code: code.replace("-", " ")])
def test_a_code_stands_for_its_ticket_however_it_is_typed(
    est: EnrolmentBench, change: Callable[[str], str]
) -> None:
    ticket = est.ticket(with_codes=True)
    assert ticket.code is not None
    assert typed(est, change(ticket.code)).status == 200
    assert est.entry(ticket).device == "cp-aaaaaaaaaa"


def test_a_code_is_good_once_and_as_long_as_its_ticket(est: EnrolmentBench) -> None:
    used, late = est.ticket(with_codes=True), est.ticket("W08", valid_s=600, with_codes=True)
    assert used.code is not None
    assert late.code is not None
    typed(est, used.code)
    assert typed(est, used.code, "cp-bbbbbbbbbb").refusal[0] == "ticket_used"
    est.later(minutes=11)
    assert typed(est, late.code, "cp-bbbbbbbbbb").refusal == ("ticket_expired", {"until": late.until})


def test_the_code_itself_is_kept_nowhere(est: EnrolmentBench) -> None:
    ticket = est.ticket(with_codes=True)
    assert ticket.code is not None
    kept = est.entry(ticket).code_hash
    assert kept is not None
    body = DeviceCode.read(ticket.code).body
    assert body not in kept.upper()


def test_five_wrong_codes_close_the_door_to_codes_for_a_while(est: EnrolmentBench) -> None:
    ticket = est.ticket(with_codes=True)
    assert ticket.code is not None
    for _ in range(5):
        assert typed(est, str(DeviceCode.new())).refusal == ("code_wrong", {})
    locked = typed(est, ticket.code)
    assert (locked.status, locked.refusal[0]) == (429, "code_locked")
    assert set(locked.refusal[1]) == {"until"}
    assert est.enrol(est.box("cp-bbbbbbbbbb"), est.ticket("W08")).status == 200  # tickets are not codes
    est.later(seconds=11)
    assert typed(est, ticket.code).status == 200


def test_a_slip_of_the_finger_is_no_try(est: EnrolmentBench) -> None:
    ticket = est.ticket(with_codes=True)
    assert ticket.code is not None
    slip = ("A" if ticket.code[0] != "A" else "B") + ticket.code[1:]
    for said in (slip, "", "123", slip, slip, slip, slip):
        assert typed(est, said).refusal == ("code_wrong", {})
    assert typed(est, ticket.code).status == 200


def test_those_who_try_are_alarmed_once_and_counted(est: EnrolmentBench) -> None:
    for _ in range(7):
        typed(est, str(DeviceCode.new()))
    assert est.bench.alarm_codes() == ["ticket_refused", "ticket_refused"]  # wrong, then locked
