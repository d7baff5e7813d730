"""Chinese by pinyin: what is offered for the letters typed, likeliest first."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.errors import ConfigError
from ui.pinyin import MOST_OFFERED, Candidate, load_pinyin, read_pinyin

BOOK = load_pinyin()
SYLLABLES = ["a 啊 ai 埃 an 鞍 ba 芭"]


def offered(letters: str) -> list[str]:
    return [candidate.text for candidate in BOOK.candidates(letters)]


@pytest.mark.parametrize(
    ("letters", "first"),
    [
        ("wo", "我"),
        ("de", "的"),
        ("shi", "是"),
        ("bu", "不"),
        ("hen", "很"),
        ("nv", "女"),
        ("lve", "掠"),
        ("fuwu", "服务"),
        ("paiduitaijiu", "排队太久"),
        ("xiexie", "谢谢"),
        ("yinhang", "银行"),
        ("chongqing", "重庆"),
        ("gzry", "工作人员"),
    ],
)
def test_the_likeliest_comes_first(letters: str, first: str) -> None:
    assert offered(letters)[0] == first


@pytest.mark.parametrize(
    ("letters", "character"),
    [
        ("hang", "行"),
        ("zhang", "长"),
        ("le", "了"),
        ("liao", "了"),
        ("hai", "还"),
        ("chong", "重"),
        ("xin", "鑫"),
    ],
)
def test_second_readings_and_names_are_offered(letters: str, character: str) -> None:
    assert Candidate(character, len(letters)) in BOOK.candidates(letters)


def test_letters_that_are_more_than_one_word_give_the_first_and_go_on() -> None:
    candidates = BOOK.candidates("fuwuhenhao")
    assert Candidate("服务", 4) in candidates
    assert [c.text for c in candidates].index("服务") < [c.text for c in candidates].index("夫")


def test_a_syllable_not_typed_to_its_end_offers_what_it_may_become() -> None:
    assert {"中", "这"} <= set(offered("zh"))
    assert offered("zh")


def test_no_letters_offer_nothing() -> None:
    assert BOOK.candidates("") == []


@settings(deadline=None)
@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=30))
def test_whatever_is_typed_each_text_is_offered_once_by_some_of_the_letters(letters: str) -> None:
    candidates = BOOK.candidates(letters)
    assert len(candidates) <= MOST_OFFERED
    assert len({c.text for c in candidates}) == len(candidates)
    assert all(1 <= c.letters <= len(letters) and c.text for c in candidates)


def test_all_the_common_characters_of_the_standard_can_be_typed() -> None:
    typed = set("".join(BOOK._characters.values()))
    standard = {
        bytes((row, cell)).decode("gb2312", "ignore")
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
    } - {""}
    assert len(standard) == 3755
    assert standard <= typed


def test_a_second_reading_in_a_word_is_given_in_brackets() -> None:
    book = read_pinyin(SYLLABLES, ["e 阿"], ["安"], ["阿爸(a ba) 安"])
    assert book.candidates("aba")[0].text == "阿爸"
    assert "阿" in [c.text for c in book.candidates("e")]


@pytest.mark.parametrize(
    ("syllables", "words", "message"),
    [
        (["ai 埃 a 啊"], [], "syllables.txt: is not in the order of GB 2312"),
        (["ai 埃"], [], "syllables.txt: is not in the order of GB 2312"),
        (["a x"], [], "syllables.txt: is not in the order of GB 2312"),
        (SYLLABLES, ["龘龘"], "words.txt: 龘龘: a character has no reading"),
        (SYLLABLES, ["爸爸(ba)"], "words.txt: 爸爸"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(syllables: list[str], words: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message.replace(".", r"\.")):
        read_pinyin(syllables, [], [], words)
