"""The keyboard for words: what was typed, what is offered, the keys."""

from __future__ import annotations

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from ui.layout import Layout
from ui.pinyin import PinyinBook
from ui.writing import Writing


class WordsEntry(BoxLayout):
    """Shows `view` with what is in `writing`; `book`: the characters it can offer."""

    view = ObjectProperty(rebind=True)
    writing = ObjectProperty(Writing(), rebind=True)
    book = ObjectProperty(PinyinBook({}, ()))
    layout = ObjectProperty(Layout(1024, 600), rebind=True)
