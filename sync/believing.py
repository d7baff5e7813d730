"""How the device proves what came from the province: under keys signed by the root pinned at enrolment."""

from __future__ import annotations

from datetime import datetime

from device.believed import Believed
from device.errors import ConfigError, ContractError
from device.phone import PhoneLinks, read_phone_key
from device.province_settings import PhoneOffer, ProvinceSettings
from device.province_time import ReceiptFacts, ReceivedReceipts
from device.received_orders import OrderFacts, ReceivedOrders
from device.received_settings import ReceivedSettings
from device.sealed_receipts import SealedReceipts
from device.sealing import SealingKey
from device.settings import ProvinceSection
from sync.contract.assignment import open_assignment
from sync.contract.envelope import unwrap
from sync.contract.keys import PublicKey, open_key_set
from sync.contract.messages import Order, Receipt, Settings
from sync.contract.topics import Direction, DownName, Topic


def believed(section: ProvinceSection, device: str, *, codes_shown: bool) -> Believed | None:
    """What `device` may believe by `section`, or None without the agent's file. Raises ConfigError.

    `codes_shown`: whether there is a screen for the links to phones.
    """
    if section.receipts is None:
        return None
    sync_db = section.receipts
    if section.key_set is None or section.root is None:
        raise ConfigError(["province.receipts: needs province.key_set and province.root beside it"])
    try:
        root = PublicKey.from_certificate(section.root.read_bytes())
        keys = open_key_set(section.key_set.read_text("ascii"), root)
        sealing = None if keys.sealing is None else SealingKey.from_jwk(keys.sealing.jwk)
    except (OSError, ValueError, ContractError) as error:
        raise ConfigError([f"province.key_set, province.root: cannot be used: {error}"]) from None

    def verify(jws: bytes) -> ReceiptFacts:
        topic = Topic(device, Direction.DOWN, DownName.RECEIPT)
        receipt = unwrap(jws, topic=topic, keys=keys).message
        if not isinstance(receipt, Receipt):
            raise ContractError(f"a receipt was expected, not {type(receipt).__name__}")
        return ReceiptFacts(
            receipt.log_id,
            receipt.through,
            datetime.fromisoformat(receipt.time),
            receipt.head,
            receipt.status,
            receipt.re,
        )

    def verify_settings(jws: bytes) -> ProvinceSettings:
        topic = Topic(device, Direction.DOWN, DownName.SETTINGS)
        message = unwrap(jws, topic=topic, keys=keys).message
        if not isinstance(message, Settings):
            raise ContractError(f"settings were expected, not {type(message).__name__}")
        statement = message.assignment
        return ProvinceSettings(
            version=message.version,
            assignment=None if statement is None else open_assignment(statement, device=device, keys=keys),
            names=message.names,
            clerks=tuple(message.clerks),
            indicators=message.indicator_list,
            rules=message.rules,
            phone=None if message.phone is None or not codes_shown else links_of(message.phone),
        )

    def links_of(offer: PhoneOffer) -> PhoneLinks | None:
        secret = read_phone_key(sync_db, offer.key)
        return None if secret is None else PhoneLinks(device, offer.base, secret)

    def verify_order(jws: bytes) -> OrderFacts:
        topic = Topic(device, Direction.DOWN, DownName.ORDER)
        order = unwrap(jws, topic=topic, keys=keys).message
        if not isinstance(order, Order):
            raise ContractError(f"an order was expected, not {type(order).__name__}")
        expires = None if order.expires_at is None else datetime.fromisoformat(order.expires_at)
        issued = datetime.fromisoformat(order.issued_at)
        return OrderFacts(order.id, order.kind, order.arguments, issued, expires)

    return Believed(
        ReceivedReceipts(section.receipts, verify),
        SealedReceipts(section.receipts, verify),
        sealing,
        ReceivedSettings(section.receipts, verify_settings),
        ReceivedOrders(section.receipts, verify_order),
    )
