"""The certificates given to devices: whoever revokes a device must know all of its that have not ended."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from cryptography import x509

from device.clock import wall_text
from province.store.dialect import insert_new
from province.store.identity_tables import certificates


def record(connection: sa.Connection, device: str, certificate: x509.Certificate, now: datetime) -> None:
    """Keep that `device` was given `certificate`."""
    connection.execute(
        insert_new(connection, certificates).values(
            serial=f"{certificate.serial_number:x}",
            device=device,
            issued_at=wall_text(now),
            until_at=wall_text(certificate.not_valid_after_utc),
        )
    )


def serials_of(connection: sa.Connection, device: str) -> list[int]:
    """The serial numbers of every certificate given to `device`, the first first."""
    rows = connection.execute(
        sa.select(certificates.c.serial)
        .where(certificates.c.device == device)
        .order_by(certificates.c.issued_at, certificates.c.serial)
    )
    return [int(serial, 16) for serial in rows.scalars()]
