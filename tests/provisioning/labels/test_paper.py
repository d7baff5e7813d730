"""Sheets of labels: where each label is, in millimetres."""

from __future__ import annotations

import pytest

from provisioning.labels.drawing import Drawing, Line, Text
from provisioning.labels.paper import A4, SHEETS, on_sheets
from provisioning.refused import Refused

# Columns, rows, left margin, top margin, pitch across, pitch down: as the makers of the sheets publish them.
PUBLISHED = {
    "3x7": (3, 7, 7.25, 15.15, 66.0, 38.1),
    "3x8": (3, 8, 0.0, 0.5, 70.0, 37.0),
    "2x4": (2, 4, 4.65, 13.1, 101.6, 67.7),
    "a5": (1, 2, 0.0, 0.0, 210.0, 148.5),
}


def labels(count: int) -> list[Drawing]:
    """That many labels, each with its number."""
    return [Drawing(10, 10, (Text(1, 2, str(n), 3),)) for n in range(count)]


@pytest.mark.parametrize("size", PUBLISHED)
def test_each_label_is_where_the_sheet_has_it(size: str) -> None:
    sheet = SHEETS[size]
    columns, rows, left, top, across, down = PUBLISHED[size]
    assert sheet.page == A4
    assert sheet.places == columns * rows
    for place in range(sheet.places):
        row, column = divmod(place, columns)
        assert sheet.corner(place) == pytest.approx((left + column * across, top + row * down))


@pytest.mark.parametrize("size", SHEETS)
def test_every_label_is_on_the_page(size: str) -> None:
    sheet = SHEETS[size]
    for place in range(sheet.places):
        x, y = sheet.corner(place)
        assert x >= 0
        assert y >= 0
        assert x + sheet.width <= sheet.page[0] + 1e-9
        assert y + sheet.height <= sheet.page[1] + 1e-9


def where(page: Drawing) -> list[tuple[str, float, float]]:
    """The texts of a page with their places."""
    return [(item.text, item.x, item.y) for item in page.items if isinstance(item, Text)]


def test_used_labels_are_skipped_and_the_rest_goes_on_the_next_sheet() -> None:
    sheet = SHEETS["2x4"]
    first, second = on_sheets(labels(8), sheet, start=7)
    assert [text for text, _, _ in where(first)] == ["0", "1"]
    assert [text for text, _, _ in where(second)] == ["2", "3", "4", "5", "6", "7"]
    x, y = sheet.corner(6)
    assert where(first)[0] == ("0", pytest.approx(x + 1), pytest.approx(y + 2))
    assert where(second)[0] == ("2", pytest.approx(sheet.corner(0)[0] + 1), pytest.approx(15.1))


def test_a_full_sheet_is_one_page() -> None:
    assert len(on_sheets(labels(21), SHEETS["3x7"])) == 1
    assert len(on_sheets(labels(22), SHEETS["3x7"])) == 2


@pytest.mark.parametrize("start", [-1, 0, 22])
def test_a_place_that_is_not_on_the_sheet_is_refused(start: int) -> None:
    with pytest.raises(Refused) as refused:
        on_sheets(labels(1), SHEETS["3x7"], start=start)
    assert refused.value.facts == {"start": start, "places": 21}


def test_cut_marks_are_at_the_corners_of_each_label_and_within_it() -> None:
    sheet = SHEETS["3x8"]
    (page,) = on_sheets(labels(1), sheet, start=5, marks=True)
    lines = [item for item in page.items if isinstance(item, Line)]
    left, top = sheet.corner(4)
    assert len(lines) == 8
    assert min(line.x1 for line in lines) == pytest.approx(left)
    assert max(line.x2 for line in lines) == pytest.approx(left + 70)
    assert min(line.y1 for line in lines) == pytest.approx(top)
    assert max(line.y2 for line in lines) == pytest.approx(top + 37)
    assert not [item for item in on_sheets(labels(1), sheet)[0].items if isinstance(item, Line)]
