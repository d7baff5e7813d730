"""What the province reads out of a row, and when it gives up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from province.ingest.reading import Reading, Service, read_row
from tests.province.simulated_device import rating_row

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)


def read(level: int | None = 5, /, **changed: Any) -> Reading:
    return read_row({**rating_row(level, at=NOON), **changed, "seq": 1, "hash": "h"}, NOON)


def test_a_rating_is_read_into_its_fields() -> None:
    found = read(2, handling={"project_no": "p1", "service_no": 3, "assessment": 2}, clerk=None)
    assert found.is_rating
    assert (found.level, found.outcome, found.service) == (2, "rated", Service("p1", 3, 2))
    assert (found.window, found.assignment, found.clerk, found.channel) == ("W07", 1, None, 4)
    assert found.invited


def test_what_may_be_null_may_be_null() -> None:
    found = read(None, handling=None, invite=None, window=None, assignment=None, clerk=None)
    assert found.is_rating
    assert (found.service, found.invited, found.level) == (None, False, None)


def test_an_invitation_that_was_never_shown_is_none() -> None:
    assert not read(None, flags=["not_shown"]).invited


@pytest.mark.parametrize(
    "changed",
    [
        {"level": None},
        {"level": 0},
        {"level": 6},
        {"level": True},
        {"level": "5"},
        {"outcome": "declined"},
        {"visit": None},
        {"visit": ""},
        {"visit": "x" * 65},
        {"visit": "a\0b"},
        {"visit": "a\0b\nc"},
        {"handling": {"project_no": "p"}},
        {"handling": {"project_no": "p", "service_no": 2**60}},
        {"replaces": 0},
        {"window": 7},
        {"flags": "none"},
        {"kind": None},
        {"kind": ""},
    ],
)
def test_a_row_that_says_something_impossible_is_unreadable_and_has_no_level(changed: dict[str, Any]) -> None:
    found = read(**changed)
    assert not found.is_rating
    assert (found.readable, found.level, found.visit) == (False, None, None)


@pytest.mark.parametrize("kind", ["rating", "test", "note", "handover"])
def test_a_row_that_does_not_say_when_it_was_made_is_read_as_of_the_day_it_came(kind: str) -> None:
    row = {**rating_row(at=NOON), "kind": kind, "seq": 1, "hash": "h"}
    for stamp in ("at", "mono_ms", "clock"):
        del row[stamp]
    found = read_row(row, NOON)
    assert (found.readable, found.kind, found.day, found.at) == (True, kind, "2026-11-22", None)


def test_another_kind_of_row_is_readable_and_no_rating() -> None:
    found = read(kind="test")
    assert (found.readable, found.is_rating, found.level) == (True, False, None)


@pytest.mark.parametrize(
    ("changed", "day"),
    [
        ({}, "2026-11-22"),
        ({"at": "2026-11-21T23:59:59.000+08:00"}, "2026-11-21"),
        ({"at": "2026-11-21T16:00:00.000+00:00"}, "2026-11-22"),
        ({"at": "1970-01-01T08:00:00.000+08:00", "clock": "unknown"}, "2026-11-22"),
        ({"at": "yesterday"}, "2026-11-22"),
        ({"at": "2026-11-21T23:59:59"}, "2026-11-22"),
        ({"at": "9999-12-31T23:59:59-08:00"}, "2026-11-22"),
        ({"at": None}, "2026-11-22"),
    ],
)
def test_the_day_is_the_one_in_china_by_a_clock_to_be_believed(changed: dict[str, Any], day: str) -> None:
    assert read(**changed).day == day
