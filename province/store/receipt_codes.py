"""The receipt codes that citizens asked for, each with the salted hash of its word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

import msgspec
import sqlalchemy as sa

from device.receipt_code import receipt_code
from device.row import Row
from province.ingest.reading import RATING
from province.store.ledger_tables import ratings, receipt_codes

KIND = "receipt"

_Hex = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]+\Z", max_length=64)]


class _ReceiptRow(msgspec.Struct):
    visit: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
    code: str
    salt: _Hex
    word: _Hex


@dataclass(frozen=True, slots=True)
class Asked:
    """That the code of `visit`, rated at `device`, was asked for, with this hash of a word."""

    device: str
    visit: str
    salt: str
    word: str


@dataclass(frozen=True, slots=True)
class Received:
    """When the first row of a visit came, and whether the visit is over."""

    at: str
    settled: bool


def add(connection: sa.Connection, device: str, rows: Iterable[Row]) -> None:
    """Keep the codes among new `rows` of `device`. One that is not made of its visit is none, and kept only
    as the row that it is."""
    for row in rows:
        if row.get("kind") != KIND:
            continue
        try:
            asked = msgspec.convert(row, _ReceiptRow)
        except msgspec.ValidationError:
            continue
        if asked.code == receipt_code(asked.visit):
            connection.execute(
                sa.insert(receipt_codes).values(
                    code=asked.code, device=device, visit=asked.visit, salt=asked.salt, word=asked.word
                )
            )


def find(connection: sa.Connection, code: str) -> Asked | None:
    """The newest request for `code` by a device that has a rating of its visit: another's word is none."""
    columns = receipt_codes.c
    rated = sa.exists().where(ratings.c.device == columns.device, ratings.c.visit == columns.visit)
    row = connection.execute(
        sa.select(columns.device, columns.visit, columns.salt, columns.word)
        .where(columns.code == code, rated)
        .order_by(columns.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Asked(*row)


def received(connection: sa.Connection, asked: Asked) -> Received | None:
    """What became of the visit; None when no rating of it is here."""
    found = connection.execute(
        sa.select(ratings.c.received_at, ratings.c.settled_at)
        .where(ratings.c.device == asked.device, ratings.c.visit == asked.visit, ratings.c.kind == RATING)
        .order_by(ratings.c.id)
    ).all()
    return Received(found[0].received_at, found[-1].settled_at is not None) if found else None
