"""The library of recordings: the operator's first, whole voices only, nothing that cannot be played."""

from __future__ import annotations

import logging
import wave

import pytest

from device.voice.library import Library
from device.voice.script import PROMPTS
from tests.device.voice.voices import record


@pytest.fixture
def made(tmp_path):
    folder = tmp_path / "made"
    record(folder, "zh-Hans", [*PROMPTS, "reason-510"])
    record(folder, "en")
    return folder


def test_the_made_voices_are_spoken(made):
    library = Library((made,))
    assert library.languages == {"zh-Hans", "en"}
    assert library.files("en", ["saved"]) == (made / "en" / "saved.wav",)


def test_an_operators_file_wins_over_the_made_one_and_only_that_one(made, tmp_path):
    own = tmp_path / "own"
    record(own, "zh-Hans", ["saved"])
    library = Library((own, made))
    assert library.files("zh-Hans", ["saved", "thanks"]) == (
        own / "zh-Hans" / "saved.wav",
        made / "zh-Hans" / "thanks.wav",
    )


def test_a_language_that_an_operator_recorded_is_spoken(made, tmp_path):
    own = tmp_path / "own"
    record(own, "bo")
    assert Library((own, made)).languages == {"zh-Hans", "en", "bo"}


def test_a_language_that_lacks_one_prompt_is_not_spoken(made):
    (made / "en" / "saved.wav").unlink()
    library = Library((made,))
    assert library.languages == {"zh-Hans"}
    assert library.files("en", ["thanks"]) == ()


def test_official_reasons_are_read_in_chinese_in_every_language(made):
    assert Library((made,)).files("en", ["reason-510"]) == (made / "zh-Hans" / "reason-510.wav",)


def test_a_reason_nobody_recorded_is_left_out(made):
    assert Library((made,)).files("zh-Hans", ["saved", "reason-999"]) == (made / "zh-Hans" / "saved.wav",)


@pytest.mark.parametrize("content", [b"", b"MP3 or so", b"RIFF"])
def test_what_is_no_recording_is_left_out_and_named(made, caplog, content):
    (made / "en" / "saved.wav").write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert Library((made,)).languages == {"zh-Hans"}
    assert "file=en/saved.wav" in caplog.text


def test_samples_of_8_bits_are_left_out(made, caplog):
    with wave.open(str(made / "en" / "saved.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8_000)
        file.writeframes(b"\x80")
    assert "en" not in Library((made,)).languages
    assert "16 bits" in caplog.text


def test_without_folders_there_is_no_voice(tmp_path):
    assert Library().languages == Library((tmp_path / "nowhere",)).languages == frozenset()
