"""Whether two boxes speak as one device: a boot that is over says nothing any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from device.clock import wall_text
from province.ingest.alarm import AlarmCode, Raised
from province.ingest.timing import TRUSTED
from province.store import boots
from province.store.boots import Boot
from sync.contract.messages import Hello

LATE = timedelta(minutes=1)
"""So much later than another a message may be taken that was sent before it, by two workers."""


def check_boot(connection: sa.Connection, device: str, hello: Hello, now: datetime) -> list[Raised]:
    """Note the boot that a hello names; an alarm when it is one that another had taken the place of.

    A box that restarts goes from A to B and never comes back to A. Two boxes with one card's image throw each
    other off the line and are heard in turn: A, B, A.
    """
    # What a device calls its boot may hold a null character, which is no text for PostgreSQL.
    heard = Boot(
        boot=hello.boot.replace("\0", "\ufffd"),
        session=hello.session.replace("\0", "\ufffd"),
        sent_at=hello.sent_at if hello.clock == TRUSTED else None,
        heard_at=wall_text(now),
    )
    known = boots.of_device(connection, device)
    if is_late(known, heard):
        return []
    came_back = heard.boot in {boot.boot for boot in known[1:]}
    boots.put_first(connection, device, heard)
    if not came_back:
        return []
    return [
        Raised(device, AlarmCode.TWO_BOOTS, "a boot that was over speaks again: two boxes are this device")
    ]


def is_late(known: Sequence[Boot], heard: Boot) -> bool:
    """Whether a hello was sent before one that was taken already: delivered twice, or overtaken."""
    if any(boot.session == heard.session for boot in known if boot.boot == heard.boot):
        return True
    if not known or heard.sent_at is None or known[0].sent_at is None:
        return False
    before = datetime.fromisoformat(known[0].sent_at) - datetime.fromisoformat(heard.sent_at)
    # More is no delay: that clock was ahead, and would hide every boot until then.
    return timedelta(0) < before < LATE
