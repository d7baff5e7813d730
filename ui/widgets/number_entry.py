"""The number pad for a telephone number: what was typed, why it is asked for, the digits."""

from __future__ import annotations

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from ui.layout import Layout
from ui.writing import Writing


class NumberEntry(BoxLayout):
    """Shows `view` with what is in `writing`."""

    view = ObjectProperty(rebind=True)
    writing = ObjectProperty(Writing(), rebind=True)
    layout = ObjectProperty(Layout(1024, 600), rebind=True)
