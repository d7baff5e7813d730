"""The enrolment: what the province tells a device that it has just given a certificate."""

from __future__ import annotations

from typing import Annotated

import msgspec

from device.errors import ContractError
from sync.contract.keys import KeySet, SigningKey
from sync.contract.statement import open_statement, sign_statement

TYP = "hcp-enrolment+jws"

_Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
_Host = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
_Code = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class BrokerAddress(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the broker is. `port`: for devices. `probe_port`: the listener on which a trial connection evicts
    nobody. `server_name`: in the broker's certificate, where it is not the host."""

    host: _Host
    port: _Port
    probe_port: _Port
    server_name: _Host | None = None


class Enrolment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a device needs beside its certificate and the key set.

    `issued_at`: the province's time, RFC 3339. `url`: where devices come by HTTPS. `assignment`: a statement
    (sync.contract.assignment). `settings`: the message settings.v1 as on down/settings, None: none are set.
    """

    device: _Code
    ticket: Annotated[str, msgspec.Meta(max_length=64)]
    issued_at: Annotated[str, msgspec.Meta(max_length=40)]
    broker: BrokerAddress
    url: Annotated[str, msgspec.Meta(pattern="^https://", max_length=255)]
    assignment: Annotated[str, msgspec.Meta(max_length=4096)]
    settings: Annotated[str, msgspec.Meta(max_length=256 * 1024)] | None = None


def sign_enrolment(enrolment: Enrolment, key: SigningKey) -> str:
    """`enrolment`, signed by the province's `key`."""
    return sign_statement(enrolment, key, typ=TYP)


def open_enrolment(statement: str, *, device: str, keys: KeySet) -> Enrolment:
    """The enrolment of `device` in `statement`, signed by one of `keys`. Raises ContractError."""
    enrolment = open_statement(statement, Enrolment, keys, typ=TYP)
    if enrolment.device != device:
        raise ContractError("the enrolment is another device's")
    return enrolment
