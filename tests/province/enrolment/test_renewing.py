"""New certificates for old keys: while the old one is valid, and after it has ended, with a person's word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from device.clock import wall_text
from province.ca import LEAF_DAYS, certificate_pem
from province.enrolment.refusal import EnrolmentRefused, RefusalCode
from province.store import certificates, registry, renewals
from sync.contract.keys import SigningKey
from sync.contract.renewal import Renewal, sign_renewal
from tests.province.enrolment.enrolment_bench import Answer, EnrolmentBench, request_body
from tests.province.simulated_device import SimulatedDevice


def reenrol(est: EnrolmentBench, by: SimulatedDevice, of: SimulatedDevice | None = None) -> Answer:
    return est.ask("POST", "/.well-known/est/simplereenroll", request_body(of or by), by=by)


def ask(
    est: EnrolmentBench,
    box: SimulatedDevice,
    *,
    key: SigningKey | None = None,
    of: SimulatedDevice | None = None,
) -> Answer:
    renewal = Renewal(device=box.name, csr=(of or box).request().decode(), at=wall_text(box.at))
    return est.ask("POST", "/device/v1/renewals", sign_renewal(renewal, key or box.key).encode())


def ended(est: EnrolmentBench, name: str = "cp-aaaaaaaaaa") -> SimulatedDevice:
    """A device whose certificate has ended."""
    box = est.enrolled(name)
    past = est.bench.clock.now().wall - timedelta(days=LEAF_DAYS + 2)
    old = certificate_pem(est.bench.ca.sign_device(box.request(), past)).decode()
    with est.bench.database.write() as connection:
        registry.put_certificate(connection, box.name, old)
    return box


def test_a_valid_certificate_is_renewed_for_the_same_key(est: EnrolmentBench) -> None:
    box = est.enrolled("cp-aaaaaaaaaa")
    first = x509.load_pem_x509_certificate(box.certificate)
    est.later(days=1)
    (second,) = reenrol(est, box).certificates
    assert second.public_key() == first.public_key()
    assert second.serial_number != first.serial_number
    held = est.registered(box)
    assert held is not None
    assert held.certificate.encode() == second.public_bytes(Encoding.PEM)
    with est.bench.database.read() as connection:
        known = certificates.serials_of(connection, box.name)
    assert known == [first.serial_number, second.serial_number]
    est.bench.hello(box)  # its messages are signed by the key that the registry has


def test_another_key_or_name_is_not_a_renewal(est: EnrolmentBench) -> None:
    box = est.enrolled("cp-aaaaaaaaaa")
    twin, other = est.box(box.name), est.enrolled("cp-bbbbbbbbbb", "W08")
    for of in (twin, other):
        answer = reenrol(est, box, of)
        assert (answer.status, answer.refusal[0]) == (400, "request_unusable")


def test_without_a_certificate_nothing_is_renewed_by_est(est: EnrolmentBench) -> None:
    box = est.enrolled("cp-aaaaaaaaaa")
    assert est.ask("POST", "/.well-known/est/simplereenroll", request_body(box)).status == 401


def test_an_ended_certificate_waits_for_a_person(est: EnrolmentBench) -> None:
    box = ended(est)
    for _ in range(2):
        answer = ask(est, box)
        assert (answer.status, answer.json) == (202, {"awaits": "approval"})
    with est.bench.database.read() as connection:
        assert list(renewals.waiting(connection)) == [box.name]
    est.office.approve(box.name, by="李雷")
    answer = ask(est, box)
    assert answer.status == 200
    certificate = x509.load_pem_x509_certificate(answer.json["certificate"].encode())
    assert certificate.public_key() == box.key_object.public_key()
    assert certificate.not_valid_after_utc > est.bench.clock.now().wall
    with est.bench.database.read() as connection:
        assert renewals.waiting(connection) == {}


def test_who_lost_the_answer_asks_again_and_needs_no_second_approval(est: EnrolmentBench) -> None:
    box = ended(est)
    ask(est, box)
    est.office.approve(box.name, by="李雷")
    assert ask(est, box).json == ask(est, box).json


def test_an_approval_is_for_one_renewal(est: EnrolmentBench) -> None:
    box = ended(est)
    ask(est, box)
    est.office.approve(box.name, by="李雷")
    assert ask(est, box).status == 200
    est.later(days=LEAF_DAYS + 2)
    assert ask(est, box).status == 202


def test_nobody_is_approved_who_has_not_asked(est: EnrolmentBench) -> None:
    box = ended(est)
    with pytest.raises(EnrolmentRefused) as caught:
        est.office.approve(box.name, by="李雷")
    assert caught.value.code is RefusalCode.NOTHING_ASKED


def test_a_question_that_somebody_else_signed_is_refused(est: EnrolmentBench) -> None:
    box = ended(est)
    twin = est.box(box.name)
    for answer in (ask(est, box, key=SigningKey.generate()), ask(est, twin), ask(est, box, of=twin)):
        assert (answer.status, answer.refusal[0]) == (400, "request_unusable")
    with est.bench.database.read() as connection:
        assert renewals.waiting(connection) == {}


def test_a_stranger_and_a_revoked_device_are_told_so(est: EnrolmentBench) -> None:
    stranger = est.box("cp-zzzzzzzzzz")
    assert ask(est, stranger).refusal == ("not_registered", {"device": stranger.name})
    box = ended(est)
    with est.bench.database.write() as connection:
        est.shut_out.mark(connection, box.name, "stolen", "李雷")
    assert ask(est, box).refusal == ("revoked", {"device": box.name})


@pytest.mark.parametrize("body", [b"", b"nonsense", b"a.b.c", b"\xff\xfe", b"." * 100])
def test_what_is_no_question_is_refused(est: EnrolmentBench, body: bytes) -> None:
    answer = est.ask("POST", "/device/v1/renewals", body)
    assert (answer.status, answer.refusal[0]) == (400, "request_unusable")
