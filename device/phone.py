"""The device's end of rating by phone: the address that a citizen's phone is to open."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from device.phone_link import PhoneLink, device_mark, sign_link
from device.sqlite_file import look_into


@dataclass(frozen=True, slots=True)
class PhoneLinks:
    """Makes the addresses of one device's visits. `base`: of the province's page; `key`: shared with it."""

    device: str
    base: str
    key: bytes = field(repr=False)

    def address(self, visit: str, *, assignment: int | None, made_at: datetime | None) -> str:
        """The address of `visit`, the same for the same facts. `made_at` None: the time is not known."""
        link = PhoneLink(device_mark(self.device), visit, assignment, made_at)
        return self.base + sign_link(link, self.key)


def read_phone_key(sync_db: Path, public: str) -> bytes | None:
    """The key that the agent has derived with the province's key `public`; None until it has."""
    sql = "SELECT secret FROM phone_key WHERE public = ?"
    for (secret,) in look_into(sync_db, sql, public, kinds=(bytes,)):
        return bytes(secret)
    return None
