"""The settings of a device as the message that carries them, signed."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import msgspec

from device.clock import wall_text
from device.errors import InvalidField
from device.province_settings import Assignment
from province.store.settings import Body
from sync.contract.assignment import sign_assignment
from sync.contract.envelope import PROVINCE, device_path, wrap
from sync.contract.errors import TooLarge
from sync.contract.keys import SigningKey
from sync.contract.messages import Settings
from sync.contract.topics import DownName

_LONGEST = 64  # characters of a device's id and of a window's


def sign_settings(
    device: str, version: int, body: Body, *, assignment: Assignment | None, at: datetime, key: SigningKey
) -> bytes:
    """The message that carries `body` to `device`. Raises TooLarge."""
    return wrap(
        _message(version, body, None if assignment is None else sign_assignment(assignment, key)),
        name=DownName.SETTINGS,
        source=PROVINCE,
        subject=device_path(device),
        at=at,
        key=key,
        id=secrets.token_hex(16),
    )


def check_deliverable(body: Body) -> None:
    """That a message can carry `body` to any device, at any version and window. Raises InvalidField."""
    try:
        msgspec.convert(msgspec.to_builtins(_message(1, body, None)), Settings)
    except msgspec.ValidationError as error:
        raise InvalidField("settings", str(error)) from None
    now, most = datetime.now(UTC), 2**53 - 1
    longest = Assignment(device="d" * _LONGEST, window="窗" * _LONGEST, number=most, since=wall_text(now))
    try:
        sign_settings(longest.device, most, body, assignment=longest, at=now, key=SigningKey.generate())
    except TooLarge as error:
        raise InvalidField("settings", f"are more than one message carries: {error}") from None


def _message(version: int, body: Body, statement: str | None) -> Settings:
    return Settings(
        version=version,
        assignment=statement,
        names=body.names,
        clerks=body.clerks,
        indicator_list=body.indicator_list,
        rules=body.rules,
        phone=body.phone,
    )
