"""A province as the device knows it: a sync.db that an agent writes, whose tokens hold or do not."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from device.clock import FakeClock, Moment
from device.errors import ContractError
from device.province_settings import ProvinceSettings
from device.received_orders import OrderFacts, ReceivedOrders
from device.received_settings import ReceivedSettings

SEAL = b"signed:"
ISSUED = FakeClock().now().wall


class SignedProvince:
    """`forge` puts in what nobody signed."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "sync.db"
        with sqlite3.connect(self._path) as db:
            db.execute("CREATE TABLE settings (one INTEGER PRIMARY KEY, version INTEGER, jws BLOB)")
            db.execute(
                "CREATE TABLE orders (number INTEGER PRIMARY KEY, id TEXT, jws BLOB, replied INTEGER,"
                " boot TEXT, mono_ms INTEGER)"
            )
        self.settings = ReceivedSettings(self._path, self._verify)
        self.orders = ReceivedOrders(self._path, self._verify_order)

    def set(self, version: int, **values: Any) -> None:
        body = msgspec.json.encode({"version": version, **values})
        self._put(version, SEAL + body)

    def forge(self, version: int, **values: Any) -> None:
        self._put(version, msgspec.json.encode({"version": version, **values}))

    def order(
        self, id: str, kind: str, *, expires: str | None = None, came: Moment | None = None, **arguments: str
    ) -> None:
        until = None if expires is None else datetime.fromisoformat(expires)
        order = OrderFacts(id, kind, arguments, ISSUED, until)
        self._put_order(id, SEAL + msgspec.json.encode(order), came)

    def forge_order(self, id: str, kind: str) -> None:
        self._put_order(id, msgspec.json.encode(OrderFacts(id, kind, {}, ISSUED, None)))

    def _put_order(self, id: str, token: bytes, came: Moment | None = None) -> None:
        came = came or FakeClock().now()
        with sqlite3.connect(self._path) as db:
            db.execute(
                "INSERT INTO orders (id, jws, replied, boot, mono_ms) VALUES (?, ?, 0, ?, ?)",
                [id, token, came.boot, came.mono_ms],
            )

    def _verify_order(self, token: bytes) -> OrderFacts:
        if not token.startswith(SEAL):
            raise ContractError("the signature does not hold")
        return msgspec.json.decode(token.removeprefix(SEAL), type=OrderFacts)

    def _put(self, version: int, token: bytes) -> None:
        with sqlite3.connect(self._path) as db:
            db.execute("INSERT OR REPLACE INTO settings VALUES (1, ?, ?)", [version, token])

    def _verify(self, token: bytes) -> ProvinceSettings:
        if not token.startswith(SEAL):
            raise ContractError("the signature does not hold")
        return msgspec.json.decode(token.removeprefix(SEAL), type=ProvinceSettings)
