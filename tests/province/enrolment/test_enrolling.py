"""Enrolling over real HTTPS: what a ticket gives, once, and every way it is refused."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from province.ca import certificate_pem
from province.enrolment.refusal import EnrolmentRefused, RefusalCode
from province.places.plan import Window
from province.store import certificates, settings
from sync.contract.assignment import open_assignment
from sync.contract.envelope import unwrap
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import Settings
from sync.contract.ticket import Ticket, fingerprint, open_ticket, sign_ticket
from sync.contract.topics import DownName, down, parse
from tests.province.enrolment.enrolment_bench import BROKER, EnrolmentBench, request_body
from tests.province.simulated_device import SimulatedDevice


def test_a_ticket_is_signed_and_says_where_to_go_and_whom_to_believe(est: EnrolmentBench) -> None:
    made = est.ticket("W08", valid_s=600)
    ticket = open_ticket(made.ticket, KeySet([est.bench.key.public]))
    assert ticket == Ticket(
        id=made.id,
        url="https://enrol.example:18443",
        ca=fingerprint(est.bench.ca.certificate),
        window="W08",
        hall="H1",
        until=made.until,
    )
    assert len(made.ticket) < 700  # it must fit a QR code that telephones read


def test_anybody_is_given_the_root_and_the_keys(est: EnrolmentBench) -> None:
    roots = est.ask("GET", "/.well-known/est/cacerts")
    assert roots.certificates == [est.bench.ca.certificate]
    assert roots.headers["Content-Type"] == "application/pkcs7-mime; smime-type=certs-only"
    assert roots.headers["Cache-Control"] == "no-store"
    keys = est.ask("GET", "/device/v1/keys")
    assert (keys.body.decode(), keys.headers["Content-Type"]) == (est.service.key_set, "application/jose")


def test_a_ticket_makes_a_box_the_device_of_its_window(est: EnrolmentBench) -> None:
    box, ticket = est.box("cp-aaaaaaaaaa"), est.ticket()
    answer = est.enrol(box, ticket)
    (certificate,) = answer.certificates
    certificate.verify_directly_issued_by(est.bench.ca.certificate)
    assert certificate.subject.rfc4514_string() == f"CN={box.name}"
    assert certificate.public_key() == box.key_object.public_key()
    held = est.registered(box)
    assert held is not None
    assert (held.kid, held.certificate) == (box.key.kid, certificate_pem(certificate).decode())
    assert [(one.number, one.window, one.until_at) for one in est.assignments(box)] == [(1, "W07", None)]
    entry = est.entry(ticket)
    assert (entry.device, entry.kid, entry.confirmed_at) == (box.name, box.key.kid, None)
    with est.bench.database.read() as connection:
        assert certificates.serials_of(connection, box.name) == [certificate.serial_number]


def test_the_enrolment_has_all_that_a_hall_without_network_needs(est: EnrolmentBench) -> None:
    box, ticket = est.box("cp-aaaaaaaaaa"), est.ticket()
    box.certificate = certificate_pem(est.enrol(box, ticket).certificates[0])
    enrolment = est.enrolment(box)
    assert (enrolment.ticket, enrolment.url) == (ticket.id, "https://enrol.example:18443")
    assert enrolment.broker == BROKER
    keys = KeySet([est.bench.key.public])
    assignment = open_assignment(enrolment.assignment, device=box.name, keys=keys)
    assert (assignment.window, assignment.number) == ("W07", 1)
    assert enrolment.settings is not None
    topic = parse(down(box.name, DownName.SETTINGS))
    said = unwrap(enrolment.settings.encode(), topic=topic, keys=keys).message
    assert isinstance(said, Settings)
    assert said.names is not None
    assert (said.version, said.names.number, said.names.name, said.names.hall) == (1, "07", "社保", "北大厅")


def test_the_same_ticket_and_key_again_get_the_same_answer_even_after_its_time(est: EnrolmentBench) -> None:
    box, ticket = est.box("cp-aaaaaaaaaa"), est.ticket(valid_s=600)
    first = est.enrol(box, ticket).certificates
    est.later(hours=1)
    assert est.enrol(box, ticket).certificates == first
    with est.bench.database.read() as connection:
        assert len(certificates.serials_of(connection, box.name)) == 1
        newest = settings.newest(connection, box.name)
    assert newest is not None
    assert (newest.version, len(est.assignments(box))) == (1, 1)


def test_a_ticket_is_used_once(est: EnrolmentBench) -> None:
    ticket = est.ticket()
    assert est.enrol(est.box("cp-aaaaaaaaaa"), ticket).status == 200
    again = est.enrol(est.box("cp-bbbbbbbbbb"), ticket)
    assert (again.status, *again.refusal) == (409, "ticket_used", {"device": "cp-aaaaaaaaaa"})
    twin = est.enrol(est.box("cp-aaaaaaaaaa"), ticket)
    assert twin.refusal == ("device_known", {"device": "cp-aaaaaaaaaa"})
    assert est.bench.alarm_codes() == ["ticket_refused", "ticket_refused"]


def test_of_boxes_that_come_at_once_with_one_ticket_one_gets_it(est: EnrolmentBench) -> None:
    ticket = est.ticket()
    boxes = [est.box(f"cp-{letter * 10}") for letter in "abcdef"]
    with ThreadPoolExecutor(len(boxes)) as crowd:
        answers = list(crowd.map(lambda box: est.enrol(box, ticket), boxes))
    assert sorted(answer.status for answer in answers) == [200, *[409] * 5]
    assert sum(est.registered(box) is not None for box in boxes) == 1


def test_of_tickets_for_one_window_that_are_used_at_once_one_wins(est: EnrolmentBench) -> None:
    pairs = [(est.box(f"cp-{letter * 10}"), est.ticket()) for letter in "abcdef"]
    with ThreadPoolExecutor(len(pairs)) as crowd:
        answers = list(crowd.map(lambda pair: est.enrol(*pair), pairs))
    assert sorted(answer.status for answer in answers) == [200, *[409] * 5]
    assert {answer.refusal[0] for answer in answers if answer.status == 409} == {"window_served"}


def test_a_ticket_ends_by_the_provinces_clock(est: EnrolmentBench) -> None:
    ticket = est.ticket(valid_s=600)
    est.later(seconds=601)
    answer = est.enrol(est.box("cp-aaaaaaaaaa"), ticket)
    assert (answer.status, *answer.refusal) == (403, "ticket_expired", {"until": ticket.until})


def test_a_ticket_that_was_revoked_is_refused(est: EnrolmentBench) -> None:
    ticket = est.ticket()
    est.office.revoke(ticket.id)
    assert est.enrol(est.box("cp-aaaaaaaaaa"), ticket).refusal == ("ticket_revoked", {"ticket": ticket.id})


def forged(est: EnrolmentBench, **changed: str) -> str:
    """A ticket as somebody else signs it."""
    made = est.ticket()
    fields = {"id": made.id, "url": "https://x", "ca": "a" * 43, "window": "W07", "hall": "H1"}
    ticket = Ticket(**{**fields, "until": "2099-01-01T00:00:00Z", **changed})
    return sign_ticket(ticket, SigningKey.generate())


def test_a_ticket_that_somebody_else_signed_is_refused(est: EnrolmentBench) -> None:
    box, made = est.box("cp-aaaaaaaaaa"), est.ticket()
    assert est.enrol(box, made, password=forged(est, id=made.id)).refusal == ("ticket_tampered", {})


def test_a_ticket_whose_content_was_changed_is_refused(est: EnrolmentBench) -> None:
    made, other = est.ticket("W07"), est.ticket("W08")
    head, _, signature = made.ticket.split(".")
    spliced = ".".join((head, other.ticket.split(".")[1], signature))
    answer = est.enrol(est.box("cp-aaaaaaaaaa"), other, password=spliced)
    assert (answer.status, *answer.refusal) == (403, "ticket_tampered", {})


def test_a_ticket_under_the_id_of_another_is_refused(est: EnrolmentBench) -> None:
    made, other = est.ticket("W07"), est.ticket("W08")
    assert est.enrol(est.box("cp-aaaaaaaaaa"), other, password=made.ticket).refusal[0] == "ticket_tampered"


@pytest.mark.parametrize("password", ["", "nonsense", "a.b.c", "::::", "窗口" * 50])
def test_what_is_no_ticket_is_refused(est: EnrolmentBench, password: str) -> None:
    answer = est.post_request(est.box("cp-aaaaaaaaaa"), user="0" * 16, password=password)
    assert answer.refusal == ("ticket_unreadable", {})


def test_a_ticket_that_a_restored_province_has_forgotten_is_refused(est: EnrolmentBench) -> None:
    ticket = Ticket(
        id="0123456789abcdef",
        url="https://enrol.example",
        ca=fingerprint(est.bench.ca.certificate),
        window="W07",
        hall="H1",
        until="2099-01-01T00:00:00Z",
    )
    statement = sign_ticket(ticket, est.bench.key)
    answer = est.post_request(est.box("cp-aaaaaaaaaa"), user=ticket.id, password=statement)
    assert answer.refusal == ("ticket_unknown", {"ticket": ticket.id})


def test_a_window_that_has_gone_to_another_hall_is_refused(est: EnrolmentBench) -> None:
    ticket = est.ticket("W07")
    est.bench.office.place_window(Window("W07", "H2", "社保"))
    answer = est.enrol(est.box("cp-aaaaaaaaaa"), ticket)
    assert answer.refusal == ("ticket_elsewhere", {"window": "W07", "hall": "H2"})


def test_a_window_that_is_served_is_not_taken_by_enrolling(est: EnrolmentBench) -> None:
    est.enrolled("cp-aaaaaaaaaa")
    answer = est.enrol(est.box("cp-bbbbbbbbbb"), est.ticket())
    assert (answer.status, *answer.refusal) == (
        409,
        "window_served",
        {"window": "W07", "device": "cp-aaaaaaaaaa"},
    )


def test_a_window_that_nobody_serves_is_not_taken_by_replacing(est: EnrolmentBench) -> None:
    answer = est.enrol(est.box("cp-bbbbbbbbbb"), est.ticket(), replace=True)
    assert answer.refusal == ("window_free", {"window": "W07"})


def test_without_a_ticket_it_is_said_what_is_needed(est: EnrolmentBench) -> None:
    box = est.box("cp-aaaaaaaaaa")
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic ???"}):
        answer = est.ask("POST", "/.well-known/est/simpleenroll", request_body(box), headers=headers)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("form", ["lines", "no lines", "CRLF", "pem", "der"])
def test_a_request_is_taken_in_every_form_that_clients_send(est: EnrolmentBench, form: str) -> None:
    box, ticket = est.box("cp-aaaaaaaaaa"), est.ticket()
    der = x509.load_pem_x509_csr(box.request()).public_bytes(Encoding.DER)
    bodies = {
        "lines": base64.encodebytes(der),
        "no lines": base64.b64encode(der),
        "CRLF": base64.encodebytes(der).replace(b"\n", b"\r\n"),
        "pem": box.request(),
        "der": der,
    }
    said = base64.b64encode(f"{ticket.id}:{ticket.ticket}".encode()).decode("ascii")
    headers = {"Authorization": f"Basic {said}", "Content-Type": "application/pkcs10"}
    assert est.ask("POST", "/.well-known/est/simpleenroll", bodies[form], headers=headers).status == 200


@pytest.mark.parametrize("body", [b"", b"nonsense", b"\x30\x03abc", b"-----BEGIN nothing", b"AAAA" * 100])
def test_a_request_that_is_none_leaves_the_ticket_unused(est: EnrolmentBench, body: bytes) -> None:
    ticket = est.ticket()
    said = base64.b64encode(f"{ticket.id}:{ticket.ticket}".encode()).decode("ascii")
    answer = est.ask(
        "POST", "/.well-known/est/simpleenroll", body, headers={"Authorization": f"Basic {said}"}
    )
    assert (answer.status, answer.refusal[0]) == (400, "request_unusable")
    assert est.entry(ticket).used_at is None


@pytest.mark.parametrize("name", ["province", "worker-02", "a/b", "x"])
def test_a_name_that_no_device_may_have_is_refused(est: EnrolmentBench, name: str) -> None:
    answer = est.enrol(SimulatedDevice(name, est.bench.clock.now().wall), est.ticket())
    assert (answer.status, answer.refusal[0]) == (400, "request_unusable")


def test_a_body_larger_than_any_request_is_not_read(est: EnrolmentBench) -> None:
    assert est.ask("POST", "/.well-known/est/simpleenroll", b"A" * 20_000).status == 413


def test_a_key_that_is_registered_under_another_name_is_refused(est: EnrolmentBench) -> None:
    first = est.enrolled("cp-aaaaaaaaaa")
    first.name = "cp-bbbbbbbbbb"
    answer = est.enrol(first, est.ticket("W08"))
    assert answer.refusal == ("device_known", {"device": "cp-aaaaaaaaaa"})


def test_a_device_that_comes_with_a_ticket_of_another_window_is_moved_there(est: EnrolmentBench) -> None:
    box = est.enrolled("cp-aaaaaaaaaa")
    assert est.enrol(box, est.ticket("W08")).status == 200
    assert [(one.number, one.window) for one in est.assignments(box)] == [(1, "W07"), (2, "W08")]
    assert est.assignments(box)[0].until_at == est.assignments(box)[1].since_at
    enrolment = est.enrolment(box)
    keys = KeySet([est.bench.key.public])
    assert open_assignment(enrolment.assignment, device=box.name, keys=keys).number == 2
    with est.bench.database.read() as connection:
        newest = settings.newest(connection, box.name)
    assert newest is not None
    assert newest.body.names is not None
    assert (newest.version, newest.body.names.name) == (2, "户籍")


def test_the_enrolment_of_nobody_registered_is_not_told(est: EnrolmentBench) -> None:
    stranger = est.box("cp-aaaaaaaaaa")
    stranger.certificate = certificate_pem(
        est.bench.ca.sign_device(stranger.request(), est.bench.clock.now().wall)
    )
    assert est.ask("GET", "/device/v1/enrolment").status == 401
    answer = est.ask("GET", "/device/v1/enrolment", by=stranger)
    assert (answer.status, answer.json["error"]) == (403, "not_registered")


def test_a_hall_without_windows_gets_no_tickets(est: EnrolmentBench) -> None:
    est.bench.office.place_window(Window("W99", "新大厅", ""))
    est.bench.office.place_window(Window("W99", "H1", ""))  # moved away again
    with pytest.raises(EnrolmentRefused) as caught:
        est.ticket("all", hall="新大厅")
    assert (caught.value.code, caught.value.facts) == (RefusalCode.HALL_EMPTY, {"hall": "新大厅"})
