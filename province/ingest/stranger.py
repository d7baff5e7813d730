"""The hello of a device nobody registered: read without belief, only to answer it."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import msgspec

from device.json_text import read_json
from sync.contract import cloudevent
from sync.contract.messages import Code


class _Named(msgspec.Struct):
    session: Code


_named_decoder = msgspec.json.Decoder(_Named)


@dataclass(frozen=True, slots=True)
class StrangerHello:
    """What an answer must repeat. Not verified: the broker vouches for the topic's name, nothing else."""

    id: str
    session: str


def read_stranger(payload: bytes) -> StrangerHello | None:
    """The id and session that an unverified hello claims; None when it does not even look like one."""
    _, _, rest = payload.partition(b".")
    text = rest.partition(b".")[0]
    try:
        event = cloudevent.decode(base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4)))
        named = read_json(event.data, _named_decoder)
        return StrangerHello(msgspec.convert(event.id, Code), named.session)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        return None
