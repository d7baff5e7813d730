"""The geometry of column charts."""

from __future__ import annotations

import pytest

from province.web.charts import Column, columns, ticks_to


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, [0, 1, 2]),
        (1, [0, 1, 2]),
        (4, [0, 1, 2, 3, 4]),
        (5, [0, 2, 4, 6]),
        (60, [0, 20, 40, 60]),
        (1_000_000, [0, 500_000, 1_000_000]),
    ],
)
def test_ticks_are_round_and_reach_the_most(most: int, ticks: list[int]) -> None:
    assert ticks_to(most) == ticks


def test_there_are_three_to_six_ticks() -> None:
    for most in range(0, 3000, 7):
        assert 3 <= len(ticks_to(most)) <= 6
        assert ticks_to(most)[-1] >= most


def test_parts_stand_on_one_another_up_to_their_number() -> None:
    chart = columns(
        [Column("a", "a", (("rated", 3), ("bad", 1)))], kind="wide", width=300, height=200, every=1
    )
    below, above = chart.bars[0].parts
    assert below.y + below.height == chart.base
    assert above.y + above.height == below.y
    assert above.y == chart.ticks[-1].at


def test_nothing_is_drawn_for_nothing() -> None:
    chart = columns([Column("a", "a", (("rated", 0),))], kind="wide", width=300, height=200, every=1)
    assert chart.bars[0].parts == []
    assert columns([], kind="wide", width=300, height=200, every=1).bars == []
