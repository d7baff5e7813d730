"""Wrong tickets close an address to tickets, as wrong codes close it to codes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from province.enrolment.making import MadeTicket
from tests.province.enrolment.enrolment_bench import Answer, EnrolmentBench


def tampered(est: EnrolmentBench, used: MadeTicket) -> Answer:
    head, body, signature = est.ticket("W08").ticket.split(".")
    changed = ("A" if signature[0] != "A" else "B") + signature[1:]
    return est.enrol(est.box("cp-bbbbbbbbbb"), used, password=f"{head}.{body}.{changed}")


def used_again(est: EnrolmentBench, used: MadeTicket) -> Answer:
    return est.enrol(est.box("cp-bbbbbbbbbb"), used)


def revoked(est: EnrolmentBench, _used: MadeTicket) -> Answer:
    ticket = est.ticket("W08")
    est.office.revoke(ticket.id)
    return est.enrol(est.box("cp-bbbbbbbbbb"), ticket)


@pytest.fixture
def used(est: EnrolmentBench) -> MadeTicket:
    """A ticket that a box has enrolled by."""
    ticket = est.ticket(with_codes=True)
    assert est.enrol(est.box("cp-aaaaaaaaaa"), ticket).status == 200
    return ticket


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [(tampered, "ticket_tampered"), (used_again, "ticket_used"), (revoked, "ticket_revoked")],
)
def test_five_wrong_tickets_close_the_address_for_a_while(
    est: EnrolmentBench, used: MadeTicket, wrong: Callable[[EnrolmentBench, MadeTicket], Answer], refusal: str
) -> None:
    for _ in range(5):
        assert wrong(est, used).refusal[0] == refusal
    good = est.ticket("W08")
    locked = est.enrol(est.box("cp-cccccccccc"), good)
    assert (locked.status, locked.refusal[0]) == (429, "ticket_locked")
    assert set(locked.refusal[1]) == {"until"}
    est.later(seconds=11)
    assert est.enrol(est.box("cp-cccccccccc"), good).status == 200


def test_a_used_ticket_is_no_better_for_being_typed_as_its_code(
    est: EnrolmentBench, used: MadeTicket
) -> None:
    assert used.code is not None
    for _ in range(5):
        answer = est.post_request(est.box("cp-bbbbbbbbbb"), user="code", password=used.code)
        assert answer.refusal[0] == "ticket_used"
    assert used_again(est, used).refusal[0] == "ticket_locked"


def test_one_that_enrols_makes_the_others_forgotten(est: EnrolmentBench, used: MadeTicket) -> None:
    for _ in range(4):
        used_again(est, used)
    assert est.enrol(est.box("cp-cccccccccc"), est.ticket("W08")).status == 200
    for _ in range(4):
        used_again(est, used)
    assert used_again(est, used).refusal[0] == "ticket_used"


def test_who_is_late_or_at_the_wrong_window_tries_nothing(est: EnrolmentBench, used: MadeTicket) -> None:
    late = est.ticket("W08", valid_s=600)
    est.later(minutes=11)
    for _ in range(6):
        assert est.enrol(est.box("cp-bbbbbbbbbb"), late).refusal[0] == "ticket_expired"
        assert est.enrol(est.box("cp-bbbbbbbbbb"), est.ticket("W07")).refusal[0] == "window_served"


def test_those_who_try_tickets_are_alarmed_twice_and_counted(est: EnrolmentBench, used: MadeTicket) -> None:
    for _ in range(9):
        used_again(est, used)
    assert est.bench.alarm_codes() == ["ticket_refused", "ticket_refused"]  # wrong, then locked
