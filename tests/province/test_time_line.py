"""The time line of a boot: tables and properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from province.ingest.time_line import MOST_DRIFT, Anchor, TimeLine

START = datetime(2026, 11, 22, tzinfo=UTC)
MONOS = st.integers(0, 10**11)


def true_at(mono_ms: int, drift: float = 0.0) -> datetime:
    return START + timedelta(milliseconds=mono_ms * (1 + drift))


@given(MONOS)
def test_without_an_anchor_nothing_is_known(mono_ms: int) -> None:
    assert TimeLine([]).at(mono_ms) is None


@given(st.lists(MONOS, min_size=1), MONOS)
def test_true_anchors_give_the_true_time_of_any_moment(anchors: list[int], mono_ms: int) -> None:
    found = TimeLine(Anchor(m, true_at(m)) for m in anchors).at(mono_ms)
    assert found is not None
    assert abs(found - true_at(mono_ms)) < timedelta(milliseconds=1)


@given(st.sets(MONOS, min_size=2), st.floats(-MOST_DRIFT / 2, MOST_DRIFT / 2), st.data())
def test_between_anchors_of_a_drifting_clock_the_drift_is_taken_out(
    anchors: set[int], drift: float, data: st.DataObject
) -> None:
    mono_ms = data.draw(st.integers(min(anchors), max(anchors)))
    found = TimeLine(Anchor(m, true_at(m, drift)) for m in anchors).at(mono_ms)
    assert found is not None
    assert abs(found - true_at(mono_ms, drift)) < timedelta(milliseconds=5)


@given(st.sets(MONOS, min_size=1), st.lists(MONOS, min_size=2))
def test_what_came_later_is_never_earlier(anchors: set[int], monos: list[int]) -> None:
    line = TimeLine(Anchor(m, true_at(m, MOST_DRIFT / 3)) for m in anchors)
    found = [line.at(m) for m in sorted(monos)]
    assert found == sorted(found, key=lambda at: at or START)


@given(st.permutations([Anchor(0, START), Anchor(10, true_at(10)), Anchor(90, true_at(90))]), MONOS)
def test_the_order_in_which_anchors_are_learnt_does_not_matter(anchors: list[Anchor], mono_ms: int) -> None:
    assert TimeLine(anchors).at(mono_ms) == TimeLine(sorted(anchors, key=lambda a: a.mono_ms)).at(mono_ms)


@pytest.mark.parametrize(("mono_ms", "hour"), [(400, 0), (600, 5)])
def test_of_two_anchors_that_contradict_each_other_the_nearer_is_believed(mono_ms: int, hour: int) -> None:
    line = TimeLine([Anchor(0, START), Anchor(1000, START.replace(hour=5))])
    at = line.at(mono_ms)
    assert at is not None
    assert (at + timedelta(seconds=1)).hour == hour


def test_a_time_beyond_the_calendar_is_not_known() -> None:
    assert TimeLine([Anchor(0, datetime(9999, 12, 31, tzinfo=UTC))]).at(2**53 - 1) is None
