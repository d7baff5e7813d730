"""Rows for a real ledger."""

from __future__ import annotations

import secrets
import sqlite3
from typing import Any

import msgspec

from device import chain
from device.clock import FakeClock
from device.ledger.reader import StoredBlob
from device.ledger.writer import Ledger
from device.row import Outcome, Rating, Sealed
from sync.contract.sealed import blob_hash


def rate(ledger: Ledger, times: int = 1) -> None:
    """Append ratings to `ledger`."""
    for number in range(times):
        ledger.append(_rating(number))


def leave(ledger: Ledger) -> StoredBlob:
    """Append a rating with a sealed blob beside it, both in one transaction."""
    enc, ct = b"\x04" + secrets.token_bytes(64), secrets.token_bytes(1040)
    head = ledger.head
    blob = StoredBlob(head.seq + 1, blob_hash(enc, ct), "kid", "HPKE-P256-SHA256-A128GCM", enc, ct)
    rating = _rating(0, sealed=Sealed(sha256=blob.sha256, purpose="words"))
    canonical = chain.canonical({**msgspec.to_builtins(rating), "seq": blob.seq})
    ledger.close()
    connection = sqlite3.connect(ledger.path, timeout=30, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "INSERT INTO ledger VALUES (?, ?, ?, ?, NULL)",
        (blob.seq, head.hash, chain.link(head.hash, canonical), canonical.decode("utf-8")),
    )
    connection.execute(
        "INSERT INTO sealed (sha256, seq, kid, suite, enc, ct) VALUES (?, ?, ?, ?, ?, ?)",
        (blob.sha256, blob.seq, blob.kid, blob.suite, blob.enc, blob.ct),
    )
    connection.execute("COMMIT")
    connection.close()
    ledger.open()
    return blob


def _rating(number: int, **changed: Any) -> Rating:
    moment = FakeClock().now()
    fields: dict[str, Any] = {
        "visit": f"{number:032x}",
        "outcome": Outcome.RATED,
        "level": 1 + number % 5,
        "at": moment.wall_text,
        "boot": moment.boot,
        "mono_ms": moment.mono_ms + number,
        "clock": moment.quality,
        "window": "W07",
        "assignment": 3,
        "channel": 4,
        "language": "zh-Hans",
        "layout_id": "row5-desc-1",
        "indicator_list": "2021-1",
    }
    return Rating(**{**fields, **changed})
