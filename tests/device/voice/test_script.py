"""The script: every prompt in both languages, in readings of its words, and on the screen as well."""

from __future__ import annotations

import re
from functools import cache

import pytest

from device.indicators import national_list
from device.level import Level
from device.voice.script import CHINESE, ENGLISH, PROMPTS, load_script, of_level, of_reason
from ui.pinyin import PinyinBook, load_pinyin
from ui.texts import load_texts

# Characters and readings beyond the first level of GB 2312, or that no citizen needs to type.
OTHER_READINGS = {("屏", "ping"), ("么", "me"), ("的", "de"), ("谢", "xie")}


@cache
def pinyin() -> PinyinBook:
    return load_pinyin()


def hanzi(text: str) -> str:
    return re.sub(r"[^\u4e00-\u9fff]", "", text)


def is_reading(character: str, syllable: str) -> bool:
    offered = [c.text for c in pinyin().candidates(syllable)]
    return character in offered or (character, syllable) in OTHER_READINGS


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_every_prompt_has_words(language):
    script = load_script(language)
    assert set(PROMPTS) <= set(script)
    assert all(line.text and line.say for line in script.values())


def test_every_official_reason_is_read_out_verbatim():
    script = load_script(CHINESE)
    said = {name: line.text for name, line in script.items() if name not in PROMPTS}
    assert said == {of_reason(i.code): i.text for i in national_list().indicators}


@pytest.mark.parametrize("prompt", load_script(CHINESE))
def test_the_pinyin_is_that_of_the_words_with_its_tones(prompt):
    line = load_script(CHINESE)[prompt]
    syllables = re.findall(r"[a-z]+[1-5]", line.say)
    assert re.sub(r"[a-z]+[1-5]|[ ,.;]", "", line.say) == ""
    assert len(syllables) == len(hanzi(line.text))
    wrong = [
        (character, syllable)
        for character, syllable in zip(hanzi(line.text), syllables, strict=True)
        if not is_reading(character, syllable[:-1])
    ]
    assert wrong == []


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_a_level_is_called_what_the_screen_calls_it(language):
    script, texts = load_script(language), load_texts().of(language)
    assert {level: script[of_level(level)].text for level in Level} == texts.levels


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
@pytest.mark.parametrize(
    ("prompt", "captions"),
    {
        "idle": ("invitation",),
        "invitation": ("level_title",),
        "saved": ("reasons_title",),
        "more": ("more",),
        "finish": ("finish",),
        "change": ("changing_title", "changing_promise"),
        "thanks": ("thanks_title",),
        "declined": ("declined_title", "declined_sentence"),
        "not-invited": ("not_invited",),
        "paused": ("paused_title", "paused_sentence"),
        "cannot-record": ("cannot_title",),
    }.items(),
)
def test_what_is_said_stands_on_the_screen(language, prompt, captions):
    said, texts = load_script(language)[prompt].text, load_texts().of(language)
    for caption in captions:
        words = [re.escape(part) for part in re.split(r"[，。：:,. ]+", getattr(texts, caption)) if part]
        assert re.search(r"[，。：:,. ]+".join(words), said), (caption, said)
