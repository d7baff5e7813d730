"""The upper corners are where they are looked for, on every glass, and nowhere else."""

from __future__ import annotations

import pytest

from device.events import Corner
from ui.corners import SIDE_MM, corner_at
from ui.layout import TARGET_LEAST_MM, Layout

SIZES = pytest.mark.parametrize("layout", [Layout(1024, 600), Layout(800, 480), Layout(600, 1024)])


@SIZES
def test_the_upper_corners_are_told_apart(layout: Layout) -> None:
    assert corner_at(1, layout.height - 1, layout) is Corner.TOP_LEFT
    assert corner_at(layout.width - 1, layout.height - 1, layout) is Corner.TOP_RIGHT


@SIZES
def test_nothing_else_is_a_corner(layout: Layout) -> None:
    assert corner_at(layout.width / 2, layout.height - 1, layout) is None
    assert corner_at(1, 1, layout) is None
    assert corner_at(layout.width - 1, 1, layout) is None
    assert corner_at(layout.width / 2, layout.height / 2, layout) is None


def test_a_corner_is_as_large_as_whatever_is_touched() -> None:
    assert SIDE_MM >= TARGET_LEAST_MM
