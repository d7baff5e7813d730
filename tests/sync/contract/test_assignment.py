"""The assignment as a statement of its own."""

from __future__ import annotations

import pytest

from device.errors import ContractError
from device.province_settings import Assignment
from sync.contract import jws
from sync.contract.assignment import TYP, open_assignment, sign_assignment
from sync.contract.errors import NotJws, UnknownKey
from sync.contract.keys import KeySet, SigningKey

ASSIGNMENT = Assignment(device="d-0001", window="W09", number=2, since="2026-11-22T10:15:20.000+08:00")


def test_it_opens_for_its_device_by_the_province_only() -> None:
    key = SigningKey.generate()
    statement = sign_assignment(ASSIGNMENT, key)
    assert open_assignment(statement, device="d-0001", keys=KeySet([key.public])) == ASSIGNMENT
    with pytest.raises(ContractError, match="another device's"):
        open_assignment(statement, device="d-0002", keys=KeySet([key.public]))
    with pytest.raises(UnknownKey):
        open_assignment(statement, device="d-0001", keys=KeySet([SigningKey.generate().public]))


def test_a_statement_that_is_no_text_is_none() -> None:
    key = SigningKey.generate()
    statement = jws.sign(b'{"device":"d-0001","window":"\xff"}', key, typ=TYP).decode("ascii")
    with pytest.raises(ContractError, match="cannot be read"):
        open_assignment(statement, device="d-0001", keys=KeySet([key.public]))


def test_a_message_is_no_assignment() -> None:
    key = SigningKey.generate()
    message = jws.sign(b'{"device":"d-0001","window":"W09","number":2}', key).decode("ascii")
    with pytest.raises(NotJws):
        open_assignment(message, device="d-0001", keys=KeySet([key.public]))
