"""The rescue: what a dead device would have said of one of its logs, said and signed by a technician."""

from __future__ import annotations

from typing import Annotated

import msgspec

from device.errors import ContractError
from sync.contract import jws
from sync.contract.errors import UnknownKey
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import Code, LogState, Ratings, Sealed, Time
from sync.contract.statement import open_statement, read_value, sign_statement

TYP = "hcp-rescue+jws"

MOST_SEALED = 8
"""Blobs in one statement: it stays below the size of a message, whatever is in them."""


class Rescue(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One piece of one log, in the words of the messages that `device` would have sent.

    `id`: random, repeated by the receipt of the rows. `log`: how the card has the log; of what is lost of it,
    that which lies just before the rows. `ratings`, `sealed`: as on the topics of their names. `at`: by the
    technician's clock, for people.
    """

    id: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$", max_length=32)]
    device: Code
    at: Time
    log: LogState
    ratings: Ratings | None = None
    sealed: Annotated[list[Sealed], msgspec.Meta(max_length=MOST_SEALED)] = []

    def __post_init__(self) -> None:
        """All in it is of one log."""
        named = {blob.log_id for blob in self.sealed}
        if self.ratings is not None:
            named.add(self.ratings.log_id)
        if not named <= {self.log.log_id}:
            raise ValueError("rows and blobs must be of the log that is described")


def sign_rescue(rescue: Rescue, key: SigningKey) -> str:
    """`rescue`, signed by the technician's `key`."""
    return sign_statement(rescue, key, typ=TYP)


def open_rescue(statement: str, keys: KeySet) -> Rescue:
    """The rescue in `statement`, signed by one of `keys`. Raises ContractError."""
    return open_statement(statement, Rescue, keys, typ=TYP)


def signer_of(statement: str) -> str:
    """The name of the key that `statement` claims to be signed by. Raises ContractError when it is none."""
    try:
        jws.verify(statement.encode("ascii", "replace"), KeySet([]), typ=TYP)
    except UnknownKey as error:
        return error.kid
    raise ContractError("a statement that no key has signed")


def read_proven(payload: bytes) -> Rescue:
    """The rescue in the payload of a statement that was proven before. Raises ContractError."""
    return read_value(payload, Rescue)
