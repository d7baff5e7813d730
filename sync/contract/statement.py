"""A statement: one signed value that stands by itself, outside any message. Its `typ` says of what kind."""

from __future__ import annotations

import base64
import binascii
from typing import TypeVar

import msgspec

from device.errors import ContractError
from device.json_text import read_json
from sync.contract import jws
from sync.contract.keys import KeySet, SigningKey

T = TypeVar("T", bound=msgspec.Struct)


def sign_statement(value: msgspec.Struct, key: SigningKey, *, typ: str) -> str:
    """`value`, signed by `key`. One `typ` never passes for another, nor for a message."""
    return jws.sign(msgspec.json.encode(value), key, typ=typ).decode("ascii")


def open_statement(statement: str, kind: type[T], keys: KeySet, *, typ: str) -> T:
    """The value in `statement`, whose signature by one of `keys` holds. Raises ContractError."""
    payload = jws.verify(statement.encode("ascii", "replace"), keys, typ=typ)
    return read_value(payload, kind)


def read_unproven(statement: str, kind: type[T]) -> T:
    """What a statement says before its signature can be proven. Raises ContractError.

    Only to find out whom to ask, or by which key it is to be proven: nothing else may be believed of it.
    """
    parts = statement.strip().split(".")
    try:
        payload = base64.b64decode(parts[1] + "=" * (-len(parts[1]) % 4), altchars=b"-_", validate=True)
    except (IndexError, binascii.Error, ValueError):
        raise ContractError(f"this is no {kind.__name__.lower()}") from None
    return read_value(payload, kind)


def read_value(payload: bytes, kind: type[T]) -> T:
    """The value in the payload of a statement. Raises ContractError naming the field."""
    try:
        return read_json(payload, msgspec.json.Decoder(kind))
    except msgspec.DecodeError as error:
        raise ContractError(f"the {kind.__name__.lower()} cannot be read: {error}") from None
