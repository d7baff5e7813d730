"""A message taken apart for a person to read, whatever of it can be believed."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from device.errors import ContractError
from device.json_text import read_any_json
from sync.contract import jws
from sync.contract.batch import check_batch
from sync.contract.cloudevent import decode as decode_event
from sync.contract.envelope import check_addresses
from sync.contract.errors import UnknownKey, Unverified
from sync.contract.heads import TYP as HEAD_TYP
from sync.contract.heads import open_head
from sync.contract.keys import KEY_SET_TYP, KeySet
from sync.contract.messages import Ratings, Sealed
from sync.contract.sealed import blob_hash, blob_of
from sync.contract.topics import Topic


class SignatureState(StrEnum):
    """What is known of a signature."""

    HOLDS = "holds"
    FAILS = "does not hold"
    UNKNOWN_KEY = "by a key that was not given"
    UNCHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class InnerHead:
    """A head that a status announces, signed on its own."""

    signature: SignatureState
    claim: Any


@dataclass(slots=True)
class Inspection:
    """What is in a message. Each part is None where it could not be read; `faults` says why, in sentences.

    `data`: that of a CloudEvent, else the whole payload. `rows`: None where there are none, else whether
    the hash of every row follows from the row before it. `heads`: those of a status. `blob`: the SHA-256 by
    which a row names the sealed blob; what is in that nobody can read here.
    """

    header: Any = None
    event: dict[str, Any] | None = None
    data: Any = None
    signature: SignatureState = SignatureState.UNCHECKED
    rows: bool | None = None
    blob: str | None = None
    heads: list[InnerHead] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def inspect(token: bytes, *, topic: Topic | None = None, keys: KeySet | None = None) -> Inspection:
    """Take `token` apart; it came on `topic`, if that is known. Never raises: what is wrong is in `faults`.

    Without `keys` no signature is checked. A signature that does not hold is no fault of the reading.
    """
    found = Inspection()
    parts = token.split(b".")
    if len(token) > jws.MAX_BYTES:
        found.faults.append(f"has {len(token)} bytes; the contract allows {jws.MAX_BYTES}")
    if len(parts) != 3:
        found.faults.append("is not a compact JWS: three parts, with a dot between")
        return found
    found.header = _json(parts[0], "header", found.faults)
    payload = _json(parts[1], "payload", found.faults)
    typ = found.header.get("typ") if isinstance(found.header, dict) else None
    if typ in (jws.TYP, HEAD_TYP, KEY_SET_TYP):
        if keys is not None:
            found.signature = _signature(token, keys, typ)
    elif found.header is not None:
        found.faults.append(f"its header has typ {typ!r}, which is none of this contract's")
    if typ == jws.TYP and isinstance(payload, dict):
        found.event, found.data = payload, payload.get("data")
        _check_event(_bytes(parts[1]), topic, found)
        _check_data(found, keys)
    else:
        found.data = payload
    return found


def _check_event(payload: bytes, topic: Topic | None, found: Inspection) -> None:
    try:
        event = decode_event(payload)
        if topic is not None:
            check_addresses(event, topic)
    except msgspec.DecodeError as error:
        found.faults.append(f"is not a CloudEvent 1.0: {error}")
    except ContractError as error:
        found.faults.append(f"is not what its topic says: {error}")


def _check_data(found: Inspection, keys: KeySet | None) -> None:
    data = found.data
    if not isinstance(data, dict):
        return
    if isinstance(data.get("rows"), list):
        try:
            check_batch(msgspec.convert(data, Ratings))
            found.rows = True
        except (ContractError, msgspec.ValidationError) as error:
            found.rows = False
            found.faults.append(f"its rows do not hold together: {error}")
    if "enc" in data and "ct" in data:
        try:
            found.blob = blob_hash(*blob_of(msgspec.convert(data, Sealed)))
        except (ContractError, msgspec.ValidationError) as error:
            found.faults.append(f"its sealed blob cannot be read: {error}")
    for token in data["heads"] if isinstance(data.get("heads"), list) else []:
        if isinstance(token, str):
            found.heads.append(_inner_head(token, keys))


def _inner_head(token: str, keys: KeySet | None) -> InnerHead:
    head = inspect(token.encode("utf-8", "replace"), keys=keys)
    state = head.signature
    if keys is not None and state is SignatureState.HOLDS:
        try:
            open_head(token, keys)
        except ContractError:
            state = SignatureState.FAILS  # signed, but as something else
    return InnerHead(state, head.data)


def _signature(token: bytes, keys: KeySet, typ: str) -> SignatureState:
    try:
        jws.verify(token, keys, typ=typ)
    except UnknownKey:
        return SignatureState.UNKNOWN_KEY
    except Unverified:
        return SignatureState.FAILS
    return SignatureState.HOLDS


def _json(part: bytes, name: str, faults: list[str]) -> Any:
    try:
        return read_any_json(_bytes(part))
    except (binascii.Error, msgspec.DecodeError) as error:
        faults.append(f"its {name} is not JSON in base64url: {error}")
        return None


def _bytes(part: bytes) -> bytes:
    return base64.b64decode(part + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
