"""Which rows are marked for a second look."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from province.ingest.reading import read_row
from province.ingest.rules import Hours, Rules
from province.ingest.suspicion import suspicions
from tests.province.simulated_device import SimulatedDevice, rating_row

NOON_AT = datetime(2026, 11, 22, 4, tzinfo=UTC)
RULES = Rules(hours=Hours.read("09:00-17:00"))
NOON = {"at": "2026-11-22T12:00:05.000+08:00", "invited_at": "2026-11-22T12:00:00.000+08:00"}


def marks(rules: Rules = RULES, level: int | None = 5, **changed: Any) -> tuple[str, ...]:
    device = SimulatedDevice("dev-001", NOON_AT)
    device.log.append({**rating_row(level, at=NOON_AT), **NOON, **changed})
    (row,) = device.log.batch(1, 1).rows
    return suspicions(read_row(row, NOON_AT), rules)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, (), id="nothing to see"),
        pytest.param({"invited_at": "2026-11-22T12:00:04.001+08:00"}, ("too_fast",), id="within a second"),
        pytest.param({"invited_at": "2026-11-22T12:00:04.000+08:00"}, (), id="after a second"),
        pytest.param({"invited_at": "2026-11-22T12:00:06.000+08:00"}, (), id="the clock was set in between"),
        pytest.param({"invited_at": None, "flags": ["uninvited"]}, ("uninvited",), id="uninvited"),
        pytest.param({"invited_at": 7}, (), id="an invitation at no time"),
        pytest.param({"flags": ["burst", "later_flag"]}, ("burst",), id="a flag, and one we do not know"),
        pytest.param({"clock": "unknown", "flags": ["clock_untrusted"]}, ("clock_untrusted",), id="no clock"),
        pytest.param({"at": "2026-11-22T17:00:00.000+08:00"}, ("out_of_hours",), id="closed"),
        pytest.param({"at": "2026-11-22T01:00:00.000Z"}, (), id="another zone"),
        pytest.param({"at": "1970-01-01T00:00:00.000Z", "clock": "unknown"}, (), id="hours need a clock"),
        pytest.param({"at": "nonsense"}, (), id="no time at all"),
        pytest.param(
            {"replaces": 1, "invited_at": "2026-11-22T12:00:05.000+08:00"}, (), id="reasons may be fast"
        ),
    ],
)
def test_a_row_is_marked(changed: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert marks(**changed) == expected


def test_silence_is_never_too_fast() -> None:
    assert marks(level=None, invited_at=NOON["at"]) == ()


def test_the_rules_are_settings() -> None:
    late = {"at": "2026-11-22T20:00:00.000+08:00", "invited_at": "2026-11-22T19:59:59.900+08:00"}
    assert marks(Rules(too_fast_ms=0), **late) == ()


@pytest.mark.parametrize("text", ["", "9-17", "17:00-09:00", "09:00-25:00", "09:00-09:00", "09:00–17:00"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"allowed: two times of one day, as 08:30-17:30$"):
        Hours.read(text)
