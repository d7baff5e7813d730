"""`chuangping voice make`, with espeak-ng itself and with what stands in its place."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest
from click.testing import CliRunner

from device.errors import ChuangpingError
from device.voice.library import Library
from device.voice.script import PROMPTS, load_script
from provisioning.__main__ import cli
from provisioning.synthetic_voice import VOICES, make_voice


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("voice")
    done = CliRunner().invoke(cli, ["voice", "make", "--out", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


def test_both_languages_can_be_spoken(made: Path) -> None:
    assert Library((made,)).languages == {"zh-Hans", "en"} == set(VOICES)


def test_every_prompt_is_a_recording_with_a_sound_in_it(made: Path) -> None:
    for language in VOICES:
        for prompt in load_script(language):
            with wave.open(str(made / language / f"{prompt}.wav"), "rb") as file:
                frames = file.readframes(file.getnframes())
                assert file.getnframes() > file.getframerate() * 0.3, (language, prompt)
                assert len(set(frames)) > 50, (language, prompt)


def test_nothing_else_is_left_in_the_folder(made: Path) -> None:
    files = {str(file.relative_to(made)) for file in made.rglob("*") if file.is_file()}
    assert files == {f"{name}/{prompt}.wav" for name in VOICES for prompt in load_script(name)}


def test_one_language_alone_can_be_made(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["voice", "make", "--out", str(tmp_path), "--language", "en"])
    assert done.output == f"en: {len(PROMPTS)} recordings in {tmp_path / 'en'}\n"
    assert [folder.name for folder in tmp_path.iterdir()] == ["en"]


def test_without_espeak_the_next_step_is_named(tmp_path: Path) -> None:
    with pytest.raises(ChuangpingError, match="apt-get install espeak-ng"):
        list(make_voice("en", tmp_path, program=str(tmp_path / "nowhere")))


def test_a_failing_program_is_named_with_the_recording(tmp_path: Path) -> None:
    program = tmp_path / "espeak"
    program.write_text("#!/bin/sh\necho broken >&2\nexit 3\n")
    program.chmod(0o755)
    with pytest.raises(ChuangpingError, match=r"failed \(3\) for idle.wav: broken"):
        list(make_voice("en", tmp_path, program=str(program)))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "en").write_text("a file")
    with pytest.raises(ChuangpingError, match="cannot be made"):
        list(make_voice("en", tmp_path))
