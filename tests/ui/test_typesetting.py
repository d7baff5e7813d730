"""Lines are broken where a reader expects it."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.typesetting import ELLIPSIS, Setting, fill_lines, set_lines


def measure(text: str) -> float:
    """Chinese characters and their marks are two wide, everything else one."""
    return sum(0 if category(c) == "Mn" else 2 if ord(c) > 0x2000 else 1 for c in text)


def lines(text: str, width: float, most_lines: int = 9) -> tuple[str, ...]:
    return set_lines(text, width, most_lines, measure).lines


def test_a_text_that_fits_stays_on_one_line() -> None:
    assert set_lines("请评价本次服务", 14, 1, measure) == Setting(("请评价本次服务",), cut=False)


def test_an_empty_text_has_no_lines() -> None:
    assert set_lines("", 14, 1, measure) == Setting((), cut=False)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("请评价本次服务", 8, ("请评价", "本次服务")),  # no word is parted that can be whole
        ("请看办事指南啊", 12, ("请看", "办事指南啊")),
        ("一二三四五六七", 12, ("一二三四", "五六七")),  # as even as can be, the last the shorter
        ("请稍候，我们来", 6, ("请", "稍候，", "我们来")),  # no line begins with a comma
        ("材料（样本）齐", 6, ("材料", "（样", "本）齐")),  # or ends with an opening bracket
        ("还剩 128 秒", 8, ("还剩", "128 秒")),  # a number stays whole
        ("办理12345号", 6, ("办理", "12345", "号")),
        ("Very dissatisfied", 12, ("Very", "dissatisfied")),
        ("Window 07号窗口", 10, ("Window 07", "号窗口")),
        (
            "省平台多日无回执，请检查网络 F-052",
            30,
            ("省平台多日无回执，", "请检查网络 F-052"),
        ),  # after a mark
        ("还剩 42 秒，触摸屏幕可延长", 16, ("还剩 42 秒，", "触摸屏幕可延长")),
        ("您好  ·  Welcome  ·  欢迎", 19, ("您好  ·  Welcome", "欢迎")),  # no dot divides what lines divide
        ("one\ntwo", 20, ("one", "two")),
        ("ABCDEFGHIJ", 4, ("ABCD", "EFGH", "IJ")),  # one word longer than the line
        ("བོད་ཡིག་དཔེ།", 8, ("བོད་ཡིག་", "དཔེ།")),  # Tibetan after a tsheg
        ("ཀ་ཁ་ག་།", 6, ("ཀ་ཁ་", "ག་།")),  # never before a shad
        ("ཀ་ཁ། ག། །ང་", 6, ("ཀ་ཁ།", "ག། །ང་")),
        ("ཨང་ 128 ལྷག", 6, ("ཨང་", "128 ལྷག")),
        ("ꆏꊂꋍꆏꊂ", 4, ("ꆏꊂ", "ꋍꆏ", "ꊂ")),  # Yi between any two syllables
        ("رازى بولدۇم رەھمەت", 12, ("رازى بولدۇم", "رەھمەت")),  # Uyghur at spaces
    ],
)
def test_breaks(text: str, width: float, expected: tuple[str, ...]) -> None:
    assert lines(text, width) == expected


def test_what_does_not_fit_ends_in_an_ellipsis_within_the_width() -> None:
    setting = set_lines("请评价本次服务，谢谢", 8, 2, measure)
    assert setting == Setting(("请评价本", "次服务" + ELLIPSIS), cut=True)
    assert all(measure(line) <= 8 for line in setting.lines)


def test_as_much_of_a_long_word_as_fits_is_kept() -> None:
    assert set_lines("工号 ABCDEFGHIJ", 10, 1, measure) == Setting(("工号 ABC" + ELLIPSIS,), cut=True)


@given(st.text(alphabet="请评价服务，。（）ab 12.\n", max_size=60), st.integers(4, 40), st.integers(1, 4))
def test_nothing_is_wider_or_longer_than_the_box_and_nothing_is_lost(
    text: str, width: int, most: int
) -> None:
    setting = set_lines(text, width, most, measure)
    assert len(setting.lines) <= most
    if setting.cut:
        assert setting.lines[-1].endswith(ELLIPSIS)
    else:
        assert "".join("".join(setting.lines).split()) == "".join(text.split())
    assert all(measure(line) <= width or measure(line) <= 2 for line in setting.lines)


def test_what_is_being_typed_fills_each_line_before_the_next() -> None:
    assert fill_lines("请评价本次服务", 8, measure) == ("请评价本", "次服务")


@given(st.text(alphabet="请评价服务，。（）ab 12", max_size=60), st.integers(4, 40))
def test_even_lines_are_at_most_one_more_than_full_ones(text: str, width: int) -> None:
    full = len(fill_lines(text, width, measure))
    assert full <= len(lines(text, width, 99)) <= full + 1
    assert len(lines(text, width, full)) == full


@pytest.mark.parametrize("width", [0, -3])
def test_a_box_that_is_not_laid_out_yet_is_no_error(width: int) -> None:
    assert "".join(lines("请评", width)) == "请评"


def test_a_line_more_is_taken_for_a_word_if_there_is_room() -> None:
    text = "同样内容的证明材料被要求多次提交"
    assert lines(text, 16, 2) == ("同样内容的证明材", "料被要求多次提交")
    assert lines(text, 16, 3) == ("同样内容的", "证明材料被", "要求多次提交")


PARTS = ("请", "，", "（", "ab", "12.", "་", "སྒྲིུ་", "ཧཱུྃ།", "ꆏ", "ꊂ", "رازۇ،", "ئىش", " ")
LETTERS = st.lists(st.sampled_from(PARTS), max_size=30)


@given(LETTERS, st.integers(8, 30), st.integers(1, 4))
def test_no_script_loses_a_letter_or_parts_it_from_its_marks(
    letters: list[str], width: int, most: int
) -> None:
    text = "".join(letters)
    setting = set_lines(text, width, most, measure)
    if not setting.cut:
        assert "".join("".join(setting.lines).split()) == "".join(text.split())
    assert len(setting.lines) <= most
    assert [line for line in setting.lines if category((line or "x")[0]).startswith("M")] == []


@given(st.lists(st.integers(1, 9), max_size=6), st.integers(6, 30))
def test_no_line_of_tibetan_begins_with_a_shad(sentences: list[int], width: int) -> None:
    text = " ".join("ཀ་" * syllables + "ང་།" for syllables in sentences)
    assert [line for line in lines(text, width, 99) if line.startswith("།")] == []


def test_a_text_that_begins_with_a_mark_on_no_letter_is_shortened_too():
    assert set_lines("\u0f72\u0f72\u0f72\u0f72 a", 15, 1, lambda text: 10.0 * len(text)) == Setting(
        ("…",), cut=True
    )
