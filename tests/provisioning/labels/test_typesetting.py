"""Text in a box: smaller, then more lines, broken where people break it."""

from __future__ import annotations

import pytest

from provisioning.labels.letters import width
from provisioning.labels.typesetting import fit
from provisioning.refused import Refused


def test_what_fits_keeps_its_size() -> None:
    assert fit("综合窗口", 50, size=5, smallest=2).size == 5


def test_a_little_too_long_is_a_little_smaller() -> None:
    found = fit("综合受理窗口", 27, size=5, smallest=2, lines=2)
    assert found.lines == ("综合受理窗口",)
    assert 4 < found.size < 5


def test_much_too_long_takes_another_line_and_both_are_about_as_long() -> None:
    found = fit("不动产登记与二手房交易综合受理窗口", 45, size=5, smallest=2, lines=2)
    assert "".join(found.lines) == "不动产登记与二手房交易综合受理窗口"
    assert abs(len(found.lines[0]) - len(found.lines[1])) <= 2


@pytest.mark.parametrize("room", range(14, 40, 3))
def test_lines_do_not_begin_with_what_closes_nor_break_words(room: int) -> None:
    found = fit("办事（咨询），General services。", room, size=4, smallest=1, lines=4)
    for line in found.lines:
        assert line[0] not in "）。，"
        assert width(line, found.size, bold=False) <= room
    assert "General" in " ".join(found.lines)
    assert "services。" in " ".join(found.lines)


def test_spaces_are_single_and_none_is_at_an_end() -> None:
    assert fit("  a \n b  ", 50, size=5, smallest=2).lines == ("a b",)


def test_what_does_not_fit_at_the_smallest_size_is_refused() -> None:
    with pytest.raises(Refused):
        fit("综合受理窗口", 10, size=5, smallest=2)
