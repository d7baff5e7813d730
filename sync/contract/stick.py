"""What travels on a stick where a hall has no network: a box's request, the office's answer or refusal.

Each is one JSON file: `DEVICE.request.json`, `DEVICE.answer.json`, `DEVICE.refused.json`.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from device.errors import ContractError
from device.json_text import read_json

VERSION = 1
REQUEST, ANSWER, REFUSAL = ".request.json", ".answer.json", ".refused.json"
MOST_BYTES = 512 * 1024
"""The largest of these files: an answer with settings that fill a message."""

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Version = Annotated[int, msgspec.Meta(ge=1)]


class StickRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A box asks for its certificate. `ticket`: JWS; `csr`: PEM; `replace`: it takes another's place."""

    device: _Id
    ticket: Annotated[str, msgspec.Meta(max_length=4096)]
    csr: Annotated[str, msgspec.Meta(max_length=4096)]
    replace: bool = False
    version: _Version = VERSION


class StickAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The certificate with its chain, the province's root (both PEM), keys.jws, the enrolment (JWS)."""

    device: _Id
    certificate: str
    ca: str
    keys: str
    enrolment: str
    version: _Version = VERSION


class StickRefusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no answer: `error` is the code as over HTTPS, `message` a sentence in English."""

    device: str
    error: str
    message: str
    facts: dict[str, Any]
    version: _Version = VERSION


def read_request(content: bytes) -> StickRequest:
    """The request in the file's content. Raises ContractError."""
    try:
        found = read_json(content, msgspec.json.Decoder(StickRequest))
    except msgspec.DecodeError as error:
        raise ContractError(f"the request cannot be read: {error}") from None
    if found.version != VERSION:
        raise ContractError(f"the request is of version {found.version}; allowed: {VERSION}")
    return found
