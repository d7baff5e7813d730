"""What is typed on the screen, stroke by stroke."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.confided import MOST_DIGITS, MOST_WORDS, Confided
from device.events import Button, ButtonTile, ConfidedTile
from ui.keyboard import Rows, keyboard, number_pad
from ui.pinyin import Candidate, load_pinyin
from ui.texts import load_texts
from ui.writing import (
    Agree,
    Clear,
    Close,
    Erase,
    Face,
    More,
    Open,
    Pick,
    Put,
    Script,
    Shift,
    Stroke,
    Use,
    Writing,
    asked,
    finished,
    offered,
    opening,
    strike,
)

BOOK = load_pinyin()
KEYS = load_texts().of("zh-Hans").keys
WORDS = Writing(face=Face.WORDS)
LATIN = Writing(face=Face.WORDS, script=Script.LATIN)
NUMBER = Writing(face=Face.NUMBER)


def typed(writing: Writing, *strokes: Stroke) -> Writing:
    for stroke in strokes:
        writing = strike(writing, stroke, BOOK)
    return writing


def letters(text: str) -> list[Put]:
    return [Put(c) for c in text]


def test_pinyin_becomes_characters_by_what_is_picked_and_letters_left_over_stay() -> None:
    writing = typed(WORDS, *letters("fuwuhao"))
    assert (writing.words, writing.spelled) == ("", "fuwuhao")
    assert Candidate("服务", 4) in offered(writing, BOOK, ())
    writing = typed(writing, Pick(Candidate("服务", 4)))
    assert (writing.words, writing.spelled) == ("服务", "hao")


def test_a_space_takes_the_likeliest_and_a_sign_follows_it() -> None:
    assert typed(WORDS, *letters("paidui"), Put(" ")).words == "排队"
    assert typed(WORDS, *letters("paidui"), Put("，")).words == "排队，"
    assert typed(WORDS, *letters("hen"), Use(Script.PINYIN, signs=True), Put("5")).words == "很5"
    assert typed(WORDS, Put(" ")).words == " "


def test_going_back_to_the_form_or_to_english_spells_out_what_was_begun() -> None:
    begun = typed(WORDS, *letters("xiexie"))
    assert typed(begun, Close()) == Writing(face=Face.FORM, words="谢谢")
    assert typed(begun, Use(Script.LATIN)).words == "谢谢"


def test_letters_are_taken_back_one_by_one_before_characters() -> None:
    writing = typed(WORDS, *letters("wo"), Put(" "), *letters("hen"), Erase(), Erase())
    assert (writing.words, writing.spelled) == ("我", "h")
    assert typed(writing, Clear()).spelled == ""
    assert typed(writing, Erase(), Erase()).words == ""
    assert typed(WORDS, Erase()) == WORDS


def test_latin_letters_are_words_at_once_and_shift_is_for_one() -> None:
    writing = typed(LATIN, Shift(), *letters("ok"), Put("."))
    assert writing.words == "Ok."
    assert typed(LATIN, Shift(), Shift(), Put("a")).words == "a"


def test_the_number_takes_digits_up_to_twenty() -> None:
    assert typed(NUMBER, *letters("13900001234"), Erase()).number == "1390000123"
    assert len(typed(NUMBER, *letters("1" * 30)).number) == MOST_DIGITS


def test_words_stop_at_a_hundred_and_fifty_characters() -> None:
    full = replace(WORDS, words="好" * MOST_WORDS)
    assert typed(full, *letters("hao")) == full
    assert typed(replace(LATIN, words="a" * MOST_WORDS), Put("b")).words == "a" * MOST_WORDS
    nearly = replace(WORDS, words="好" * 149, spelled="fuwu")
    assert len(typed(nearly, Pick(Candidate("服务", 4))).words) == MOST_WORDS


def test_handy_words_are_offered_while_nothing_is_spelled_and_more_goes_on() -> None:
    handy = ("希望", "建议")
    assert [c.text for c in offered(WORDS, BOOK, handy)] == ["希望", "建议"]
    assert [c.text for c in offered(typed(WORDS, More(1)), BOOK, handy)] == ["建议"]
    assert typed(WORDS, Pick(Candidate("希望", 0))).words == "希望"
    assert typed(WORDS, *letters("a"), More(5), Put("n")).skip == 0


# ---- 完成 ----


def test_without_words_and_number_done_is_back() -> None:
    assert finished(Writing(), "2026-1") == ButtonTile(Button.BACK)
    assert finished(Writing(words="   ", agreed=True), "2026-1") == ButtonTile(Button.BACK)


@pytest.mark.parametrize(
    ("words", "number", "confided"),
    [
        ("好 ", "", Confided("好", None, "2026-1")),
        ("", "110", Confided(None, "110", "2026-1")),
        ("好", "110", Confided("好", "110", "2026-1")),
    ],
)
def test_done_needs_the_consent_and_then_says_it_all(words: str, number: str, confided: Confided) -> None:
    writing = Writing(words=words, number=number)
    assert finished(writing, "2026-1") is None
    assert finished(typed(writing, Agree()), "2026-1") == ConfidedTile(confided)
    assert finished(typed(writing, Agree(), Agree()), "2026-1") is None


def test_asking_for_consent_ends_when_it_is_given() -> None:
    assert asked(Writing(words="好")).asked
    assert not typed(asked(Writing(words="好")), Agree()).asked


def test_nothing_of_it_is_in_a_repr() -> None:
    writing = Writing(words="好话", number="13900001234", spelled="hao")
    strokes = [Put("7"), Pick(Candidate("好话", 2))]
    said = repr(writing) + repr(strokes) + repr(finished(replace(writing, agreed=True), "2026-1"))
    for secret in ("好话", "13900001234", "hao'", "'7'"):
        assert secret not in said


def test_there_is_something_to_hide_as_soon_as_a_letter_is_typed() -> None:
    assert Writing(agreed=True).is_empty
    assert not typed(WORDS, Put("a")).is_empty
    assert not typed(NUMBER, Put("1")).is_empty


@pytest.mark.parametrize(("language", "script"), [("zh-Hans", Script.PINYIN), ("en", Script.LATIN)])
def test_each_language_opens_its_own_letters(language: str, script: Script) -> None:
    assert opening(Face.WORDS, language) == Open(Face.WORDS, script)


strokes = (
    st.sampled_from([Close(), Erase(), Clear(), Shift(), Agree(), More(3)])
    | st.sampled_from("abcz019，。 ?").map(Put)
    | st.builds(Open, st.sampled_from(Face), st.sampled_from(Script))
    | st.builds(Use, st.sampled_from(Script), st.booleans())
)


@settings(deadline=None)
@given(st.lists(strokes, max_size=40))
def test_whatever_is_typed_what_is_confided_is_within_bounds_and_agreed_to(
    given_strokes: list[Stroke],
) -> None:
    writing = Writing()
    for stroke in given_strokes:
        if writing.face is Face.NUMBER and isinstance(stroke, Put) and not stroke.text.isdigit():
            continue  # the pad has digits only
        writing = strike(writing, stroke, BOOK)
    meant = finished(writing, "2026-1")
    if isinstance(meant, ConfidedTile):
        assert writing.agreed


# ---- the keys ----


def rows_of(writing: Writing, *, portrait: bool) -> Rows:
    return keyboard(writing, KEYS, portrait=portrait)


@pytest.mark.parametrize("portrait", [False, True])
@pytest.mark.parametrize("script", Script)
@pytest.mark.parametrize("signs", [False, True])
def test_every_row_of_keys_is_as_wide_as_the_others(portrait: bool, script: Script, signs: bool) -> None:
    rows = rows_of(replace(WORDS, script=script, signs=signs), portrait=portrait)
    assert {sum(cap.span for cap in row) for row in rows} == {6 if portrait else 10}
    assert [cap for row in rows for cap in row if cap.stroke is None and cap.text] == []


@pytest.mark.parametrize("portrait", [False, True])
@pytest.mark.parametrize("script", Script)
def test_every_letter_is_there_once_and_ways_to_signs_and_the_other_script(
    portrait: bool, script: Script
) -> None:
    caps = [cap for row in rows_of(replace(WORDS, script=script), portrait=portrait) for cap in row]
    assert sorted(
        cap.text for cap in caps if cap.text.isascii() and len(cap.text) == 1 and cap.text.isalpha()
    ) == list("abcdefghijklmnopqrstuvwxyz")
    strokes = [cap.stroke for cap in caps]
    other = Script.LATIN if script is Script.PINYIN else Script.PINYIN
    for wanted in (Erase(), Use(script, signs=True), Use(other)):
        assert wanted in strokes


@pytest.mark.parametrize("portrait", [False, True])
def test_signs_have_all_digits_and_the_way_back(portrait: bool) -> None:
    caps = [cap for row in rows_of(replace(WORDS, signs=True), portrait=portrait) for cap in row]
    assert set("0123456789") <= {cap.text for cap in caps}
    assert Use(Script.PINYIN) in [cap.stroke for cap in caps]


def test_shifted_letters_show_as_capitals() -> None:
    assert rows_of(replace(LATIN, shifted=True), portrait=False)[0][0].text == "Q"


def test_the_number_pad_stands_as_on_a_telephone() -> None:
    assert [[cap.text for cap in row] for row in number_pad(KEYS)] == [
        ["1", "2", "3"],
        ["4", "5", "6"],
        ["7", "8", "9"],
        ["", "0", "删除"],
    ]
