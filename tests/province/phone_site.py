"""A province bench where citizens rate by phone, and devices that make links for them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from device.clock import wall_text
from device.indicators import national_list
from device.phone import PhoneLinks
from device.phone_link import read_point
from device.sealing import SealingKey
from province.phone.desk import PhoneDesk
from province.phone.keys import PhoneKey
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice

BASE = "https://hcp.sc.example.cn/r/"


@dataclass
class PhoneSite:
    """The desk of a bench. `told`: the devices and visits that were told of a rating, unless `tell` does."""

    bench: ProvinceBench
    key: PhoneKey = field(default_factory=PhoneKey.generate)
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    told: list[tuple[str, str]] = field(default_factory=list)
    tell: Callable[[str, str], None] | None = None

    def __post_init__(self) -> None:
        self.desk = PhoneDesk(
            self.bench.database,
            clock=self.bench.clock,
            key=self.key,
            sealing=SealingKey(self.private.public_key()),
            lasts=timedelta(days=7),
            national=national_list(),
            tell=self.tell or (lambda device, visit: self.told.append((device, visit))),
        )

    def link(self, device: SimulatedDevice, visit: str, *, timed: bool = True) -> str:
        """The token on the screen of `device` in `visit`."""
        secret = device.key.share(read_point(self.key.public), device=device.name)
        made_at = self.bench.clock.now().wall if timed else None
        address = PhoneLinks(device.name, BASE, secret).address(visit, assignment=1, made_at=made_at)
        return address.removeprefix(BASE)

    def silence(self, device: SimulatedDevice, visit: str, **changed: Any) -> None:
        """The device's own row of a visit that went to a phone, sent."""
        now = wall_text(self.bench.clock.now().wall)
        row = {"visit": visit, "flags": ["phone_offered"], "at": now, "invited_at": now}
        device.rate(None, **{**row, **changed})
        self.bench.hello(device)
        self.bench.send(device)


def new_visit() -> str:
    return secrets.token_hex(16)
