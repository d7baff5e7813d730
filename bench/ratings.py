"""Ratings as a counter's invitations make them, with every field a business system usually sends."""

from __future__ import annotations

from device.handling import Handling
from device.row import Invite, Outcome, Rating

_AT = "2026-11-22T10:15:06.402+08:00"


def rating(number: int) -> Rating:
    """The rating of handling `number`, of 880 bytes or so: the long end of what is usual."""
    return Rating(
        visit=f"{number:032x}",
        outcome=Outcome.RATED,
        level=number % 5 + 1,
        at=_AT,
        boot="a1b2c3d4e5f60718293a4b5c6d7e8f90",
        mono_ms=123_456 + number,
        clock="trusted",
        window="W07",
        assignment=1,
        channel=4,
        language="zh-Hans",
        layout_id="row5-desc-1",
        indicator_list="2021-1",
        invite=Invite(id=f"i-{number:032x}", via="http"),
        handling=handling(number),
        clerk="C0231",
        input="key",
        invited_at=_AT,
    )


def handling(number: int) -> Handling:
    """Handling `number`."""
    return Handling(
        project_no=f"510100-20261122-{number:06d}",
        service_no=1,
        task_code="510100000000123456700",
        task_name="居民身份证换领",
        task_type="07",
        status=3,
        dept_code="11510100MB0000000X",
        dept_name="市公安局",
        area_code="510100000000",
    )
