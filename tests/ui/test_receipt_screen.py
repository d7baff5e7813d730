"""The screen of the receipt code, drawn for real: four digits make a word, and nothing keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import qrcode

from tests.ui import snapshots
from tests.ui.window_process import WindowProcess
from ui.code import QUIET, draw_code

CODE = "7K3M-Q9XT-WAHB"
ADDRESS = f"https://rate.example.gov.cn/receipt?code={CODE}"


@pytest.fixture
def window(tmp_path: Path) -> Iterator[WindowProcess]:
    with WindowProcess(screenshot=tmp_path / "screen.png") as opened:
        yield opened


def said(window: WindowProcess) -> list[str]:
    return [part["text"] for part in window.texts()]


def finish(window: WindowProcess) -> object:
    window.tap("ButtonTile", "finish")
    return window.event("TouchDown")["target"]


def test_four_digits_are_a_word_and_fewer_are_none(window: WindowProcess) -> None:
    window.show(snapshots.receipt(number=1))
    for digit in "407":
        window.tap("Put", digit)
    assert finish(window) is None
    window.tap("Put", "1")
    window.tap("Put", "9")  # a fifth is nothing
    assert "4   0   7   1" in said(window)
    assert finish(window) == ["ReceiptTile", "4071"]


def test_a_digit_is_taken_back(window: WindowProcess) -> None:
    window.show(snapshots.receipt(number=1))
    for digit in "4079":
        window.tap("Put", digit)
    window.tap("Erase")
    window.tap("Put", "1")
    assert finish(window) == ["ReceiptTile", "4071"]


def test_every_digit_says_that_somebody_types_and_not_what(window: WindowProcess) -> None:
    window.show(snapshots.receipt(number=1))
    window.tap("Put", "4")
    typed = window.event("Typed", "TouchDown")
    assert typed["event"] == "Typed"
    assert set(typed) == {"event", "at_ms"}


def test_the_code_comes_on_and_the_digits_are_gone(window: WindowProcess) -> None:
    window.show(snapshots.receipt(number=1))
    for digit in "4071":
        window.tap("Put", digit)
    window.show(snapshots.receipt(number=2, receipt=CODE, receipt_address=ADDRESS))
    assert CODE in said(window)
    assert not any("4   0" in text for text in said(window))
    window.show(snapshots.receipt(number=3))
    assert "–   –   –   –" in said(window)


def modules(text: str, mask: int) -> list[list[bool]]:
    made = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET, mask_pattern=mask)
    made.add_data(text)
    made.make(fit=True)
    return [[bool(dark) for dark in row] for row in made.get_matrix()]


def test_the_picture_says_the_address_in_whole_pixels_with_its_quiet_zone() -> None:
    said = [modules(ADDRESS, mask) for mask in range(8)]  # eight ways to say the same
    across = len(said[0])
    side = 4 * across + 3
    picture = draw_code(ADDRESS, side).convert("L")
    dark = [
        [picture.getpixel((1 + 4 * x + 2, 1 + 4 * y + 2)) < 128 for x in range(across)] for y in range(across)
    ]
    assert dark in said
