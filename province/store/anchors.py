"""The anchors of time: which UTC a device's monotonic clock stood for, boot by boot."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from device.clock import wall_text
from province.ingest.time_line import Anchor
from province.store.dialect import insert_new
from province.store.ledger_tables import anchors


def add(connection: sa.Connection, device: str, boot: str, anchor: Anchor) -> None:
    """Keep an anchor; one that is there for the same moment stays."""
    connection.execute(
        insert_new(connection, anchors).values(
            device=device, boot=boot, mono_ms=anchor.mono_ms, at=wall_text(anchor.at)
        )
    )


def of_boots(connection: sa.Connection, device: str, boots: Collection[str]) -> dict[str, list[Anchor]]:
    """The anchors of these boots of the device, by boot; an empty list where there are none."""
    found: dict[str, list[Anchor]] = {boot: [] for boot in boots}
    if found:
        rows = connection.execute(
            sa.select(anchors).where(anchors.c.device == device, anchors.c.boot.in_(list(boots)))
        )
        for row in rows:
            found[row.boot].append(Anchor(row.mono_ms, datetime.fromisoformat(row.at)))
    return found
