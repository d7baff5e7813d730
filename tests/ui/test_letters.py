"""Lines of any script: each run in its own face, in reading order, nothing of it out of its line."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from device.settings import UiSection
from ui import letters
from ui.fonts import ARABIC, HANS, HANT, TIBETAN, YI, Face, font
from ui.layout import LINE_HEIGHT
from ui.texts import load_texts, shipped


def pieces(line: str) -> list[tuple[str, Face]]:
    return [(run.text, run.face) for run in letters.runs(line)]


def words(value: object) -> Iterator[str]:
    """Every text in a pack."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from words(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from words(entry)


def texts_of(language: str) -> list[str]:
    book = load_texts(UiSection(languages=shipped(), unreviewed=shipped()))
    return sorted(set(words(msgspec.to_builtins(book.of(language), str_keys=True))))


def test_chinese_and_latin_are_one_run_of_the_chinese_face() -> None:
    assert pieces("Window 07 号窗口 F-021") == [("Window 07 号窗口 F-021", HANS)]


def test_each_script_is_set_in_its_own_face() -> None:
    assert pieces("སྒེའུ་ཁུང་ 07 综合") == [("སྒེའུ་ཁུང་ ", TIBETAN), ("07 综合", HANS)]
    assert pieces("ꆈꌠꉙ中文") == [("ꆈꌠꉙ", YI), ("中文", HANS)]
    assert pieces("رازى") == [("رازى", ARABIC)]


@pytest.mark.parametrize(
    ("text", "face"),
    [("請評價本次服務", HANT), ("请评价本次服务", HANS), ("您好", HANS), ("王镕喆", HANS), ("English", HANS)],
)
def test_traditional_characters_have_traditional_forms(text: str, face: Face) -> None:
    assert pieces(text) == [(text, face)]


def test_a_line_read_from_the_right_begins_at_the_right() -> None:
    found = letters.runs("07-كۆزنەك")
    assert [run.text for run in found] == ["كۆزنەك", "-", "07"]
    assert [run.rtl for run in found] == [True, True, False]


def test_what_is_read_from_the_right_keeps_its_place_in_a_line_read_from_the_left() -> None:
    found = [run.text.strip() for run in letters.runs("您好 خۇش كەپسىز Welcome")]
    assert [text for text in found if text] == ["您好", "خۇش كەپسىز", "Welcome"]


def test_brackets_open_the_way_a_line_is_read() -> None:
    assert [run.text for run in letters.runs("رازى (5)")][:2] == ["(", "5"]


def test_uyghur_letters_are_joined_and_tibetan_ones_stacked() -> None:
    alone = sum(font(40, bold=False, face=ARABIC).getlength(letter) for letter in "رازىبولدۇم")
    assert letters.width("رازىبولدۇم", 40, bold=False) < 0.95 * alone
    stacked, flat = (letters.width(text, 40, bold=False) for text in ("སྒྲུབ", "སགརབ"))
    assert stacked < 0.7 * flat


@given(st.text(alphabet="请評ab 12.,()་།ཀསྒྲིུꆏراز،", max_size=30))
def test_runs_hold_each_letter_once(text: str) -> None:
    turned = str.maketrans("()", "((")
    shown = "".join(run.text for run in letters.runs(text))
    assert sorted(shown.translate(turned)) == sorted(text.translate(turned))
    assert letters.width(text, 20, bold=True) >= 0


@pytest.mark.parametrize("language", shipped())
def test_every_letter_of_every_pack_has_a_glyph(language: str) -> None:
    assert {text: letters.lacking(text) for text in texts_of(language) if letters.lacking(text)} == {}


def test_a_letter_that_no_font_has_is_found() -> None:
    assert [letter for letter, _ in letters.lacking("好ཀ😀\ue123")] == ["😀", "\ue123"]


@pytest.mark.parametrize("language", shipped())
@pytest.mark.parametrize("bold", [False, True])
def test_no_ink_leaves_the_room_of_its_line(language: str, *, bold: bool) -> None:
    px, room = 40, math.ceil(40 * LINE_HEIGHT)
    for text in (re.sub(r"\{\w+\}", "07", text) for text in texts_of(language)):
        width = math.ceil(letters.width(text, px, bold=bold))
        base = round(letters.baseline((text,), px, room))
        # A pixel of the edge that antialiasing makes grey is no loss.
        around = 8
        mask = Image.new("L", (width + 2 * around, room + 2 * around))
        letters.draw(ImageDraw.Draw(mask), (around, around + base), text, px, bold=bold)
        left, top, right, bottom = mask.point(lambda v: 255 if v > 96 else 0).getbbox() or (9, 9, 9, 9)
        outside = (around - left, around - top, right - around - width, bottom - around - room)
        assert max(outside) <= 1, (text, outside)
