"""The topics of the contract."""

from __future__ import annotations

import pytest

from device.errors import ContractError
from sync.contract.topics import (
    Direction,
    DownName,
    Topic,
    UpName,
    check_device_id,
    down,
    every_device,
    parse,
    up,
)


def test_topics_are_as_the_contract_has_them() -> None:
    assert up("d-0001", UpName.RATINGS) == "hcp/1/d-0001/up/ratings"
    assert down("d-0001", DownName.RECEIPT) == "hcp/1/d-0001/down/receipt"
    assert every_device(UpName.STATUS) == "hcp/1/+/up/status"


@pytest.mark.parametrize("name", [*UpName, *DownName])
def test_a_topic_taken_apart_and_put_together_is_the_same(name: UpName | DownName) -> None:
    topic = up("d-0001", name) if isinstance(name, UpName) else down("d-0001", name)
    direction = Direction.UP if isinstance(name, UpName) else Direction.DOWN
    assert parse(topic) == Topic("d-0001", direction, name)
    assert str(parse(topic)) == topic


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "hcp/1/d-0001/up",
        "hcp/2/d-0001/up/ratings",
        "hcp/1/d-0001/up/receipt",
        "hcp/1/d-0001/down/ratings",
        "hcp/1/d-0001/sideways/ratings",
        "hcp/1/d-0001/up/ratings/more",
        "hcp/1//up/ratings",
        "hcp/1/+/up/ratings",
    ],
)
def test_what_is_no_topic_of_the_contract_is_an_error(topic: str) -> None:
    with pytest.raises(ContractError):
        parse(topic)


@pytest.mark.parametrize(
    "device", ["ab", "a/b", "a+b", "a#b", "-abc", "a b c", "设备一号", "x" * 65, "abc\n", ""]
)
def test_what_cannot_stand_in_a_topic_is_no_device_id(device: str) -> None:
    with pytest.raises(ContractError, match="is no device id"):
        check_device_id(device)


def test_an_ordinary_device_id_is_taken() -> None:
    assert check_device_id("510100-W07.a_1") == "510100-W07.a_1"
