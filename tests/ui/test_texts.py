"""The words of the screens are complete in both languages."""

import re
from string import Formatter

import msgspec
import pytest

from device.errors import ConfigError
from device.faults import Fault
from device.level import Level
from ui.texts import CHINESE, ENGLISH, Texts, load_texts, read_texts


def document(**changes: object) -> str:
    """The Chinese texts with some changed or, when None, left out; as flat TOML."""
    fields = msgspec.to_builtins(load_texts().of(CHINESE), str_keys=True) | changes
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


def filled_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_fill_in_the_same_things() -> None:
    book = load_texts()
    for field in Texts.__struct_fields__:
        chinese, english = (getattr(book.of(language), field) for language in (CHINESE, ENGLISH))
        if isinstance(chinese, str):
            assert filled_in(chinese) == filled_in(english), field


def test_no_text_is_empty() -> None:
    for language in (CHINESE, ENGLISH):
        for field, text in msgspec.structs.asdict(load_texts().of(language)).items():
            assert text, f"{language}: {field}"


def test_every_level_and_every_fault_has_words_in_both_languages() -> None:
    for language in (CHINESE, ENGLISH):
        texts = load_texts().of(language)
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


def test_a_language_the_screen_does_not_speak_is_answered_in_chinese() -> None:
    book = load_texts()
    assert book.of("bo") is book.of(CHINESE)
    assert book.other("bo")[0] == ENGLISH


def test_the_unchanged_document_is_read() -> None:
    assert read_texts("x.toml", document()) == load_texts().of(CHINESE)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"decline": None}, "x.toml: Object missing required field `decline`"),
        ({"declined": "x"}, "x.toml: Object contains unknown field `declined`"),
        ({"decline": 3}, "x.toml: Expected `str`, got `int` - at `$.decline`"),
        ({"levels": {"5": "a", "4": "b", "3": "c", "2": "d"}}, "x.toml: levels.1: is missing"),
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
