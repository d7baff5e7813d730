"""Every panel sentence in the pages is one: its checksum holds, its fields are known."""

from __future__ import annotations

import re
import subprocess

import pytest

from hardware.sentence import BeepSentence, KeySentence, LampSentence, Stroke, Unreadable, decode
from hardware.sentence_stream import MAX_SENTENCE_BYTES
from tests.docs.pages import Page, every_page

PAGE = Page("docs/panel.md")
SAID = sorted(
    {
        (p.path, s)
        for p in every_page()
        for s in re.findall(r"\$HCP[A-Z]{2},[0-9DU,]+\*[0-9A-Fa-f]{2}", p.text)
    }
)
TO_THE_PANEL = {LampSentence(16).encode().strip(), BeepSentence(50).encode().strip()}


@pytest.mark.parametrize(("path", "sentence"), SAID)
def test_a_sentence_that_a_page_shows_is_read(path: str, sentence: str) -> None:
    if sentence.encode() not in TO_THE_PANEL:
        assert not isinstance(decode(sentence.encode()), Unreadable)


def test_the_pages_show_sentences() -> None:
    assert len(SAID) >= 8


def test_the_shell_function_makes_the_sentence_of_a_press(tmp_path) -> None:
    (function,) = (block for block in PAGE.code() if block.startswith("press()"))
    subprocess.run(["sh", "-eu", "-c", function], cwd=tmp_path, check=True)
    assert (tmp_path / "panel").read_bytes() == KeySentence(5, Stroke.DOWN, 1).encode()


def test_the_greatest_length_is_said() -> None:
    assert f"more than {MAX_SENTENCE_BYTES} bytes" in " ".join(PAGE.text.split())
