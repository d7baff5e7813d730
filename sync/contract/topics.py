"""The topics of the contract: `hcp/1/{device}/up/{name}` and `hcp/1/{device}/down/{name}`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from device.errors import ContractError

ROOT = "hcp/1"

# What a CN may be: no MQTT wildcard or separator, nothing that needs escaping in an ACL or a file name.
_DEVICE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,63}", re.ASCII)


class Direction(StrEnum):
    """Which way a message goes: up to the province, down to the device."""

    UP = "up"
    DOWN = "down"


class UpName(StrEnum):
    """What a device says."""

    HELLO = "hello"
    RATINGS = "ratings"
    SEALED = "sealed"
    STATUS = "status"
    REPLY = "reply"


class DownName(StrEnum):
    """What the province says to one device."""

    RECEIPT = "receipt"
    SETTINGS = "settings"
    ORDER = "order"


Name = UpName | DownName


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic taken apart."""

    device: str
    direction: Direction
    name: Name

    def __str__(self) -> str:
        return f"{ROOT}/{self.device}/{self.direction}/{self.name}"


def check_device_id(device: str) -> str:
    """`device`, if it can name a device in topics and certificates. Raises ContractError."""
    if not _DEVICE_ID.fullmatch(device):
        raise ContractError(
            f"{device!r} is no device id: 3 to 64 letters, digits, '.', '_' or '-', a letter or digit first"
        )
    return device


def up(device: str, name: UpName) -> str:
    """The topic on which `device` publishes `name`. Raises ContractError when `device` is no device id."""
    return str(Topic(check_device_id(device), Direction.UP, name))


def down(device: str, name: DownName) -> str:
    """The topic on which the province publishes `name` to `device`. Raises ContractError."""
    return str(Topic(check_device_id(device), Direction.DOWN, name))


def every_device(name: UpName) -> str:
    """The filter by which the province subscribes to `name` of every device."""
    return f"{ROOT}/+/{Direction.UP}/{name}"


def shared_by_workers(name: UpName) -> str:
    """The filter by which workers share `name` of every device: each message goes to one of them.

    Not for retained messages: MQTT 5 sends none of them to a shared subscription.
    """
    return f"$share/province/{every_device(name)}"


def parse(topic: str) -> Topic:
    """The parts of `topic`. Raises ContractError when it is none of this contract's."""
    parts = topic.split("/")
    if len(parts) != 5 or f"{parts[0]}/{parts[1]}" != ROOT:
        raise ContractError(f"{topic!r} is no topic of {ROOT}")
    try:
        direction = Direction(parts[3])
        name: Name = UpName(parts[4]) if direction is Direction.UP else DownName(parts[4])
    except ValueError:
        raise ContractError(f"{topic!r}: {ROOT} has no {parts[3]}/{parts[4]}") from None
    return Topic(check_device_id(parts[2]), direction, name)
