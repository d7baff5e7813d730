"""What makes a rating worth a second look: marks beside it, never a reason not to count it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from device.row import Flag
from province.ingest.mark import Mark
from province.ingest.reading import Reading
from province.ingest.rules import Rules

_COPIED = {
    Flag.UNINVITED: Mark.UNINVITED,
    Flag.BURST: Mark.BURST,
    Flag.CLOCK_UNTRUSTED: Mark.CLOCK_UNTRUSTED,
}


def suspicions(reading: Reading, rules: Rules) -> tuple[Mark, ...]:
    """The marks of suspicion on a row. Only levels can be too fast or out of hours, not their reasons."""
    found = [mark for flag, mark in _COPIED.items() if flag in reading.flags]
    if reading.level is None or reading.replaces is not None:
        return tuple(found)
    # Both times are the device's own and of one visit: right or wrong, they are off by the same.
    at, invited_at = moment(reading.at), moment(reading.invited_at)
    if at and invited_at and timedelta(0) <= at - invited_at < timedelta(milliseconds=rules.too_fast_ms):
        found.append(Mark.TOO_FAST)
    believed = moment(reading.at_corrected) or (at if reading.clock == "trusted" else None)
    if rules.hours and believed and not rules.hours.hold(believed):
        found.append(Mark.OUT_OF_HOURS)
    return tuple(found)


def lacks_reason(level: int | None, *, reasoned: bool | None) -> bool:
    """Whether a rating is a bad one that gives no indicator and no words. `reasoned` None: not known."""
    return level in {1, 2} and reasoned is False


def moment(text: str | None) -> datetime | None:
    """The time in `text` when it is one with a zone."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at if at.tzinfo else None
