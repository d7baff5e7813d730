"""The assignment: the province's signed statement that a device serves a window, good on its own."""

from __future__ import annotations

from device.errors import ContractError
from device.province_settings import Assignment
from sync.contract.keys import KeySet, SigningKey
from sync.contract.statement import open_statement, sign_statement

TYP = "hcp-assignment+jws"


def sign_assignment(assignment: Assignment, key: SigningKey) -> str:
    """`assignment`, signed by the province's `key`."""
    return sign_statement(assignment, key, typ=TYP)


def open_assignment(statement: str, *, device: str, keys: KeySet) -> Assignment:
    """The assignment of `device` in `statement`, signed by one of `keys`. Raises ContractError."""
    assignment = open_statement(statement, Assignment, keys, typ=TYP)
    if assignment.device != device:
        raise ContractError("the assignment is another device's")
    return assignment
