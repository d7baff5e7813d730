"""The letters are the forms of mainland China, or the technician is told what to install."""

import re
from pathlib import Path

import pytest
from PIL import ImageFont

from device.errors import HardwareError
from ui.fonts import FACES, FOLDER, Face, font, open_font


def test_both_weights_are_the_chinese_face() -> None:
    assert font(24, bold=False).getname() == ("Noto Sans CJK SC", "Regular")
    assert font(24, bold=True).getname() == ("Noto Sans CJK SC", "Bold")


@pytest.mark.parametrize("character", "骨直门今返")
def test_characters_have_their_chinese_not_their_japanese_form(character: str) -> None:
    japanese = ImageFont.truetype(FOLDER / "NotoSansCJK-Regular.ttc", 48, index=0)
    assert japanese.getname()[0] == "Noto Sans CJK JP"
    assert bytes(font(48, bold=False).getmask(character)) != bytes(japanese.getmask(character))


def test_a_character_fills_the_em_square() -> None:
    assert font(24, bold=False).getlength("评") == 24


def test_a_missing_font_names_the_debian_package(tmp_path: Path) -> None:
    path = tmp_path / "NoSuchFont.ttc"
    expected = (
        f"the font Noto Sans CJK SC is not in {path} (cannot open resource): install the Debian package"
    )
    with pytest.raises(HardwareError, match=f"^{re.escape(expected)} fonts-noto-cjk$"):
        open_font(path, 24)


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.family)
@pytest.mark.parametrize("bold", [False, True])
def test_every_face_is_there_in_both_weights(face: Face, *, bold: bool) -> None:
    assert font(24, bold=bold, face=face).getname()[0] == face.family


def test_letters_of_every_script_are_as_tall_as_chinese_ones() -> None:
    heights = {}
    for face, letter in zip(FACES, "国國ཀꆈا", strict=True):
        _, top, _, bottom = font(100, bold=False, face=face).getbbox(letter, anchor="ls")
        heights[face.family] = bottom - top
    least = 0.75 * heights["Noto Sans CJK SC"]
    assert {family: height for family, height in heights.items() if height < least} == {}
