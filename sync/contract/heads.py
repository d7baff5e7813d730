"""A signed head: the device's word, given at once, that its log stood at a row with this hash."""

from __future__ import annotations

import msgspec

from device.clock import Moment
from device.errors import ContractError
from device.json_text import read_json
from sync.contract import jws
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import Code, SignedHead, Time, Whole

TYP = "hcp-head+jws"
"""A signed head never passes for a message, nor a message for a signed head."""


class HeadClaim(msgspec.Struct, frozen=True, kw_only=True):
    """What is signed. `boot`, `mono_ms`, `at`, `clock`: when, by clocks as good as they were then."""

    head: SignedHead
    boot: Code
    mono_ms: Whole
    at: Time
    clock: Code


_decoder = msgspec.json.Decoder(HeadClaim)


def sign_head(head: SignedHead, now: Moment, key: SigningKey) -> str:
    """`head`, signed by the device's `key` at `now`."""
    claim = HeadClaim(head=head, boot=now.boot, mono_ms=now.mono_ms, at=now.wall_text, clock=now.quality)
    return jws.sign(msgspec.json.encode(claim), key, typ=TYP).decode("ascii")


def open_head(token: str, keys: KeySet) -> HeadClaim:
    """The head in `token`, signed by one of `keys`.

    Raises ContractError, of which NotJws, UnknownKey and BadSignature are the signature's.
    """
    payload = jws.verify(token.encode("ascii", "replace"), keys, typ=TYP)
    try:
        return read_json(payload, _decoder)
    except msgspec.DecodeError as error:
        raise ContractError(f"a signed head cannot be read: {error}") from None
