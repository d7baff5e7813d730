"""Invitations and rules for tests of the visit."""

from __future__ import annotations

from device.handling import Handling
from device.indicators import national_list
from device.visit.state import Invitation, Rules

RULES = Rules(
    answer_ms=60_000,
    reasons_ms=20_000,
    thanks_ms=3_000,
    dead_ms=1_500,
    indicators=national_list(),
    languages=("zh-Hans", "en"),
)


def invitation(number: int = 1, *, show_by_ms: int = 60_000, language: str | None = None) -> Invitation:
    return Invitation(
        id=f"i-{number}",
        visit=f"{number:032x}",
        handling=Handling(project_no=f"510100-20261122-{number:06d}", service_no=1),
        clerk="C0231",
        language=language,
        via="http",
        invited_at="2026-11-22T10:15:02.113+08:00",
        show_by_ms=show_by_ms,
    )
