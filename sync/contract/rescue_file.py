"""The file of a rescue: its statements, carried to the office where a hall has no network."""

from __future__ import annotations

from typing import Annotated

import msgspec

from device.errors import ContractError
from device.json_text import read_json
from sync.contract.jws import MAX_BYTES
from sync.contract.messages import Code

VERSION = 1

FILE_BYTES = 512 * 1024 * 1024
"""The largest that is read: half a million ratings, years of a device that was never online."""


class RescueFile(msgspec.Struct, frozen=True, kw_only=True):
    """`statements`: sync.contract.rescue, in the order in which they are to be taken."""

    version: int
    device: Code
    statements: list[Annotated[str, msgspec.Meta(max_length=MAX_BYTES)]]


def write_rescue_file(device: str, statements: list[str]) -> bytes:
    """The content of the file."""
    return msgspec.json.encode(RescueFile(version=VERSION, device=device, statements=statements)) + b"\n"


def read_rescue_file(content: bytes) -> RescueFile:
    """What is in it. Raises ContractError."""
    if len(content) > FILE_BYTES:
        raise ContractError(f"has more than {FILE_BYTES} bytes")
    try:
        file = read_json(content, msgspec.json.Decoder(RescueFile))
    except msgspec.DecodeError as error:
        raise ContractError(f"it cannot be read: {error}") from None
    if file.version != VERSION:
        raise ContractError(f"version is {file.version}; read here: {VERSION}")
    return file
