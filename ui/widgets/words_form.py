"""The form for words and a telephone number: two fields, the consent, 返回 and 完成."""

from __future__ import annotations

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from ui.layout import Layout
from ui.writing import Agree, Writing


class WordsForm(BoxLayout):
    """Shows `view` with what is in `writing`."""

    view = ObjectProperty(rebind=True)
    writing = ObjectProperty(Writing(), rebind=True)
    layout = ObjectProperty(Layout(1024, 600), rebind=True)
    agree = Agree()
