"""Screens are made in slices: a wanted one comes on whole, and nothing that somebody typed is kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE_S
from tests.ui import snapshots
from tests.ui.window_process import WindowProcess

_PROGRAM = """
import os, sys, tempfile
from pathlib import Path
from device.settings import UiSection
from ui.kivy_environment import configure, prepare
prepare(Path(sys.argv[1]), "offscreen")
configure(UiSection(fullscreen=False), driver="offscreen")
from kivy.core.window import Window
from kivy.base import EventLoop, runTouchApp, stopTouchApp
from ui.layout import Layout
from ui.pinyin import PinyinBook
from ui.presenter import present
from ui.rules import load_rules
from ui.samples import NOW, samples
from ui.stage import Stage
from ui.texts import load_texts
from ui.widgets.drawn import Drawn
from ui.widgets import text

load_rules()
stage = Stage(
    on_finger_down=lambda *_: None,
    on_finger_up=lambda *_: None,
    on_typed=lambda: None,
    on_letters=lambda: None,
    book=PinyinBook({}, ()),
)
Window.add_widget(stage)
runTouchApp(embedded=True)
now, layout, book = NOW, Layout(1024, 600), load_texts()
shown = samples("zh-Hans")
"""


def said(program: str, home: Path) -> list[str]:
    """What `program`, which has a stage in a window, prints."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM + program, str(home)],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith("> ")]


def test_a_screen_made_in_slices_is_the_one_made_at_once(tmp_path: Path) -> None:
    program = """
def places():
    EventLoop.idle()
    parts = stage._shown.walk(restrict=True)
    return [(type(p).__name__, tuple(p.pos), tuple(p.size), getattr(p, "text", "")) for p in parts]

for name in ("level", "reasons-2-0", "words", "receipt-word", "phone", "spoken"):
    view = present(shown[name], book, now)
    stage.show_view(view, layout)
    at_once = places()
    stage.forget()
    slices = 0
    while (work := stage.missing(view, layout)) is not None:
        work.go_on()
        EventLoop.idle()
        slices += 1
    stage.show_view(view, layout)
    undrawn = sum(p.is_undrawn for p in stage._shown.walk(restrict=True) if isinstance(p, Drawn))
    print(">", name, slices > 10, undrawn, places() == at_once)
    stage.forget()
"""
    names = ("level", "reasons-2-0", "words", "receipt-word", "phone", "spoken")
    assert said(program, tmp_path) == [f"> {name} True 0 True" for name in names]


def test_the_languages_to_choose_from_are_made_before_somebody_asks_for_them(tmp_path: Path) -> None:
    program = """
from ui.views import ChooseLanguage

hall = ("zh-Hans", "en", "bo")
book = load_texts(UiSection(languages=hall, unreviewed=hall))
view = present(shown["level"], book, now)

def places():
    stage.bring(ChooseLanguage())
    EventLoop.idle()
    parts = stage._languages.walk(restrict=True)
    return [(type(p).__name__, tuple(p.pos), tuple(p.size), getattr(p, "text", "")) for p in parts]

stage.show_view(view, layout)
at_once = places()
stage.forget()
stage.show_view(view, layout)
work, slices = stage.rehearse(view, layout), 0
while not work.go_on():
    EventLoop.idle()
    slices += 1
made = stage._chooser(stage._shown.view.header.languages, layout)
undrawn = sum(p.is_undrawn for p in made.walk(restrict=True) if isinstance(p, Drawn))
again = places()
print(">", slices > 3, undrawn, stage._languages is made, again == at_once)
"""
    assert said(program, tmp_path) == ["> True 0 True True"]


def test_a_screen_that_is_half_made_is_made_to_its_end_when_it_must_come_on(tmp_path: Path) -> None:
    program = """
view = present(shown["level"], book, now)
stage.missing(view, layout).go_on()
stage.show_view(view, layout)
print(">", len(stage._shown.children), stage.missing(view, layout))
"""
    assert said(program, tmp_path) == ["> 3 None"]


def test_a_rehearsed_screen_is_made_and_drawn_before_it_is_wanted(tmp_path: Path) -> None:
    program = """
for name in ("level", "words"):
    view = present(shown[name], book, now)
    for _ in range(2):
        work = stage.rehearse(view, layout)
        while not work.go_on():
            EventLoop.idle()
    drawn = text._lettering.cache_info().currsize
    print(">", stage.missing(view, layout), drawn > 10)
    stage.show_view(view, layout)
    EventLoop.idle()
    print(">", text._lettering.cache_info().currsize - drawn)
"""
    assert said(program, tmp_path) == ["> None True", "> 0"] * 2


def test_a_screen_that_is_half_dressed_comes_on_as_what_is_wanted(tmp_path: Path) -> None:
    program = """
spoken = present(shown["spoken"], book, now)
fewer = present(shown["spoken-reasons-2"], book, now)
stage.show_view(fewer, layout)
stage.show_view(present(shown["thanks"], book, now), layout)
begun = stage.rehearse(spoken, layout)
begun.go_on(2)
print(">", begun.dead)
stage.show_view(fewer, layout)
begun.finish()
EventLoop.idle()
columns = [part.column.word for part in stage._shown.walk() if type(part).__name__ == "Column"]
print(">", sorted(columns) == sorted(column.word for column in fewer.columns))
"""
    assert said(program, tmp_path) == ["> False", "> True"]


def test_other_screens_by_the_same_rules_are_made_while_one_is_half_made(tmp_path: Path) -> None:
    program = """
begun = stage.rehearse(present(shown["reasons-2-0"], book, now), layout)
begun.go_on(40)
for name in ("level", "thanks", "phone"):
    stage.show_view(present(shown[name], book, now), layout)
    EventLoop.idle()
    begun.go_on()
begun.finish()
print(">", begun.dead)
"""
    assert said(program, tmp_path) == ["> True"]


def test_a_picture_is_kept_of_a_text_but_not_of_what_somebody_typed_or_of_a_code(tmp_path: Path) -> None:
    program = """
from dataclasses import replace
from ui.widgets.tail_text import TailText

text._lettering.cache_clear()
stage.show_view(present(shown["level"], book, now), layout)
EventLoop.idle()
print(">", text._lettering.cache_info().currsize > 10)
stage.show_view(present(shown["receipt-code"], book, now), layout)
EventLoop.idle()
before = text._lettering.cache_info().currsize
stage.show_view(present(replace(shown["receipt-code"], receipt="ABCD-EFGH-JKMN"), book, now), layout)
EventLoop.idle()
print(">", text._lettering.cache_info().currsize - before)
stage.show_view(present(shown["words"], book, now), layout)
typed = [p for part in stage._shown.parts for p in part.walk() if isinstance(p, TailText)]
print(">", len(typed) >= 4, all(p.passing for p in typed))
"""
    assert said(program, tmp_path) == ["> True", "> 0", "> True True"]


def test_nothing_that_was_typed_is_held_when_its_screen_has_gone(tmp_path: Path) -> None:
    program = """
from ui import letters
from ui.writing import Face, Writing

def held(screen):
    parts = [p for part in screen.parts for p in part.walk(restrict=True) if isinstance(p, text.Text)]
    drawn = ["".join(p._drawn[0].lines) for p in parts if p._drawn]
    return sum("推了" in line or "1391" in line or "7   7" in line for line in drawn)

def left(screen):
    stage.show_view(present(shown["thanks"], book, now), layout)
    EventLoop.idle()
    return held(screen), letters.runs.cache_info().currsize < before

words, number = Writing(words="被推了一把", face=Face.WORDS), Writing(number="13912345678", face=Face.NUMBER)
for writing in (words, number):
    stage.show_view(present(shown["words"], book, now), layout)
    screen = stage._shown
    stage.bring(writing)
    EventLoop.idle()
    stage.bring(Writing(words=writing.words, number=writing.number))
    EventLoop.idle()
    before = letters.runs.cache_info().currsize
    print(">", held(screen) > 0, *left(screen))
stage.show_view(present(shown["receipt-word"], book, now), layout)
receipt = stage._shown
receipt.digits = "777"
EventLoop.idle()
before = letters.runs.cache_info().currsize
print(">", held(receipt) > 0, *left(receipt))
"""
    assert said(program, tmp_path) == ["> True 0 True"] * 3


def test_the_first_screens_that_are_wanted_come_on_before_they_were_rehearsed() -> None:
    with WindowProcess() as window:
        window.show_soon(snapshots.idle(number=1))
        window.show_soon(snapshots.level(number=2))
        window.show(snapshots.reasons(number=3))
        assert "谢谢，评价已保存" in [part["text"] for part in window.texts()]
        window.show(snapshots.level("en", number=4))
        assert len([part for part in window.texts() if part["text"]]) > 5


def test_a_window_of_another_size_forgets_what_is_half_made(tmp_path: Path) -> None:
    program = """
begun = stage.missing(present(shown["level"], book, now), layout)
begun.go_on()
stage.forget()
begun.finish()
stage.show_view(present(shown["level"], book, now), Layout(800, 480))
print(">", stage._shown.layout.width)
"""
    assert said(program, tmp_path) == ["> 800"]
