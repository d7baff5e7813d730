"""A technician of tests: a key that the office knows, and rescues signed by it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from cryptography.hazmat.primitives import serialization

from device.clock import wall_text
from province.ca import Issued
from province.rescues import Rescues
from province.technicians import LocalTechnicianOffice
from sync.contract.keys import SigningKey
from sync.contract.messages import LogState, Ratings, Sealed
from sync.contract.rescue import Rescue, sign_rescue
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice, SimulatedLog


def rescues_of(bench: ProvinceBench) -> Rescues:
    return Rescues(bench.database, clock=bench.clock, key=bench.key)


def office_of(bench: ProvinceBench) -> LocalTechnicianOffice:
    return LocalTechnicianOffice(
        bench.database, clock=bench.clock, ca=bench.ca.certificate, rescues=rescues_of(bench)
    )


@dataclass(frozen=True)
class Technician:
    """Who was made at the office. `ca`: PEM of the root that certified them."""

    name: str
    issued: Issued
    ca: bytes

    @property
    def key(self) -> SigningKey:
        key = serialization.load_pem_private_key(self.issued.key, None)
        return SigningKey(key)  # type: ignore[arg-type]

    @property
    def pem(self) -> bytes:
        """technician.pem"""
        return self.issued.certificate + self.issued.key + self.ca

    def rescue(
        self,
        device: SimulatedDevice,
        first: int = 1,
        last: int | None = None,
        *,
        at: datetime,
        log: SimulatedLog | None = None,
        key: SigningKey | None = None,
        sealed: list[Sealed] | None = None,
        said: dict[str, Any] | None = None,
    ) -> str:
        """A signed rescue of rows `first` to `last` (the log's last; 0: of none) of the device's log."""
        log = log or device.log
        end = len(log.rows) if last is None else last
        state: LogState = msgspec.structs.replace(log.state(), **(said or {}))
        ratings: Ratings | None = log.batch(first, end) if end else None
        rescue = Rescue(
            id=secrets.token_hex(16),
            device=device.name,
            at=wall_text(at),
            log=state,
            ratings=ratings,
            sealed=sealed or [],
        )
        return sign_rescue(rescue, key or self.key)


def made(bench: ProvinceBench, name: str = "zhang") -> Technician:
    """A new technician whom the office knows."""
    issued = bench.ca.issue_client(f"tech-{name}", bench.clock.now().wall)
    assert office_of(bench).add(issued.certificate.decode("ascii")) == name
    return Technician(name, issued, bench.ca.pem[0])
