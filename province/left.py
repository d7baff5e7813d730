"""What a citizen left beside the rating, words or a telephone number, as it comes out of the seal."""

from __future__ import annotations

from typing import Annotated

import msgspec

from device.json_text import read_json
from province.errors import OpeningError

PLAIN_BYTES = 1024
_END = b"\x80"  # then zeros up to the full size: the length of a blob tells nothing

_Text = Annotated[str, msgspec.Meta(max_length=PLAIN_BYTES)]


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """`words` as they were typed, `contact` a telephone number, `consent` the text that was agreed to."""

    contact: _Text | None
    consent: _Text
    words: _Text | None


_decoder = msgspec.json.Decoder(Left)


def read_left(plain: bytes) -> Left:
    """What is in the opened seal. Raises OpeningError, which repeats nothing of it."""
    text = plain.rstrip(b"\x00")
    if len(plain) != PLAIN_BYTES or not text.endswith(_END):
        raise OpeningError("what is in the seal is not padded as agreed; the device's software is at fault")
    try:
        return read_json(text.removesuffix(_END), _decoder)
    except msgspec.DecodeError:
        # Not from: the decoder's own words could repeat a citizen's.
        raise OpeningError(
            "what is in the seal is not of the agreed form; the device's software is at fault"
        ) from None
