"""docs/wire.md names what the code speaks."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from sync.contract import errors
from sync.contract.messages import TYPES, LogState, Message, SignedHead
from sync.contract.topics import Direction, DownName, Topic, UpName

PAGE = (Path(__file__).parents[3] / "docs" / "wire.md").read_text("utf-8")


@pytest.mark.parametrize("name", [*UpName, *DownName])
def test_every_topic_is_on_the_page(name: UpName | DownName) -> None:
    direction = Direction.UP if isinstance(name, UpName) else Direction.DOWN
    assert f"`{Topic('{device}', direction, name)}`" in PAGE


@pytest.mark.parametrize("message", [*TYPES.values(), LogState, SignedHead])
def test_every_field_of_every_message_is_on_the_page(message: type[Message]) -> None:
    missing = [f.encode_name for f in msgspec.structs.fields(message) if f"`{f.encode_name}`" not in PAGE]
    assert missing == []


@pytest.mark.parametrize(
    "name", ["Unverified", "NotJws", "TooLarge", "UnknownKey", "BadSignature", "Refusable"]
)
def test_every_kind_of_fault_is_on_the_page(name: str) -> None:
    assert hasattr(errors, name)
    assert f"`{name}`" in PAGE
