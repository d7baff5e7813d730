"""One visit over two channels: the device's row and the phone's rating are joined, whichever comes first.

The first level that is committed counts. The device's silence in a visit that was rated by phone is held and
not counted; what the device knows of the visit, the handling above all, becomes part of the phone's rating.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from device.row import Flag, Outcome, Row
from province.ingest.counting import Count
from province.ingest.mark import Mark
from province.ingest.reading import Reading
from province.phone.rating_row import PhoneLog
from province.store import ratings
from province.store.ratings import Stored

# A power cut takes the flag with the visit.
_SAYING = (Flag.PHONE_OFFERED, Flag.INTERRUPTED)

_OF_THE_VISIT = ("handling", "clerk", "invite", "invited_at", "window", "assignment")


def rated_by_phone(
    connection: sa.Connection, device: str, readings: Iterable[Reading], now: datetime
) -> dict[str, Stored]:
    """By visit, the phone's last row, of the visits that might have one; nobody adds to them until the end
    of the transaction.
    """
    visits = {r.visit for r in readings if r.visit is not None and any(flag in r.flags for flag in _SAYING)}
    if not visits:
        return {}
    # Also where nothing has come by phone yet: a phone that is rating now waits here, and finds the row.
    log = PhoneLog(connection, device, now).lock()
    found = ratings.of_visits(connection, log.log_id, visits)
    return {str(stored.row["visit"]): stored for stored in found}


def without_silence(readings: Iterable[Reading], count: Count, by_phone: Collection[str]) -> Count:
    """`count`, where nothing that the device says of a visit counts which was rated by phone before."""
    new = dict(count.new)
    for reading in readings:
        standing = new[reading.seq]
        if reading.visit in by_phone and standing.counted:
            rated = reading.outcome == Outcome.RATED
            mark = Mark.DUPLICATE_SERVICE if rated else Mark.RATED_BY_PHONE
            new[reading.seq] = standing.uncounted(mark)
    return Count(new, count.changed)


def join(
    connection: sa.Connection,
    device: str,
    readings: Iterable[Reading],
    by_phone: Mapping[str, Stored],
    now: datetime,
) -> None:
    """Add what the device knows of these visits to their ratings by phone."""
    for reading in readings:
        stored = None if reading.visit is None else by_phone.get(reading.visit)
        if stored is not None and stored.row["handling"] is None and reading.service is not None:
            row = {name: value for name, value in stored.row.items() if name not in {"hash", "seq"}}
            known = of_the_visit(reading.row)
            PhoneLog(connection, device, now).append({**row, **known, "replaces": stored.seq})


def of_the_visit(row: Row) -> dict[str, object]:
    """What a device's row says of the visit, beside what was answered."""
    return {name: row.get(name) for name in _OF_THE_VISIT}
