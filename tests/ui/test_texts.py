"""The words of the screens are complete in both languages."""

import re
from pathlib import Path

import msgspec
import pytest

from device.errors import ConfigError
from device.faults import Fault
from device.indicators import national_list
from device.level import Level
from device.settings import UiSection
from ui.texts import CHINESE, ENGLISH, Texts, fills_in, find_pack, load_texts, read_texts, shipped

ALL = UiSection(languages=shipped(), unreviewed=shipped())


def document(**changes: object) -> str:
    """The English texts with some changed or, when None, left out; as flat TOML."""
    fields = msgspec.to_builtins(load_texts().of(ENGLISH), str_keys=True) | changes
    tables = {key: value for key, value in fields.items() if isinstance(value, dict)}
    lines = [
        f"{key} = {msgspec.json.encode(value).decode()}"
        for key, value in fields.items()
        if value is not None and key not in tables
    ]
    for name, table in tables.items():
        lines += [f"[{name}]", *(f'"{key}" = {inline(value)}' for key, value in table.items())]
    return "\n".join(lines)


def inline(value: object) -> str:
    """A text, or a table on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {inline(v)}" for k, v in value.items() if v is not None) + "}"
    return msgspec.json.encode(value).decode()


def test_all_languages_fill_in_the_same_things() -> None:
    book = load_texts(ALL)
    for field in Texts.__struct_fields__:
        chinese = getattr(book.of(CHINESE), field)
        if isinstance(chinese, str):
            for language in shipped():
                assert fills_in(getattr(book.of(language), field)) == fills_in(chinese), (language, field)


def test_no_text_is_empty() -> None:
    for language in shipped():
        for field, text in msgspec.structs.asdict(load_texts(ALL).of(language)).items():
            assert text or (language, field) == (CHINESE, "indicators"), f"{language}: {field}"


def test_every_level_and_every_fault_has_words_in_all_languages() -> None:
    for language in shipped():
        texts = load_texts(ALL).of(language)
        assert set(texts.levels) == set(Level)
        assert set(texts.faults) == {fault.value for fault in Fault}


def test_the_levels_are_named_as_in_the_operational_interface() -> None:
    assert load_texts().of(CHINESE).levels == {
        5: "非常满意",
        4: "满意",
        3: "基本满意",
        2: "不满意",
        1: "非常不满意",
    }


def test_a_language_the_screen_does_not_speak_is_answered_in_the_first_of_the_hall() -> None:
    book = load_texts()
    assert book.of("bo") is book.of(CHINESE)
    assert [language for language, _ in book.others("bo")] == [ENGLISH]
    english = load_texts(UiSection(languages=(ENGLISH, CHINESE)))
    assert english.of("bo") is english.of(ENGLISH)


def test_a_draft_is_shown_only_where_it_is_named() -> None:
    with pytest.raises(ConfigError) as raised:
        load_texts(UiSection(languages=(CHINESE, "bo", "ug"), unreviewed=("ug",)))
    assert raised.value.problems == [
        'ui.languages: nobody has reviewed the pack "bo" (bo.toml): have somebody who speaks it review it,'
        ' or name "bo" in ui.unreviewed to show it as it is'
    ]
    assert load_texts(UiSection(languages=(CHINESE, "bo"), unreviewed=("bo",))).of("bo").pack.name == "བོད་ཡིག"


def test_only_chinese_and_english_are_reviewed_and_drafts_name_nobody() -> None:
    book = load_texts(ALL)
    packs = {language: book.of(language).pack for language in shipped()}
    assert {language for language, pack in packs.items() if pack.reviewed} == {CHINESE, ENGLISH}
    assert {pack.reviewer for pack in packs.values() if not pack.reviewed} == {""}


def test_a_reviewed_pack_names_its_reviewer() -> None:
    pack = {"name": "x", "script": "Latn", "direction": "ltr", "reviewed": True, "reviewer": ""}
    with pytest.raises(ConfigError, match=r"^x\.toml: pack\.reviewer: is empty"):
        read_texts("x.toml", document(pack=pack))


def test_a_language_without_a_pack_is_an_error_that_says_which_there_are(tmp_path: Path) -> None:
    (tmp_path / "kk.toml").write_text("")
    section = UiSection(languages=(CHINESE, "xx"), packs=tmp_path)
    expected = 'ui.languages: there is no pack "xx"; there are: bo, en, ii, kk, ug, zh-Hans, zh-Hant'
    with pytest.raises(ConfigError, match=f"^{re.escape(expected)}$"):
        load_texts(section)


def test_an_operators_pack_comes_before_the_products_and_adds_languages(tmp_path: Path) -> None:
    (tmp_path / "bo.toml").write_text(document(greeting="mine"), "utf-8")
    (tmp_path / "za.toml").write_text(document(greeting="another"), "utf-8")
    book = load_texts(UiSection(languages=(CHINESE, "bo", "za"), packs=tmp_path))
    assert [book.of(language).greeting for language in book.languages] == ["您好", "mine", "another"]


def test_a_broken_pack_of_the_operator_is_named_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "bo.toml"
    path.write_text(document(decline=None), "utf-8")
    with pytest.raises(ConfigError) as raised:
        load_texts(UiSection(languages=(CHINESE, "bo"), packs=tmp_path))
    told = "`chuangping texts check` with this file tells all that is wrong with it"
    assert raised.value.problems == [f"{path}: Object missing required field `decline`; {told}"]


def test_a_reason_is_translated_only_where_the_list_says_what_was_translated() -> None:
    book = load_texts(ALL)
    official = {i.code: i.text for i in national_list().indicators}
    assert book.reason("en", "510", official["510"]) == "One window, done in one go"
    assert book.reason("zh-Hans", "510", official["510"]) == official["510"]
    assert book.reason("en", "510", "另一种说法") == "另一种说法"
    assert book.reason("bo", "599", "本省新增的指标") == "本省新增的指标"


def test_every_language_has_every_reason_but_chinese_which_has_the_list_itself() -> None:
    codes = {i.code for i in national_list().indicators}
    for language in shipped():
        wanted = set() if language == CHINESE else codes
        assert set(load_texts(ALL).of(language).indicators) == wanted, language


def test_the_unchanged_document_is_read() -> None:
    assert read_texts("x.toml", document()) == load_texts().of(ENGLISH)
    assert find_pack("xx") is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"decline": None}, "x.toml: Object missing required field `decline`"),
        ({"declined": "x"}, "x.toml: Object contains unknown field `declined`"),
        ({"decline": 3}, "x.toml: Expected `str`, got `int` - at `$.decline`"),
        (
            {
                "levels": dict(zip("5432", "abcd", strict=True)),
                "level_parts": {n: [w] for n, w in zip("5432", "abcd", strict=True)},
            },
            "x.toml: levels.1: is missing",
        ),
        (
            {"level_parts": {**load_texts().of(ENGLISH).level_parts, 1: ("Very", "dissatisfied")}},
            "x.toml: level_parts.1: must give 'Very dissatisfied' when put together",
        ),
        ({"weekdays": ["a"]}, "x.toml: weekdays: must have 7 entries, has 1"),
    ],
)
def test_a_missing_unknown_or_wrong_key_is_an_error_that_names_it(
    changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        read_texts("x.toml", document(**changes))


def test_a_fault_without_words_is_an_error_that_names_it() -> None:
    words = {"sentence": "x", "next": "x"}
    faults = {fault.value: words for fault in Fault if fault is not Fault.STORAGE_FULL} | {"F-999": words}
    with pytest.raises(ConfigError) as raised:
        read_texts("x.toml", document(faults=faults))
    assert raised.value.problems == ["x.toml: faults.F-014: is missing", "x.toml: faults.F-999: unknown key"]


def test_what_is_not_toml_is_an_error_that_names_the_file() -> None:
    with pytest.raises(ConfigError, match=r"^x\.toml: "):
        read_texts("x.toml", "decline = ")
