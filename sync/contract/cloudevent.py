"""CloudEvents 1.0 in structured JSON: the envelope's outside, without signature or meaning."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from device.json_text import read_json

SPECVERSION: Final = "1.0"
CONTENT_TYPE: Final = "application/json"

_Attribute = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event. `data` stays as the bytes of its JSON until someone knows its type.

    `time` is RFC 3339 by the sender's clock, which may be wrong; nothing is ordered by it.
    """

    specversion: Literal["1.0"]
    id: _Attribute
    source: _Attribute
    type: _Attribute
    time: _Attribute
    dataschema: _Attribute
    data: msgspec.Raw
    subject: _Attribute | None = None
    datacontenttype: Literal["application/json"] | None = None


_decoder = msgspec.json.Decoder(CloudEvent)


def encode(event: CloudEvent) -> bytes:
    """`event` as structured JSON."""
    return msgspec.json.encode(event)


def decode(text: bytes) -> CloudEvent:
    """The event in `text`. Raises msgspec.DecodeError (ValidationError names the attribute)."""
    return read_json(text, _decoder)
