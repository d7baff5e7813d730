"""What the device has from the province, each proven before it is acted on."""

from __future__ import annotations

from dataclasses import dataclass

from device.province_time import ReceivedReceipts
from device.received_orders import ReceivedOrders
from device.received_settings import ReceivedSettings
from device.sealed_receipts import SealedReceipts
from device.sealing import SealingKey


@dataclass(frozen=True, slots=True)
class Believed:
    """Read from the agent's sync.db. `sealing`: None, the province has no such key."""

    receipts: ReceivedReceipts
    sealed_receipts: SealedReceipts
    sealing: SealingKey | None
    settings: ReceivedSettings
    orders: ReceivedOrders
