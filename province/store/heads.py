"""Heads that devices announced ahead of their rows: what must come, or somebody changed a ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from province.store.ledger_tables import heads


@dataclass(frozen=True, slots=True)
class AnnouncedHead:
    """Row `seq` of a log has `hash`, as `session` announced. `jws`: the head as it was signed, or None."""

    log_id: str
    seq: int
    hash: str
    session: str
    announced_at: str
    jws: str | None
    contradicted: bool


def of_log(connection: sa.Connection, log_id: str) -> list[AnnouncedHead]:
    """Those of a log that were not confirmed, by seq."""
    found = sa.select(heads).where(heads.c.log_id == log_id).order_by(heads.c.seq)
    return [AnnouncedHead(*row) for row in connection.execute(found)]


def keep(connection: sa.Connection, head: AnnouncedHead) -> None:
    """Keep one more, of a row that none was announced for yet."""
    connection.execute(
        sa.insert(heads).values(
            log_id=head.log_id,
            seq=head.seq,
            hash=head.hash,
            session=head.session,
            announced_at=head.announced_at,
            jws=head.jws,
            contradicted=head.contradicted,
        )
    )


def settle(connection: sa.Connection, log_id: str, hashes: Mapping[int, str]) -> list[AnnouncedHead]:
    """Compare with rows that are committed now, by seq; those that they newly contradict.

    A head that they confirm is forgotten: the row says more.
    """
    if not hashes:
        return []
    contradicted = []
    for head in of_log(connection, log_id):
        if head.seq not in hashes or head.contradicted:
            continue
        this = (heads.c.log_id == log_id) & (heads.c.seq == head.seq)
        if head.hash == hashes[head.seq]:
            connection.execute(sa.delete(heads).where(this))
        else:
            contradicted.append(head)
            connection.execute(sa.update(heads).where(this).values(contradicted=True))
    return contradicted


def mark_contradicted(connection: sa.Connection, log_id: str, seq: int) -> None:
    """A log was presented that ends before this head."""
    this = (heads.c.log_id == log_id) & (heads.c.seq == seq)
    connection.execute(sa.update(heads).where(this).values(contradicted=True))
