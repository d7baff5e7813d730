"""Which rows count: tables over the pure functions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from province.ingest.counting import (
    Count,
    Standing,
    Tail,
    Visitor,
    claims,
    count_visits,
    without_duplicates,
)
from province.ingest.reading import Reading, Service

LOG = "0" * 32
BOOT = "b"
SERVICE = Service("p1", 1, 1)


def reading(seq: int, visit: str = "v1", **changed: Any) -> Reading:
    base = Reading(
        seq=seq,
        hash="",
        row={},
        kind="rating",
        readable=True,
        day="2026-11-22",
        visit=visit,
        boot=BOOT,
        outcome="rated",
        level=5,
    )
    return replace(base, **changed)


def counted(readings: list[Reading], tails: dict[str, Tail] | None = None) -> Count:
    return count_visits(LOG, readings, tails or {}, {})


YES = Standing(True)
REPLACED = Standing(False, ("replaced",))
BAD = Standing(False, ("bad_replace",))


@pytest.mark.parametrize(
    ("readings", "standings"),
    [
        pytest.param([reading(1)], [YES], id="one row"),
        pytest.param([reading(1), reading(2, "v2")], [YES, YES], id="two visits"),
        pytest.param(
            [reading(1), reading(2, replaces=1), reading(3, replaces=2)],
            [REPLACED, REPLACED, YES],
            id="the last of a chain",
        ),
        pytest.param([reading(1, replaces=7)], [BAD], id="replaces a row that is none of the visit's"),
        pytest.param([reading(1), reading(2)], [YES, BAD], id="a second first row"),
        pytest.param(
            [reading(1), reading(2, replaces=1), reading(3, replaces=1)],
            [REPLACED, YES, BAD],
            id="replaces not the row just before",
        ),
        pytest.param(
            [reading(1), reading(2), reading(3, replaces=2)],
            [YES, BAD, BAD],
            id="what replaces a bad row is bad",
        ),
        pytest.param([reading(1), reading(2, replaces=1, boot="other")], [YES, BAD], id="another boot"),
        pytest.param(
            [reading(1, "v1"), reading(2, "v2", replaces=1)], [YES, BAD], id="a row of another visit"
        ),
        pytest.param([reading(1, kind="test")], [Standing(False)], id="a test never counts"),
        pytest.param(
            [reading(1, readable=False)], [Standing(False, ("unreadable",))], id="an unreadable row"
        ),
        pytest.param([reading(1, outcome="unanswered", level=None)], [YES], id="silence counts as silence"),
    ],
)
def test_the_last_row_of_a_visit_counts(readings: list[Reading], standings: list[Standing]) -> None:
    assert list(counted(readings).new.values()) == standings


def test_an_earlier_committed_row_is_replaced() -> None:
    count = counted([reading(5, replaces=4)], {"v1": Tail(LOG, 4, BOOT, YES)})
    assert (count.new[5], count.changed) == (YES, {4: REPLACED})


def test_a_row_in_another_log_of_the_same_visit_does_not_count_twice() -> None:
    count = counted([reading(1)], {"v1": Tail("f" * 32, 4, BOOT, YES)})
    assert (count.new[1], count.changed) == (BAD, {})


def test_rows_after_a_quarantine_are_marked_and_count() -> None:
    count = count_visits(
        LOG, [reading(1), reading(2, replaces=1)], {}, {1: ("after_quarantine",), 2: ("after_quarantine",)}
    )
    assert count.new[1] == Standing(False, ("after_quarantine", "replaced"))
    assert count.new[2] == Standing(True, ("after_quarantine",))


def test_only_rated_rows_that_count_claim_their_service() -> None:
    readings = [
        reading(1, "v1", service=SERVICE, outcome="declined", level=None),
        reading(2, "v2", service=SERVICE, replaces=1),
        reading(3, "v3", service=SERVICE),
        reading(4, "v4", service=SERVICE),
    ]
    assert claims(readings, counted(readings), "d") == {SERVICE: Visitor("d", "v3")}


def test_a_service_rated_in_another_visit_is_not_counted_again() -> None:
    readings = [reading(1, "v1", service=SERVICE), reading(2, "v2", service=SERVICE), reading(3, "v3")]
    count = without_duplicates(readings, counted(readings), "d", {SERVICE: Visitor("d", "v1")})
    assert list(count.new.values()) == [YES, Standing(False, ("duplicate_service",)), YES]


def test_the_same_visit_number_at_another_device_is_another_visit() -> None:
    readings = [reading(1, "v1", service=SERVICE)]
    count = without_duplicates(readings, counted(readings), "d", {SERVICE: Visitor("other", "v1")})
    assert count.new[1] == Standing(False, ("duplicate_service",))
