"""The renewal: a device whose certificate has ended asks for a new one, by the key it is registered with."""

from __future__ import annotations

from typing import Annotated

import msgspec

from sync.contract import statement as statements
from sync.contract.keys import KeySet, SigningKey
from sync.contract.statement import open_statement, sign_statement

TYP = "hcp-renewal+jws"


class Renewal(msgspec.Struct, frozen=True, kw_only=True):
    """`csr`: PEM, of the same key and name as ever. `at`: RFC 3339 by the device's clock, for people only."""

    device: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    csr: Annotated[str, msgspec.Meta(max_length=4096)]
    at: Annotated[str, msgspec.Meta(max_length=40)]


def sign_renewal(renewal: Renewal, key: SigningKey) -> str:
    """`renewal`, signed by the device's `key`."""
    return sign_statement(renewal, key, typ=TYP)


def open_renewal(statement: str, keys: KeySet) -> Renewal:
    """The renewal in `statement`, signed by one of `keys`. Raises ContractError."""
    return open_statement(statement, Renewal, keys, typ=TYP)


def read_unproven(statement: str) -> Renewal:
    """What it says before it is proven: by whose key it is to be. Raises ContractError."""
    return statements.read_unproven(statement, Renewal)
