"""The orders that the agent received, read from sync.db: proven again before they are obeyed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from device.sqlite_file import look_into


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order, its signature and addressee proven. `expires`: it is not begun after this."""

    id: str
    kind: str
    arguments: Mapping[str, str]
    issued: datetime
    expires: datetime | None


@dataclass(frozen=True, slots=True)
class ReceivedOrder:
    """An order as the agent has it, not proven yet. `boot`, `mono_ms`: when it came."""

    id: str
    jws: bytes
    boot: str
    mono_ms: int


VerifyOrder = Callable[[bytes], OrderFacts]
"""Proves an order as received (JWS). Raises ContractError when it does not hold."""


class ReceivedOrders:
    """Reads the agent's sync.db. Belongs to the thread that calls it; opens the file for each look."""

    def __init__(self, path: Path, verify: VerifyOrder) -> None:
        self._path = path
        self.verify = verify

    def unanswered(self) -> list[ReceivedOrder]:
        """The orders without an answer yet, the oldest first; not proven yet."""
        sql = "SELECT id, jws, boot, mono_ms FROM orders WHERE replied = 0 ORDER BY number"
        kinds = (str, bytes, str, int)
        return [ReceivedOrder(*columns) for columns in look_into(self._path, sql, kinds=kinds)]
