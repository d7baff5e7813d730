"""The decommissioning: the province's signed word that a device serves no more, and what it holds of it."""

from __future__ import annotations

from typing import Annotated

import msgspec

from device.errors import ContractError
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import Code, SignedHead, Time, Whole
from sync.contract.statement import open_statement, sign_statement

TYP = "hcp-decommission+jws"


class Decommission(msgspec.Struct, frozen=True, kw_only=True):
    """`at`: the province's time. `by`: the technician. `logs`: where each log of the device ended, as the
    device said it; `lost`: how many of these rows the province does not hold, on the technician's word."""

    device: Code
    at: Time
    by: Code
    logs: Annotated[list[SignedHead], msgspec.Meta(max_length=256)]
    lost: Whole


def sign_decommission(decommission: Decommission, key: SigningKey) -> str:
    """`decommission`, signed by the province's `key`."""
    return sign_statement(decommission, key, typ=TYP)


def open_decommission(statement: str, *, device: str, keys: KeySet) -> Decommission:
    """That of `device` in `statement`, signed by one of `keys`. Raises ContractError."""
    decommission = open_statement(statement, Decommission, keys, typ=TYP)
    if decommission.device != device:
        raise ContractError("another device was decommissioned")
    return decommission
