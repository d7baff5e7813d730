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
