"""Tickets and enrolments as statements: opened by the province's keys only, each for what it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from device.errors import ContractError
from province.ca import CertificateAuthority
from sync.contract.enrolment import BrokerAddress, Enrolment, open_enrolment, sign_enrolment
from sync.contract.errors import BadSignature, NotJws, UnknownKey
from sync.contract.keys import KeySet, SigningKey
from sync.contract.ticket import Ticket, fingerprint, open_ticket, read_unproven, sign_ticket

TICKET = Ticket(
    id="00112233aabbccdd",
    url="https://10.1.2.3:18443",
    ca="A" * 43,
    window="W07",
    hall="H1",
    until="2026-11-22T18:00:00.000+08:00",
)
ENROLMENT = Enrolment(
    device="cp-23456789ab",
    ticket=TICKET.id,
    issued_at="2026-11-22T10:00:00.000+08:00",
    broker=BrokerAddress(host="10.1.2.3", port=8883, probe_port=8884),
    url=TICKET.url,
    assignment="a.b.c",
)


def test_a_ticket_opens_by_the_province_only() -> None:
    key, stranger = SigningKey.generate(), SigningKey.generate()
    statement = sign_ticket(TICKET, key)
    assert open_ticket(statement, KeySet([key.public])) == TICKET
    assert read_unproven(f" {statement}\n") == TICKET
    with pytest.raises(UnknownKey):
        open_ticket(statement, KeySet([stranger.public]))


def test_a_ticket_whose_window_was_changed_reads_and_does_not_open() -> None:
    key = SigningKey.generate()
    header, _, signature = sign_ticket(TICKET, key).split(".")
    other = sign_ticket(Ticket(**{**_fields(), "window": "W08"}), SigningKey.generate()).split(".")[1]
    changed = f"{header}.{other}.{signature}"
    assert read_unproven(changed).window == "W08"
    with pytest.raises(BadSignature):
        open_ticket(changed, KeySet([key.public]))


@pytest.mark.parametrize("text", ["", "x", "a.b", "a.!.c", "票.票.票", "a.e30.c"])
def test_what_is_no_ticket_is_told(text: str) -> None:
    with pytest.raises(ContractError):
        read_unproven(text)


def test_an_enrolment_is_for_its_device_and_no_ticket() -> None:
    key = SigningKey.generate()
    statement, keys = sign_enrolment(ENROLMENT, key), KeySet([key.public])
    assert open_enrolment(statement, device=ENROLMENT.device, keys=keys) == ENROLMENT
    with pytest.raises(ContractError, match="another device's"):
        open_enrolment(statement, device="cp-zzzzzzzzzz", keys=keys)
    with pytest.raises(NotJws):
        open_ticket(statement, keys)


def test_a_ticket_fits_a_code_that_a_camera_reads_from_paper() -> None:
    # Version 18 in bytes at level L takes 718: 89 modules, half a millimetre each on 45 mm.
    assert len(sign_ticket(TICKET, SigningKey.generate())) <= 718


def test_a_fingerprint_names_one_certificate() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    one, other = CertificateAuthority.make(now).certificate, CertificateAuthority.make(now).certificate
    assert fingerprint(one) == fingerprint(one) != fingerprint(other)
    assert len(fingerprint(one)) == 43


def _fields() -> dict[str, str]:
    return {name: getattr(TICKET, name) for name in Ticket.__struct_fields__}
