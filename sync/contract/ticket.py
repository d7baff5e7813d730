"""The ticket: the province's signed permission to enrol one device at one window, once."""

from __future__ import annotations

import base64
from typing import Annotated

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from sync.contract import statement as statements
from sync.contract.keys import KeySet, SigningKey
from sync.contract.statement import open_statement, sign_statement

TYP = "hcp-ticket+jws"

_Code = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """What a box that knows nothing needs to be enrolled. The names are short: it must fit a QR code.

    `id`: 16 hexadecimal digits. `url`: of the enrolment service, https://HOST:PORT. `ca`: the fingerprint of
    the province's root (see `fingerprint`), by which the box knows that it speaks with the right one.
    `window`, `hall`: codes. `until`: RFC 3339; the province judges it by its own clock, never the box.
    """

    id: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$", max_length=16)]
    url: Annotated[str, msgspec.Meta(pattern="^https://", max_length=255)]
    ca: Annotated[str, msgspec.Meta(min_length=43, max_length=43)]
    window: _Code
    hall: _Code
    until: Annotated[str, msgspec.Meta(max_length=40)]


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate (DER) in 43 letters of base64url."""
    return base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).rstrip(b"=").decode("ascii")


def sign_ticket(ticket: Ticket, key: SigningKey) -> str:
    """`ticket`, signed by the province's `key`."""
    return sign_statement(ticket, key, typ=TYP)


def open_ticket(statement: str, keys: KeySet) -> Ticket:
    """The ticket in `statement`, signed by one of `keys`. Raises ContractError."""
    return open_statement(statement, Ticket, keys, typ=TYP)


def read_unproven(statement: str) -> Ticket:
    """What a ticket says before it can be proven: where to ask, and whom to believe. Raises ContractError.

    Whoever could change a ticket could make a whole other one; that the box then finds no province that
    takes it is what protects it. It is proven by `open_ticket` as soon as the keys are here.
    """
    return statements.read_unproven(statement, Ticket)
